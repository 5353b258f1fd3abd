import Domain
import Foundation

/// How a summons is printed.
public struct SummonsPrint: Payload, Constrained {
  /// The code of a model; the one that fits the appointment best when absent.
  public var model: String?
  /// PDF when absent.
  public var format: LetterFormat?
  /// A sentence of one's own in the letter.
  public var message: String?
  public static let constraints: [String: Constraint] = ["model": .text(1...80), "message": .text(1...1000)]

  public init(model: String? = nil, format: LetterFormat? = nil, message: String? = nil) {
    self.model = model
    self.format = format
    self.message = message
  }
}

/// A letter that was handed over or posted, as whoever did it says.
public struct LetterSending: Payload, Equatable {
  public enum Way: String, Payload, CaseIterable {
    case hand, post, registered

    public var label: String {
      switch self {
      case .hand: "Remis en main propre"
      case .post: "Courrier simple"
      case .registered: "Recommandé avec avis de réception"
      }
    }
  }
  public var id: ID<LetterSending>
  public var way: Way
  public var sentOn: CalendarDate
  /// The number of a registered letter.
  public var number: String?
  public var enteredByName: String
  public var enteredAt: Date

  public init(
    id: ID<LetterSending>, way: Way, sentOn: CalendarDate, number: String?, enteredByName: String, enteredAt: Date
  ) {
    self.id = id
    self.way = way
    self.sentOn = sentOn
    self.number = number
    self.enteredByName = enteredByName
    self.enteredAt = enteredAt
  }
}

public struct LetterSendingDraft: Payload, Constrained {
  public var way: LetterSending.Way
  /// Today at the latest.
  public var sentOn: CalendarDate
  /// Needed for a registered letter.
  public var number: String?
  public static let constraints: [String: Constraint] = ["number": .text(1...40)]

  public init(way: LetterSending.Way, sentOn: CalendarDate, number: String? = nil) {
    self.way = way
    self.sentOn = sentOn
    self.number = number
  }
}

extension SchedulingAPI {
  public static let listSummonsModels = Endpoint<NoInput, [OfferedModel]>(
    .scheduling, "listSummonsModels", .get, "appointments/{appointment}/summons-models",
    allow: .having(.readDossiers, reaching: .appointment),
    summary: "List the models of a summons, those that fit the appointment first.")

  public static let printSummons = Endpoint<SummonsPrint, FileOutput>(
    .scheduling, "printSummons", .get, "appointments/{appointment}/summons",
    allow: .having(.bookAppointments, .bookForOrganisation, reaching: .appointment),
    summary: "Make the summons to an appointment, as PDF or Word.", audit: .download)

  /// Of those whose dossier the caller reaches, by postcode and name, as envelopes are sorted.
  public static let printMeetingSummons = Endpoint<SummonsPrint, FileOutput>(
    .scheduling, "printMeetingSummons", .get, "meetings/{meeting}/summons",
    allow: .having(.bookAppointments, .bookForOrganisation),
    summary: "Make the summons of everybody who is expected at a meeting, as one file.", audit: .download)

  public static let listSendings = Endpoint<NoInput, [LetterSending]>(
    .scheduling, "listSendings", .get, "appointments/{appointment}/sendings",
    allow: .having(.readDossiers, reaching: .appointment),
    summary: "List how and when the summons to an appointment was sent, latest first.")

  public static let recordSending = Endpoint<LetterSendingDraft, LetterSending>(
    .scheduling, "recordSending", .post, "appointments/{appointment}/sendings",
    allow: .having(.bookAppointments, .bookForOrganisation, reaching: .appointment),
    summary: "Record that a summons was handed over or posted, with its number.", success: 201)
}
