import API
import Domain

/// What a delegation must be before it is written.
enum DelegationRules {
  /// A replacement longer than this is another référent's nomination, not an absence.
  static let longestMonths = 12

  static func faults(_ draft: DelegationDraft, of absent: ID<Account>, today: CalendarDate) -> [Fault] {
    var faults: [Fault] = []
    if draft.replacement == absent {
      faults.append(Fault("replacement", "soi-meme", "Choisissez une autre personne que celle qui s’absente."))
    }
    if draft.untilDate < draft.fromDate {
      faults.append(
        Fault(
          "untilDate", "ordre",
          "La fin (\(French.short(draft.untilDate))) précède le début (\(French.short(draft.fromDate)))."))
    } else if draft.untilDate < today {
      faults.append(Fault("untilDate", "passe", "Ces dates sont passées. Choisissez une fin à venir."))
    } else if draft.untilDate > draft.fromDate.adding(months: longestMonths) {
      faults.append(
        Fault("untilDate", "trop-long", "Un remplacement dure un an au plus. Choisissez une fin plus proche."))
    }
    if draft.fromDate > today.adding(months: longestMonths) {
      faults.append(Fault("fromDate", "trop-loin", "Ce début est dans plus d’un an. Choisissez un jour plus proche."))
    }
    return faults
  }

  /// One does not pass on what one was lent, nor lets a program lend it.
  /// - Throws: 403.
  static func checkOwnSeat(_ caller: Caller) throws {
    guard caller.permits == nil else { throw Problem.forbidden("Un jeton d’accès ne confie pas de dossiers.") }
    guard caller.replaces == nil else {
      throw Problem.forbidden("Vous agissez à la place d’un collègue. Revenez d’abord à votre propre profil.")
    }
  }

  static let again = Problem.conflict(
    "deja-remplace", "Ce remplacement existe déjà sur une partie de ces dates.",
    detail: "Terminez l’autre d’abord, ou choisissez des dates qui ne se recouvrent pas.")
  static let nothingToLend = Problem.conflict(
    "rien-a-confier", "Aucun profil de ce compte ne peut être confié.",
    detail: "Les profils d’administrateur, de délégué à la protection des données et d’exploitant se donnent : ils ne "
      + "se délèguent pas.")
}
