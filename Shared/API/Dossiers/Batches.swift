import Domain
import Foundation

/// One act on many dossiers, each done or refused by itself.
public struct Batch: Payload {
  public enum Kind: String, Payload, CaseIterable {
    case exitsAccepted = "exits_accepted"
    case exitsDeclined = "exits_declined"
    case exitsReopened = "exits_reopened"
    case exitsCancelled = "exits_cancelled"
    case transferred
    case takenBack = "taken_back"
  }
  public var id: ID<Batch>
  public var kind: Kind
  public var total: Int
  public var done: Int
  public var refused: Int
  public var createdAt: Date
  /// Absent while it goes on.
  public var endedAt: Date?
  /// Whether the caller may take it back now.
  public var undoable: Bool

  public init(
    id: ID<Batch>, kind: Kind, total: Int, done: Int, refused: Int, createdAt: Date, endedAt: Date? = nil,
    undoable: Bool
  ) {
    self.id = id
    self.kind = kind
    self.total = total
    self.done = done
    self.refused = refused
    self.createdAt = createdAt
    self.endedAt = endedAt
    self.undoable = undoable
  }
}

/// What became of one dossier of a batch.
public struct BatchRow: Payload {
  public enum Outcome: String, Payload, CaseIterable { case done, refused, cancelled }
  public var position: Int
  public var dossier: ID<Dossier>
  /// As the person was called when it was asked; absent for a dossier out of the caller's reach.
  public var name: String?
  /// Absent while its turn has not come.
  public var outcome: Outcome?
  /// Why it was refused.
  public var reason: String?

  public init(position: Int, dossier: ID<Dossier>, name: String?, outcome: Outcome?, reason: String?) {
    self.position = position
    self.dossier = dossier
    self.name = name
    self.outcome = outcome
    self.reason = reason
  }
}

public struct BatchRowQuery: PageQuery, Constrained {
  public var outcome: BatchRow.Outcome?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(outcome: BatchRow.Outcome? = nil, limit: Int? = nil, after: String? = nil) {
    self.outcome = outcome
    self.limit = limit
    self.after = after
  }
}

extension DossiersAPI {
  public static let showBatch = Endpoint<NoInput, Batch>(
    .dossiers, "showBatch", .get, "batches/{batch}", allow: .having(.exitDossier, .cancelExit, .transferCaseloads),
    summary: "Show how far an act on many dossiers is.")
  public static let listBatchRows = Endpoint<BatchRowQuery, Page<BatchRow>>(
    .dossiers, "listBatchRows", .get, "batches/{batch}/rows",
    allow: .having(.exitDossier, .cancelExit, .transferCaseloads),
    summary: "List what became of each dossier of a batch.")
  public static let undoBatch = Endpoint<NoInput, Batch>(
    .dossiers, "undoBatch", .post, "batches/{batch}/undo",
    allow: .having(.exitDossier, .cancelExit, .transferCaseloads),
    summary: "Take a batch back, dossier by dossier.", success: 202)
}
