import API
import Domain
import Foundation

extension AppointmentOutcome {
  var tone: Tone {
    switch self {
    case .planned: .info
    case .held: .done
    case .excused: .waiting
    case .absent: .late
    case .cancelledReferent, .cancelledPerson: .neutral
    }
  }

  /// - Parameter isOver: a planned appointment whose hour is past waits for somebody to say what became of it.
  func badge(isOver: Bool) -> Badge {
    if self == .planned, isOver { return Badge("Réalisation à saisir", .waiting, icon: .edit) }
    let icon: Icon =
      switch self {
      case .planned: .calendar
      case .held: .check
      case .excused, .absent: .alert
      case .cancelledReferent, .cancelledPerson: .x
      }
    return Badge(label, tone, icon: icon)
  }
}

extension MessageStatus {
  var tone: Tone {
    switch self {
    case .queued: .waiting
    case .sent: .info
    case .delivered: .done
    case .failed: .late
    case .tooLate: .neutral
    }
  }

  var badge: Badge {
    switch self {
    case .queued: Badge(label, tone, icon: .clock)
    case .sent: Badge(label, tone, icon: .send)
    case .delivered: Badge(label, tone, icon: .check)
    case .failed: Badge(label, tone, icon: .alert)
    case .tooLate: Badge(label, tone, icon: .minus)
    }
  }
}

extension AppointmentDetail {
  var minutes: Int { Int(startsAt.distance(to: endsAt) / 60) }

  /// « jeudi 12 mars 2026, 14 h 30 – 15 h 15 »
  var when: String {
    "\(French.full(CalendarDate(startsAt))), \(hours)"
  }

  /// « 14 h 30 – 15 h 15 »; in the night in which an hour comes twice it says which one.
  var hours: String {
    func clock(_ moment: Date) -> String {
      let season = moment.isDoubled ? " (heure d’été)" : moment.isDouble ? " (heure d’hiver)" : ""
      return "\(French.time(moment))\(season)"
    }
    return "\(clock(startsAt)) – \(clock(endsAt))"
  }

  func isOver(_ moment: Date) -> Bool { endsAt <= moment }

  /// Where an appointment is shown.
  var address: String { "/dossiers/\(dossier)/entretiens/\(id)" }

  /// Where the SMS stands; nil where none was asked for, or the hour was too near.
  var reminderBadge: Badge? {
    if reminderDelayed == true { return Badge("Retardé", .waiting, icon: .clock) }
    return reminderStatus == .queued && reminderFault != nil
      ? Badge("Ne partira pas", .late, icon: .alert) : reminderStatus?.badge
  }

  /// What becomes of the SMS, in a sentence.
  var reminderSentence: String {
    guard reminder else { return "Aucun rappel demandé" }
    if let reminderFault { return reminderFault }
    switch reminderStatus {
    case nil: return "Le rendez-vous était trop proche pour un rappel"
    case .queued?: return reminderDueAt.map { "Partira le \(French.moment($0))" } ?? "Partira avant le rendez-vous"
    case .sent?, .delivered?: return reminderDueAt.map { "Prévu le \(French.moment($0))" } ?? "Parti"
    case .failed?: return "Le SMS n’est pas parti : prévenez la personne autrement"
    case .tooLate?: return "Le SMS n’avait plus lieu de partir"
    }
  }
}

/// Those who take appointments and say what became of them.
let bookingRights: [Right] = [.bookAppointments, .bookForOrganisation]

extension Visit {
  var mayBook: Bool { person.may(anyOf: bookingRights) }
}
