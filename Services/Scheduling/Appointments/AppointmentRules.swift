import API
import Domain
import Foundation

/// Hours taken, the end not included.
struct Hours: Hashable, Sendable, Codable {
  var startsAt: Date
  var endsAt: Date

  func overlaps(_ other: Hours) -> Bool { startsAt < other.endsAt && other.startsAt < endsAt }
}

/// What may be done with an appointment, by its hour and state.
enum AppointmentRules {
  /// Whether `outcome` may be recorded at `moment` for an appointment that starts at `startsAt`.
  ///
  /// Nobody was there, or was missed, before the hour; and what is over is not planned any more (rule M2).
  static func refusal(of outcome: AppointmentOutcome, startsAt: Date, at moment: Date) -> Problem? {
    switch outcome {
    case .held where moment < startsAt, .absent where moment < startsAt:
      Problem.conflict(
        "pas-encore-passe", "Ce rendez-vous n’a pas encore eu lieu.",
        detail: "Vous pourrez indiquer « \(outcome.label) » à partir du \(French.moment(startsAt)).")
    case .planned where moment >= startsAt:
      Problem.conflict(
        "deja-passe", "Ce rendez-vous est passé.",
        detail: "Indiquez s’il a été tenu ; pour une nouvelle date, prenez un autre rendez-vous.")
    default: nil
    }
  }

  /// Whether an appointment in this state may be moved or changed.
  static func refusalOfChange(_ outcome: AppointmentOutcome) -> Problem? {
    if outcome == .planned { return nil }
    return Problem.conflict(
      "deja-realise", "La réalisation de ce rendez-vous est déjà saisie.",
      detail: "Remettez-le d’abord à « Prévu », ou prenez un autre rendez-vous.")
  }

  /// Whether an appointment may be taken back as if it had never been booked.
  static func refusalOfDeletion(_ outcome: AppointmentOutcome, startsAt: Date, at moment: Date) -> Problem? {
    if outcome == .planned, startsAt > moment { return nil }
    return Problem.conflict(
      "non-supprimable", "Seul un rendez-vous prévu et à venir peut être supprimé.",
      detail: "Pour un rendez-vous passé, indiquez sa réalisation.")
  }
}
