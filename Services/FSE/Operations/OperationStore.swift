import API
import Domain
import Foundation
import Postgres
import Service

struct OperationStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = """
    id, name, code, starts_on, ends_on, managers, objective, questionnaire, entry_days, exit_days, incomplete_limit,
    version
    """

  func operations(for caller: Caller) async throws -> Page<FSEOperation> {
    let items = try await postgres.withTransaction(as: caller) {
      try await $0.query(
        "select \(Self.columns) from fse.operation order by starts_on desc, name limit 200", as: FSEOperation.self)
    }
    return Page(items: items)
  }

  func show(_ id: ID<FSEOperation>, for caller: Caller) async throws -> FSEOperation {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }
  }

  func add(_ draft: FSEOperationDraft, for caller: Caller, at moment: Date) async throws -> FSEOperation {
    let managers = draft.managers.contains(caller.seat) ? draft.managers : draft.managers + [caller.seat]
    return try await naming {
      try await postgres.withTransaction(as: caller) { transaction in
        try await Self.check(draft, keeping: [], in: transaction)
        let id = ID<FSEOperation>.new(at: moment)
        try await transaction.execute(
          """
          insert into fse.operation (id, name, code, starts_on, ends_on, managers, objective, questionnaire,
            entry_days, exit_days, incomplete_limit)
          values (\(id), \(draft.name), \(draft.code), \(draft.startsOn), \(draft.endsOn), \(managers),
            \(draft.objective),
            coalesce(\(draft.questionnaire)::int, (select max(version) from fse.questionnaire)),
            \(draft.entryDays), \(draft.exitDays),
            \(draft.incompleteLimit))
          """)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404 for an operation that the caller does not manage; 412; 409 when a participation would fall outside.
  func change(
    _ id: ID<FSEOperation>, to draft: FSEOperationDraft, version: Int, for caller: Caller
  ) async throws -> FSEOperation {
    try await naming {
      try await postgres.withTransaction(as: caller) { transaction in
        let before = try await Self.managed(id, in: transaction).held(version: version)
        try await Self.check(draft, keeping: before.managers, in: transaction)
        if let days = try await transaction.first(
          """
          select min(from_date) as first, max(until_date) as last from fse.participation
          where operation = \(id) having count(*) > 0
          """, as: Used.self), days.first < draft.startsOn || days.last > draft.endsOn
        {
          throw Problem.conflict(
            "participations-hors-dates", "Ces dates laisseraient des participations hors de l’opération.",
            detail: "Les participations vont du \(French.short(days.first)) au \(French.short(days.last)).")
        }
        try await transaction.execute(
          """
          update fse.operation set name = \(draft.name), code = \(draft.code), starts_on = \(draft.startsOn),
            ends_on = \(draft.endsOn), managers = \(draft.managers), objective = \(draft.objective),
            questionnaire = coalesce(\(draft.questionnaire)::int, questionnaire), entry_days = \(draft.entryDays), exit_days = \(draft.exitDays),
            incomplete_limit = \(draft.incompleteLimit), version = version + 1
          where id = \(id)
          """)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  func delete(_ id: ID<FSEOperation>, for caller: Caller) async throws {
    do {
      try await postgres.withTransaction(as: caller) { transaction in
        _ = try await Self.managed(id, in: transaction)
        try await transaction.execute("delete from fse.operation where id = \(id)")
      }
    } catch let error as PostgresError where error.kind == .foreignKeyViolation {
      throw Problem.conflict(
        "operation-utilisee", "Cette opération ne peut plus être supprimée.",
        detail: "Des offres ou des participations s’y rattachent.")
    }
  }

  /// Only what is late counts as incomplete (rule S17).
  /// - Throws: 404 for an operation that the caller does not manage.
  func completeness(of id: ID<FSEOperation>, for caller: Caller) async throws -> Completeness {
    try await postgres.withTransaction(as: caller) { transaction in
      let operation = try await Self.managed(id, in: transaction, locking: false)
      let counts = try await transaction.first(
        """
        select count(*) as participants, count(p.entry_completed_at) as entry_complete,
          count(*) filter (where exit.form is not null or p.exit_completed_at is not null) as exit_due,
          count(p.exit_completed_at) as exit_complete,
          count(*) filter (where entry.due_on < caller.today() or exit.due_on < caller.today()) as incomplete,
          count(*) filter (where (entry.form is not null or exit.form is not null)
            and coalesce(entry.due_on >= caller.today(), true) and coalesce(exit.due_on >= caller.today(), true)
          ) as awaited,
          count(*) filter (where coalesce(d.phone, '') = '' and coalesce(d.email, '') = '') as without_contact
        from fse.participation p
        left join fse.v1_form_due entry on entry.participation = p.id and entry.form = 'entry'
        left join fse.v1_form_due exit on exit.participation = p.id and exit.form = 'exit'
        left join dossiers.v1_dossier d on d.id = p.dossier
        where p.operation = \(id)
        """, as: Counts.self)
      return operation.completeness(counts ?? Counts())
    }
  }

  // MARK: Parts

  private struct Used: Decodable, Sendable { let first: CalendarDate, last: CalendarDate }

  static func find(_ id: ID<FSEOperation>, in transaction: Transaction) async throws -> FSEOperation {
    guard
      let found = try await transaction.first(
        "select \(columns) from fse.operation where id = \(id)", as: FSEOperation.self)
    else { throw Problem.notFound("Cette opération") }
    return found
  }

  /// The operation, locked, when the caller manages it.
  static func managed(
    _ id: ID<FSEOperation>, in transaction: Transaction, locking: Bool = true
  ) async throws -> FSEOperation {
    guard
      let found = try await transaction.first(
        """
        select \(columns) from fse.operation where id = \(id) and \(transaction.caller.seat) = any (managers)
        \(unsafeSQL: locking ? "for update" : "")
        """, as: FSEOperation.self)
    else { throw Problem.notFound("Cette opération") }
    return found
  }

  /// - Parameter managers: those that it has, who may have closed their account since.
  private static func check(
    _ draft: FSEOperationDraft, keeping managers: [ID<Account>], in transaction: Transaction
  ) async throws {
    var faults: [Fault] = []
    if draft.endsOn < draft.startsOn { faults.append(Fault("endsOn", "ordre", "La fin précède le début.")) }
    if let version = draft.questionnaire,
      try await transaction.query(
        "select form from fse.questionnaire where version = \(version)", as: String.self
      ).count < 2
    {
      faults.append(Fault("questionnaire", "choix", "Choisissez une version de questionnaires qui existe."))
    }
    faults += try await transaction.faults(
      of: draft.managers.enumerated().map { index, manager in
        managers.contains(manager) ? nil : BodyReference.account(manager, at: "managers.\(index)")
      })
    if !faults.isEmpty { throw Problem.invalid(faults) }
  }

  private func naming<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "operation_code" {
      throw Problem.conflict(
        "operation-existante", "Une opération porte déjà ce code.", detail: "Choisissez un autre code.")
    }
  }
}
