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
    case notesAdded = "notes_added"
    case standbysStarted = "standbys_started"
    case stepReferentsNamed = "step_referents_named"
    case documentsFiled = "documents_filed"
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

/// The same note on many dossiers.
public struct NoteBatch: Payload, Constrained {
  public var note: NoteDraft
  public var dossiers: [ID<Dossier>]
  public static let constraints: [String: Constraint] = ["dossiers": .items(1000)]

  public init(note: NoteDraft, dossiers: [ID<Dossier>]) {
    self.note = note
    self.dossiers = dossiers
  }
}

/// Many dossiers set aside for the same time.
public struct StandbyBatch: Payload, Constrained {
  public var standby: StandbyDraft
  public var dossiers: [ID<Dossier>]
  public static let constraints: [String: Constraint] = ["dossiers": .items(1000)]

  public init(standby: StandbyDraft, dossiers: [ID<Dossier>]) {
    self.standby = standby
    self.dossiers = dossiers
  }
}

/// The same step référent of many dossiers.
public struct StepReferentBatch: Payload, Constrained {
  public var referent: StepReferentDraft
  public var dossiers: [ID<Dossier>]
  public static let constraints: [String: Constraint] = ["dossiers": .items(1000)]

  public init(referent: StepReferentDraft, dossiers: [ID<Dossier>]) {
    self.referent = referent
    self.dossiers = dossiers
  }
}

/// The same document in many dossiers. They stand in the address, so that they are fewer than of the other acts.
public struct DocumentBatch: Payload, Constrained {
  public var folder: String
  public var type: String
  /// As it was called where it comes from.
  public var fileName: String?
  public var dossiers: [ID<Dossier>]
  public static let constraints: [String: Constraint] = [
    "folder": .pattern("[a-z0-9_]+", 1...40), "type": .pattern("[a-z0-9_]+", 1...40), "fileName": .text(1...255),
    "dossiers": .items(50),
  ]

  public init(folder: String, type: String, fileName: String? = nil, dossiers: [ID<Dossier>]) {
    self.folder = folder
    self.type = type
    self.fileName = fileName
    self.dossiers = dossiers
  }
}

extension DossiersAPI {
  /// The body is the file: PDF, Word, JPEG or PNG by its content.
  public static let fileDocuments = Endpoint<Upload<DocumentBatch>, Batch>(
    .dossiers, "fileDocuments", .post, "documents", allow: .having(.depositDocuments),
    summary: "File the same document in many dossiers, each by itself.", success: 202,
    limit: DossierDocument.mostBytes)
  public static let addNotes = Endpoint<NoteBatch, Batch>(
    .dossiers, "addNotes", .post, "notes", allow: .having(.writeNotes),
    summary: "Add the same note to many dossiers, each by itself.", success: 202)
  public static let startStandbys = Endpoint<StandbyBatch, Batch>(
    .dossiers, "startStandbys", .post, "standbys", allow: .having(.standby),
    summary: "Set many dossiers aside for some time, each by itself.", success: 202)
  public static let nameStepReferents = Endpoint<StepReferentBatch, Batch>(
    .dossiers, "nameStepReferents", .post, "step-referents", allow: .having(.nameStepReferent),
    summary: "Name a step référent of many dossiers, each by itself.", success: 202)
  public static let showBatch = Endpoint<NoInput, Batch>(
    .dossiers, "showBatch", .get, "batches/{batch}",
    allow: .having(
      .exitDossier, .cancelExit, .transferCaseloads, .writeNotes, .standby, .nameStepReferent, .depositDocuments),
    summary: "Show how far an act on many dossiers is.")
  public static let listBatchRows = Endpoint<BatchRowQuery, Page<BatchRow>>(
    .dossiers, "listBatchRows", .get, "batches/{batch}/rows",
    allow: .having(
      .exitDossier, .cancelExit, .transferCaseloads, .writeNotes, .standby, .nameStepReferent, .depositDocuments),
    summary: "List what became of each dossier of a batch.")
  public static let undoBatch = Endpoint<NoInput, Batch>(
    .dossiers, "undoBatch", .post, "batches/{batch}/undo",
    allow: .having(.exitDossier, .cancelExit, .transferCaseloads),
    summary: "Take a batch back, dossier by dossier.", success: 202)
}
