import API
import Domain
import Foundation

/// Who acts in whose place: now, to come, and of the last year.
func delegationsPanel(_ delegations: [Delegation], _ seat: Seat, _ visit: Visit) -> Panel {
  let items = delegations.map { item($0, seat, visit) }
  let isLent = visit.person.replacing != nil
  let (label, words): (String, String)
  switch seat {
  case .own:
    label = "Confier mes dossiers"
    words = "Avant une absence, confiez vos dossiers et votre agenda à un collègue, de tel jour à tel jour."
  case .account(let account):
    label = "Faire remplacer"
    words = "Si \(account.name) s’absente, un collègue peut agir à sa place, de tel jour à tel jour."
  }
  let give = Action(
    label, "\(seat.base)/nouveau", icon: .plus, weight: .plain,
    refusal: isLent ? "Revenez d’abord à votre profil" : nil)
  return Panel(
    "Remplacements", id: "remplacements", count: delegations.count { $0.isOpen(on: visit.today) }, actions: [give],
    [ItemList("Remplacements", items, empty: EmptyState("Aucun remplacement", words, icon: .swap))])
}

private func item(_ delegation: Delegation, _ seat: Seat, _ visit: Visit) -> Item {
  let isAway = seat.isOneself(delegation.absent.id, visit)
  let title: String
  switch (seat, isAway) {
  case (.own, true): title = "\(delegation.replacement.name) vous remplace"
  case (.own, false): title = "Vous remplacez \(delegation.absent.name)"
  case (.account, true): title = "Remplacé par \(delegation.replacement.name)"
  case (.account, false): title = "Remplace \(delegation.absent.name)"
  }
  let ended = delegation.endedAt.map { moment in
    "terminé le \(French.moment(moment))" + (delegation.endedByName.map { " par \($0)" } ?? "")
  }
  let made = "décidé par \(delegation.madeByName) le \(French.long(CalendarDate(delegation.madeAt)))"
  return Item(
    title, text: delegation.comment, meta: [delegation.days, ended ?? made].joined(separator: " · "), icon: .swap,
    badges: [delegation.badge(on: visit.today)],
    actions: delegation.isOpen(on: visit.today)
      ? [
        Action(
          delegation.holds(on: visit.today) ? "Terminer" : "Annuler", "\(seat.base)/\(delegation.id)/fin",
          weight: .plain, confirmation: ending(of: delegation, seat, visit))
      ] : [])
}

extension Delegation {
  /// « du 1er au 12 décembre 2026 »
  var days: String { "du \(French.long(fromDate)) au \(French.long(untilDate))" }

  func badge(on day: CalendarDate) -> Badge {
    if endedAt != nil { return Badge("Terminé") }
    if untilDate < day { return Badge("Passé") }
    return fromDate > day ? Badge("À venir", .info) : Badge("En cours", .done, icon: .check)
  }
}

/// What ending it does, before it is done.
func ending(of delegation: Delegation, _ seat: Seat, _ visit: Visit) -> Confirmation {
  let holds = delegation.holds(on: visit.today)
  return Confirmation(
    id: "fin-\(delegation.id)",
    title: holds
      ? "Terminer le remplacement de \(delegation.absent.name) par \(delegation.replacement.name) ?"
      : "Annuler ce remplacement à venir ?",
    consequences: holds
      ? [
        "\(delegation.replacement.name) perd aussitôt l’accès aux dossiers de \(delegation.absent.name) ; s’il y "
          + "travaille en ce moment, sa session se ferme, avec le motif.",
        "Ce qui a été fait reste, aux deux noms.",
      ]
      : ["\(delegation.replacement.name) n’aura pas accès aux dossiers de \(delegation.absent.name)."],
    address: "\(seat.base)/\(delegation.id)/fin", label: holds ? "Terminer" : "Annuler le remplacement",
    isDangerous: holds, back: "\(seat.home)#remplacements")
}
