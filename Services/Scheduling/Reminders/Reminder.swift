import API
import Domain
import Foundation

/// The county's rule for reminders: how long before, and in which words (rule M5).
struct ReminderWording: Sendable, Codable {
  var hoursBefore: Int
  var wording: TextWording

  /// When a reminder leaves: exactly so many hours before, and only where the appointment is further away than that
  /// at the moment it is booked or moved.
  func dueAt(startsAt: Date, bookedAt: Date) -> Date? {
    let due = startsAt.addingTimeInterval(Double(hoursBefore) * -3600)
    return due > bookedAt ? due : nil
  }

  /// The text in GSM-7.
  func text(startsAt: Date, agentName: String, place: String?) -> String {
    let day = CalendarDate(startsAt)
    let parts = Calendar.france.dateComponents([.hour, .minute], from: startsAt)
    let filled = wording.filled([
      "date": "\(day.day.twoDigits)/\(day.month.twoDigits)/\((day.year % 100).twoDigits)",
      "heure": "\((parts.hour ?? 0).twoDigits):\((parts.minute ?? 0).twoDigits)",
      "agent": agentName, "lieu": place ?? "",
    ])
    return ShortMessage.transliterated(filled.body)
  }
}

/// Why a reminder did not leave.
enum ReminderFault: String, MessageFault, CaseIterable {
  case moved = "deplace"
  case cancelled = "annule"
  case started = "commence"
  case noNumber = "sans_numero"
  case notMobile = "fixe"
  case unreadable = "numero_illisible"
  case refused = "refus"
  case rejected = "rejete"
  case uncertain = "incertain"
  case delayed = "retarde"
  case undelivered = "non_remis"
  case stopped = "stop"

  /// As users read it, with what to do.
  var label: String {
    switch self {
    case .moved: "Le rendez-vous a été déplacé."
    case .cancelled: "Le rendez-vous n’est plus prévu."
    case .started: "Le rendez-vous a commencé avant que le SMS puisse partir."
    case .noNumber: "Le dossier n’a pas de numéro de téléphone : à compléter."
    case .notMobile: "Le numéro est celui d’un téléphone fixe : numéro à corriger."
    case .unreadable: "Le numéro est étranger ou mal écrit : numéro à corriger."
    case .refused: "La personne refuse les SMS : prévenez-la autrement."
    case .rejected: "L’opérateur refuse ce numéro : numéro à corriger."
    case .undelivered: "Le téléphone était éteint ou injoignable : prévenez la personne par un autre moyen."
    case .stopped: "La personne a demandé à l’opérateur de ne plus recevoir de SMS : prévenez-la autrement."
    case .delayed: "L’opérateur n’a pas pris le SMS : Jalons recommence, et vous prévient s’il ne part pas."
    case .uncertain: "Le SMS est peut-être parti : prévenez la personne par un autre moyen si besoin."
    }
  }

  /// What the agent is told; nil where there is nothing to do.
  var noticeTitle: String? {
    switch self {
    case .moved, .cancelled, .delayed: nil
    case .started: "Rappel SMS non envoyé à temps"
    case .noNumber, .notMobile, .unreadable, .rejected: "Rappel SMS non envoyé : numéro à corriger"
    case .undelivered, .stopped: "Rappel SMS non remis : prévenez la personne autrement"
    case .refused: "Rappel SMS non envoyé : la personne refuse les SMS"
    case .uncertain: "Rappel SMS : envoi incertain"
    }
  }
}

/// What is known of an appointment and its person when a reminder falls due.
struct DueReminder: Sendable, Codable {
  var message: ID<OutgoingMessageKind>
  var key: String
  /// A call was made whose result nobody recorded: the process died in between.
  var uncertain: Bool
  var attempts: Int
  var appointment: ID<Appointment>?
  var dossier: ID<Dossier>?
  var agent: ID<Account>?
  var agentName: String?
  var startsAt: Date?
  var outcome: AppointmentOutcome?
  var place: String?
  var phone: String?
  var smsRefused: Bool?
  /// The number of the person's last SMS, where the provider rejected it.
  var deadNumber: String?

  enum Decision: Equatable, Sendable {
    case send(PhoneNumber, text: String)
    case tooLate(ReminderFault)
    case fail(ReminderFault)
  }

  /// - Parameter providerKnowsKeys: whether the same key given twice leaves once.
  func decision(_ wording: ReminderWording, at moment: Date, providerKnowsKeys: Bool) -> Decision {
    guard let startsAt, let agentName, outcome == .planned else { return .tooLate(.cancelled) }
    if startsAt <= moment { return .tooLate(.started) }
    if smsRefused == true { return .fail(.refused) }
    guard let phone, !phone.isEmpty else { return .fail(.noNumber) }
    guard let number = PhoneNumber(phone) else { return .fail(.unreadable) }
    guard number.isMobile else { return .fail(.notMobile) }
    // Tried again once the number was corrected.
    if number.e164 == deadNumber { return .fail(.rejected) }
    if uncertain, !providerKnowsKeys { return .fail(.uncertain) }
    return .send(number, text: wording.text(startsAt: startsAt, agentName: agentName, place: place))
  }
}
