import Domain
import Foundation

/// Work that outlives the request that asked for it, whichever service does it. It is its author's alone.
public struct OwnJob: Payload, Identifiable {
  /// What is done; one of every service's jobs. A new one gets its words and its page in the portal.
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
  public var id: ID<OwnJob>
  public var kind: Kind
  public var total: Int
  public var done: Int
  public var refused: Int
  /// Left undone because its author stopped it.
  public var cancelled: Int
  public var createdAt: Date
  /// Absent while it goes on.
  public var endedAt: Date?

  public init(
    id: ID<OwnJob>, kind: Kind, total: Int, done: Int, refused: Int, cancelled: Int = 0, createdAt: Date,
    endedAt: Date? = nil
  ) {
    self.id = id
    self.kind = kind
    self.total = total
    self.done = done
    self.refused = refused
    self.cancelled = cancelled
    self.createdAt = createdAt
    self.endedAt = endedAt
  }
}

/// Jobs asked for before a moment. The portal shows several services' in one list, so the place is a moment, not a cursor.
public struct OwnJobQuery: Payload, Constrained {
  public var before: Date?
  public var limit: Int?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200)]

  public init(before: Date? = nil, limit: Int? = nil) {
    self.before = before
    self.limit = limit
  }
}

/// What every service with jobs serves, declared once for all of them.
public struct JobEndpoints: Sendable {
  public let all: Endpoint<OwnJobQuery, [OwnJob]>
  public let cancel: Endpoint<NoInput, OwnJob>

  init(_ service: ServiceName) {
    all = Endpoint(
      service, "listOwnJobs", .get, "jobs", allow: .signedIn, summary: "List one's own jobs, newest first.")
    cancel = Endpoint(
      service, "cancelOwnJob", .post, "jobs/{job}/cancellation", allow: .signedIn,
      summary: "Leave undone what a job of one's own has not begun.")
  }
}

extension ServiceName {
  public var jobs: JobEndpoints { JobEndpoints(self) }

  /// The services that do jobs. Another one adds itself with its first.
  public static let withJobs: [ServiceName] = [.dossiers]
}
