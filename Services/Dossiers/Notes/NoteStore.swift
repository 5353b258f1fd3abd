import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

struct NoteStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL =
    "id, dossier, author, author_name, text, audience, assignee, written_at, closed_at, version"

  /// The notes of a dossier that `caller` may read, newest first. Row-level security does the choosing.
  func notes(of dossier: ID<Dossier>, for caller: Caller) async throws -> [Note] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select \(Self.columns) from dossiers.note where dossier = \(dossier) order by written_at desc limit 200",
        as: Note.self)
    }
  }

  /// The open notes that the caller wrote, or that were assigned to the caller, in the dossiers in reach.
  func own(_ query: OwnNoteQuery, for caller: Caller) async throws -> Page<OwnNote> {
    let limit = query.limit ?? 50
    let after = try query.place(as: ID<Note>.self)
    let whose: SQL =
      query.assigned == true
      ? "n.audience = 'assigned' and n.assignee = \(caller.account)" : "n.author = \(caller.account)"
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        select n.id, n.dossier, d.family_name, d.given_name, n.author_name, n.text, n.audience, n.written_at
        from dossiers.note n join dossiers.dossier d on d.id = n.dossier
        where n.closed_at is null and \(whose) and (\(after)::uuid is null or n.id < \(after)::uuid)
        order by n.id desc limit \(limit + 1)
        """, as: OwnNote.self)
      return try Page(rows, limit: limit, place: \.id)
    }
  }

  /// - Throws: 422 when the person it is assigned to does not reach the dossier.
  func add(_ draft: NoteDraft, to dossier: ID<Dossier>, for caller: Caller, at moment: Date) async throws -> Note {
    try await postgres.withTransaction(as: caller) { try await Self.add(draft, to: dossier, in: $0, at: moment) }
  }

  /// The note itself, inside a transaction that does more.
  static func add(
    _ draft: NoteDraft, to dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws -> Note {
    let caller = transaction.caller
    let assignee = draft.audience == .assigned ? draft.assignee : nil
    if draft.audience == .assigned, assignee == nil {
      throw Problem.invalid([Fault("assignee", "obligatoire", "Choisissez la personne à qui la note est attribuée.")])
    }
    if let assignee, try await !transaction.isReached(dossier, by: assignee) {
      throw Problem.invalid([
        Fault("assignee", "inconnu", "Cette personne ne suit pas ce dossier. Choisissez-en une qui le voit.")
      ])
    }
    let note = try await transaction.first(
      """
      insert into dossiers.note (id, dossier, author, author_name, text, audience, assignee, written_at)
      values (\(ID<Note>.new(at: moment)), \(dossier), \(caller.account), \(caller.name), \(draft.text),
        \(draft.audience), \(assignee), \(moment))
      returning \(Self.columns)
      """, as: Note.self)
    guard let note else { throw Problem.notFound("Cette note") }
    try await transaction.announce(
      NoteAdded(dossier: dossier, audience: draft.audience, assignee: assignee), at: moment)
    return note
  }

  /// Closing twice changes nothing.
  /// - Throws: 404; 412 with the note as it is now when it is not the version that the caller saw.
  func close(
    _ note: ID<Note>, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Note {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await transaction.held(
        "select \(Self.columns) from dossiers.note where id = \(note) and dossier = \(dossier) for update",
        as: Note.self, missing: "Cette note")
      if before.closedAt != nil { return before }
      var after = try before.held(version: version)
      try await transaction.execute(
        "update dossiers.note set closed_at = \(moment), version = version + 1 where id = \(note)")
      after.closedAt = moment
      after.version += 1
      return after
    }
  }
}
