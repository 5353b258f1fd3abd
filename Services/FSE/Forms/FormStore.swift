import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

struct FormStore: Sendable {
  let postgres: PostgresClient

  func show(_ form: FSEForm, of id: ID<Participation>, for caller: Caller) async throws -> FormSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.sheet(
        form, of: id, filed: try await Self.papers(of: id, in: transaction), in: transaction)
    }
  }

  /// Saves the answers: those to hidden questions are left out, what is missing leaves the form red.
  /// - Throws: 404; 412 with the sheet as it is now; 409 while the exit form is locked; 422 for an impossible answer,
  ///   and nothing is changed.
  func save(
    _ answers: Answers, in form: FSEForm, of id: ID<Participation>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> FormSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select from fse.participation where id = \(id) for update")
      let filed = try await Self.papers(of: id, in: transaction)
      let before = try await Self.sheet(form, of: id, filed: filed, in: transaction).held(version: version)
      if let reason = before.status.lockedBecause {
        throw Problem.conflict(
          "sortie-verrouillee", "Le questionnaire de sortie n’est pas encore ouvert.", detail: reason)
      }
      let participation = try await ParticipationStore.find(id, in: transaction)
      let context = try await Self.context(participation, in: transaction)
      let impossible = before.questionnaire.faults(answers, context).filter { $0.code != "obligatoire" }
      if !impossible.isEmpty { throw Problem.invalid(impossible) }
      let kept = before.questionnaire.kept(answers)
      let isComplete = before.questionnaire.missing(kept, filed: filed).isEmpty
      let completedAt = isComplete ? before.status.completedAt ?? moment : nil
      try await Self.write(kept, in: before, completedAt: completedAt, transaction)
      if form == .exit, completedAt != nil {
        try await ParticipationStore.resolve(id, in: transaction, at: moment)
      }
      let after = try await Self.sheet(form, of: id, filed: filed, in: transaction)
      if after.status.state != before.status.state {
        try await transaction.announce(
          FormChanged(
            participation: id, dossier: after.dossier, form: form,
            status: completedAt == nil ? .due : .completed), at: moment)
      }
      return after
    }
  }

  /// The forms to fill in, the most urgent first.
  func due(_ query: DueFormQuery, for caller: Caller) async throws -> Page<DueForm> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let form = query.form { conditions.append("f.form = \(form)") }
    if let operation = query.operation { conditions.append("f.operation = \(operation)") }
    if let days = query.daysLeft { conditions.append("f.due_on <= caller.today() + \(days)::int") }
    if let after = try query.place(as: Place.self) {
      conditions.append(
        """
        (f.due_on, f.participation, f.form) > (\(after.dueOn)::date, \(after.participation)::uuid, \(after.form))
        """)
    }
    let statement: SQL = """
      select f.participation, f.dossier, d.number, d.family_name || ' ' || d.given_name as name, f.operation,
        f.operation_name, f.form, f.since, f.due_on, f.due_on - caller.today() as days_left, f.reason, f.proposed_until
      from fse.v1_form_due f join dossiers.v1_dossier d on d.id = f.dossier
      where \(conditions.joined(separator: " and "))
      order by f.due_on, f.participation, f.form limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: DueForm.self) }
    return try Page(rows, limit: limit) { Place(dueOn: $0.dueOn, participation: $0.participation, form: $0.form) }
  }

  private struct Place: Codable {
    let dueOn: CalendarDate
    let participation: ID<Participation>
    let form: FSEForm
  }

  // MARK: Questionnaires

  func questionnaire(_ version: Int, _ form: FSEForm, for caller: Caller) async throws -> Questionnaire {
    try await postgres.withTransaction(as: caller) {
      try await Self.questionnaire(version, form, in: $0)
    }
  }

  /// A new version of both forms; sheets that were begun keep the version that they answer.
  func add(_ draft: QuestionnaireDraft, for caller: Caller, at moment: Date) async throws -> Questionnaire {
    try await postgres.withTransaction(as: caller) { transaction in
      let entry = Definition(title: draft.entryTitle, questions: draft.entry)
      let exit = Definition(title: draft.exitTitle, questions: draft.exit)
      let faults =
        entry.questionnaire(0, .entry).contradictions(at: "entry")
        + exit.questionnaire(0, .exit).contradictions(at: "exit")
      if !faults.isEmpty { throw Problem.invalid(faults) }
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('fse.questionnaire'), 0)")
      let version =
        try await transaction.first(
          "select coalesce(max(version), 0) + 1 from fse.questionnaire", as: Int.self) ?? 1
      for (form, definition) in [(FSEForm.entry, entry), (.exit, exit)] {
        try await transaction.execute(
          """
          insert into fse.questionnaire (version, form, definition, made_at)
          values (\(version), \(form), \(json: definition), \(moment))
          """)
      }
      return entry.questionnaire(version, .entry)
    }
  }

  // MARK: Parts

  private struct Definition: Codable, Sendable {
    var title: String
    var questions: [FormQuestion]

    func questionnaire(_ version: Int, _ form: FSEForm) -> Questionnaire {
      Questionnaire(version: version, form: form, title: title, questions: questions)
    }
  }

  private struct Stored: Decodable, Sendable {
    let answers: Answers
    let questionnaire: Int
    let version: Int
  }

  private struct Oriented: Decodable, Sendable { let orientedOn: CalendarDate? }
  private struct Defined: Decodable, Sendable { let definition: Definition }

  private static func questionnaire(
    _ version: Int, _ form: FSEForm, in transaction: Transaction
  ) async throws -> Questionnaire {
    guard
      let found = try await transaction.first(
        "select definition from fse.questionnaire where version = \(version) and form = \(form)", as: Defined.self)
    else { throw Problem.notFound("Ce questionnaire") }
    return found.definition.questionnaire(version, form)
  }

  private static func context(
    _ participation: ParticipationRecord, in transaction: Transaction
  ) async throws -> FormContext {
    let oriented = try await transaction.first(
      "select oriented_on from dossiers.v1_dossier where id = \(participation.dossier)", as: Oriented.self)
    return FormContext(
      today: transaction.caller.today, entry: participation.from, end: participation.until,
      orientation: oriented?.orientedOn)
  }

  /// The papers that are filed with the steps of a participation.
  private static func papers(
    of id: ID<Participation>, in transaction: Transaction
  ) async throws -> Set<Evidence.Kind> {
    let kinds = try await transaction.query(
      """
      select distinct v.kind from fse.evidence v join fse.step s on s.id = v.step
      join fse.participation p on p.dossier = s.dossier and p.operation = s.operation where p.id = \(id)
      """, as: Evidence.Kind.self)
    return Set(kinds)
  }

  private static func sheet(
    _ form: FSEForm, of id: ID<Participation>, filed: Set<Evidence.Kind>, in transaction: Transaction
  ) async throws -> FormSheet {
    let participation = try await ParticipationStore.find(id, in: transaction)
    let stored = try await transaction.first(
      "select answers, questionnaire, version from fse.answer_sheet where participation = \(id) and form = \(form)",
      as: Stored.self)
    let questionnaire = try await questionnaire(
      stored?.questionnaire ?? participation.questionnaire, form, in: transaction)
    let suggested = questionnaire.suggestions(try await context(participation, in: transaction))
    let answers = stored?.answers ?? [:]
    return FormSheet(
      participation: id, dossier: participation.dossier, form: form, questionnaire: questionnaire, answers: answers,
      suggested: suggested, visible: questionnaire.visible(stored?.answers ?? suggested).map(\.code),
      missing: questionnaire.missing(answers, filed: filed),
      status: participation.status(of: form, on: transaction.caller.today), version: stored?.version ?? 0)
  }

  private static func write(
    _ answers: Answers, in sheet: FormSheet, completedAt: Date?, _ transaction: Transaction
  ) async throws {
    let author = completedAt == nil ? nil : transaction.caller.account
    try await transaction.execute(
      """
      insert into fse.answer_sheet as s (participation, form, dossier, territory, questionnaire, answers, completed_at,
        completed_by)
      select p.id, \(sheet.form), p.dossier, p.territory, \(sheet.questionnaire.version), \(json: answers)::jsonb,
        \(completedAt)::timestamptz, \(author)::uuid
      from fse.participation p where p.id = \(sheet.participation)
      on conflict (participation, form) do update set answers = excluded.answers,
        completed_at = excluded.completed_at, completed_by = excluded.completed_by, version = s.version + 1
      """)
    let column: SQL = sheet.form == .entry ? "entry_completed_at" : "exit_completed_at"
    try await transaction.execute(
      "update fse.participation set \(column) = \(completedAt) where id = \(sheet.participation)")
  }
}
