import Domain
import Foundation

/// A time during which a dossier is set aside though it stays in the caseload (rule C6).
public struct Standby: Payload, Versioned {
  public var id: UUID
  public var dossier: ID<Dossier>
  public var fromDate: CalendarDate
  public var untilDate: CalendarDate?
  /// A code of the list `standby_reason`, and what the county calls it today.
  public var reason: String
  public var reasonLabel: String
  public var comment: String?
  public var version: Int

  public init(
    id: UUID, dossier: ID<Dossier>, fromDate: CalendarDate, untilDate: CalendarDate? = nil, reason: String,
    reasonLabel: String, comment: String? = nil, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.fromDate = fromDate
    self.untilDate = untilDate
    self.reason = reason
    self.reasonLabel = reasonLabel
    self.comment = comment
    self.version = version
  }
}

public struct StandbyDraft: Payload, Constrained {
  public var from: CalendarDate
  public var until: CalendarDate?
  /// A code of the list `standby_reason`.
  public var reason: String
  public var comment: String?
  public static let constraints: [String: Constraint] = [
    "reason": .pattern("[a-z0-9_]+", 1...40), "comment": .text(0...2000),
  ]

  public init(from: CalendarDate, until: CalendarDate?, reason: String, comment: String? = nil) {
    self.from = from
    self.until = until
    self.reason = reason
    self.comment = comment
  }
}

extension DossiersAPI {
  public static let listStandbys = Endpoint<NoInput, Page<Standby>>(
    .dossiers, "listStandbys", .get, "dossiers/{dossier}/standbys",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the standbys of a dossier, newest first.")
  public static let startStandby = Endpoint<StandbyDraft, Standby>(
    .dossiers, "startStandby", .post, "dossiers/{dossier}/standbys",
    allow: .having(.standby, reaching: .dossier), summary: "Set a dossier aside for some time.", success: 201)
  public static let changeStandby = Endpoint<StandbyDraft, Standby>(
    .dossiers, "changeStandby", .put, "dossiers/{dossier}/standbys/{standby}",
    allow: .having(.standby, reaching: .dossier), summary: "Change a standby, its end above all.", versioned: true)
  public static let removeStandby = Endpoint<NoInput, NoOutput>(
    .dossiers, "removeStandby", .delete, "dossiers/{dossier}/standbys/{standby}",
    allow: .having(.standby, reaching: .dossier), summary: "Take back a standby entered by mistake.", versioned: true)
}
