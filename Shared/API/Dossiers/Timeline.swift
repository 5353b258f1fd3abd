import Domain
import Foundation

/// What a line of a dossier's timeline is about: its icon and its colour.
public enum TimelineKind: String, Payload, CaseIterable {
  case entered, referent, exit, entitlement, moved, contact, standby, contract, appointment, message, step, form, note
  case characteristic, notice, document
  case sideData = "side_data"
  case gathering
}

/// What happened, in the order of the timeline.
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

extension DossiersAPI {
  public static let listTimeline = Endpoint<NoInput, Page<TimelineEntry>>(
    .dossiers, "listTimeline", .get, "dossiers/{dossier}/timeline",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List what happened to a dossier, newest first.")
}
