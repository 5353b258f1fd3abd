import Domain
import Foundation

/// What a line of a dossier's timeline is about: its icon and its colour.
public enum TimelineKind: String, Payload, CaseIterable {
  case entered, referent, exit, entitlement, moved, contact, standby, contract, appointment, message, step, form, note
  case characteristic, notice, document
  case sideData = "side_data"
  case gathering
}

/// What happened, in the order in which it was told.
public struct TimelineEntry: Payload {
  public var event: UUID
  public var at: Date
  public var kind: TimelineKind
  public var title: String
  public var detail: JSONValue
  public var actorName: String?

  public init(event: UUID, at: Date, kind: TimelineKind, title: String, detail: JSONValue, actorName: String? = nil) {
    self.event = event
    self.at = at
    self.kind = kind
    self.title = title
    self.detail = detail
    self.actorName = actorName
  }
}

/// A thing of the frise at its own date, whenever it was typed: it lasted, or it is on one day.
public struct TimelineBlock: Payload, Equatable {
  public enum Kind: String, Payload, CaseIterable {
    case entitlement, lead
    case stepReferent = "step_referent"
    case contract, step, positioning, operation, standby, appointment, gathering, notice, exit
  }
  public var kind: Kind
  /// What it is: the appointment's id, the contract's, the step's; for what has none, its first day.
  public var subject: String
  public var title: String
  public var detail: String?
  public var from: CalendarDate
  /// The last day of what lasted; nil while it goes on.
  public var until: CalendarDate?
  /// The hour of what has one.
  public var at: Date?
  /// Whether it is a bar; else it is a mark on `from`.
  public var lasts: Bool

  public init(
    kind: Kind, subject: String, title: String, detail: String? = nil, from: CalendarDate,
    until: CalendarDate? = nil, at: Date? = nil, lasts: Bool
  ) {
    self.kind = kind
    self.subject = subject
    self.title = title
    self.detail = detail
    self.from = from
    self.until = until
    self.at = at
    self.lasts = lasts
  }
}

/// What a dossier's pages show of its course.
public struct DossierTimeline: Payload {
  /// What happened, newest first.
  public var items: [TimelineEntry]
  /// Each thing at its own date, the latest first.
  public var blocks: [TimelineBlock]

  public init(items: [TimelineEntry], blocks: [TimelineBlock]) {
    self.items = items
    self.blocks = blocks
  }
}

extension DossiersAPI {
  public static let listTimeline = Endpoint<NoInput, DossierTimeline>(
    .dossiers, "listTimeline", .get, "dossiers/{dossier}/timeline",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "List what happened to a dossier, newest first, and each thing of its course at its own date.")
}
