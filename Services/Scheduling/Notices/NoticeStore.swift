import API
import Domain
import Foundation
import Postgres

struct NoticeStore: Sendable {
  let postgres: PostgresClient

  /// The caller's notifications, newest first; in a colleague's place, that colleague's.
  func notices(
    unread: Bool, after cursor: MomentPlace?, limit: Int, for caller: Caller
  ) async throws -> [Notice] {
    let onlyUnread: SQL = unread ? "and n.read_at is null" : ""
    let onwards: SQL = cursor.map { "and (n.at, n.id) < (\($0.moment), \($0.id))" } ?? ""
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select n.id, n.kind, n.title, case when n.subject_kind is not null then
            jsonb_strip_nulls(jsonb_build_object('kind', n.subject_kind, 'id', n.subject)) end as subject,
          n.dossier, upper(d.family_name) || ' ' || d.given_name as dossier_name,
          n.at, n.read_at
        from scheduling.notification n left join dossiers.v1_dossier d on d.id = n.dossier
        where n.account = \(caller.seat) \(onlyUnread) \(onwards)
        order by n.at desc, n.id desc limit \(limit + 1)
        """, as: Notice.self)
    }
  }

  func count(for caller: Caller) async throws -> NoticeCount {
    try await postgres.withTransaction(as: caller) { try await Self.count(in: $0) }
  }

  /// Reading twice changes nothing.
  /// - Throws: 404 for another's.
  func read(_ id: ID<Notice>, as caller: Caller, at moment: Date) async throws -> NoticeCount {
    try await postgres.withTransaction(as: caller) { transaction in
      let found = try await transaction.execute(
        """
        update scheduling.notification set read_at = coalesce(read_at, \(moment))
        where id = \(id) and account = \(caller.seat)
        """)
      guard found == 1 else { throw Problem.notFound("Cette notification") }
      return try await Self.count(in: transaction)
    }
  }

  func readAll(as caller: Caller, at moment: Date) async throws -> NoticeCount {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        "update scheduling.notification set read_at = \(moment) where account = \(caller.seat) and read_at is null")
      return NoticeCount(unread: 0)
    }
  }

  private static func count(in transaction: Transaction) async throws -> NoticeCount {
    let count = try await transaction.first(
      "select count(*) from scheduling.notification where account = \(transaction.caller.seat) and read_at is null",
      as: Int.self)
    return NoticeCount(unread: count ?? 0)
  }
}
