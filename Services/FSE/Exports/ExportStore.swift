import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// What an operation's manager tells the authority: indicators, faults, the file (rule S15).
struct ExportStore: Sendable {
  let postgres: PostgresClient

  /// Participations with their dossier and the answers of complete forms.
  private static let source: SQL = """
    fse.participation p
    join fse.operation o on o.id = p.operation
    left join dossiers.v1_dossier d on d.id = p.dossier
    left join fse.answer_sheet e on e.participation = p.id and e.form = 'entry' and e.completed_at is not null
    left join fse.answer_sheet x on x.participation = p.id and x.form = 'exit' and x.completed_at is not null
    """

  // MARK: Indicators

  private struct Counted: Decodable, Sendable { let counts: [Int] }

  /// - Throws: 404 for an operation that the caller does not manage.
  func indicators(of id: ID<FSEOperation>, for caller: Caller) async throws -> IndicatorSheet {
    let rules = IndicatorRule.all
    let counts = rules.flatMap { rule -> [SQL] in
      [
        "count(*) filter (where \(rule.condition))",
        "count(*) filter (where d.sex = '2' and \(rule.condition))",
        "count(*) filter (where d.sex = '1' and \(rule.condition))",
      ]
    }
    let found = try await postgres.withTransaction(as: caller) { transaction in
      _ = try await OperationStore.managed(id, in: transaction, locking: false)
      return try await transaction.first(
        """
        select array[\(counts.joined(separator: ", "))]::int[] as counts from \(Self.source) where p.operation = \(id)
        """, as: Counted.self)
    }
    let numbers = found?.counts ?? Array(repeating: 0, count: counts.count)
    let indicators = rules.enumerated().map { index, rule in
      Indicator(
        code: rule.code, label: rule.label, sources: rule.sources, total: numbers[index * 3],
        women: numbers[index * 3 + 1], men: numbers[index * 3 + 2])
    }
    return IndicatorSheet(
      operation: id, indicators: indicators, inconsistencies: IndicatorSheet.inconsistencies(indicators))
  }

  // MARK: Faults

  private struct Place: Codable { let participation: ID<Participation> }

  /// - Throws: 404 for an operation that the caller does not manage.
  func faults(
    of id: ID<FSEOperation>, _ query: ExportFaultQuery, for caller: Caller
  ) async throws -> Page<ExportFault> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["p.operation = \(id)", "cardinality(f.faults) > 0"]
    if let after = try query.place(as: Place.self) { conditions.append("p.id > \(after.participation)::uuid") }
    let statement: SQL = """
      select p.id as participation, p.dossier, d.number, d.family_name || ' ' || d.given_name as name, f.faults
      from \(Self.source) cross join lateral (
        select array_remove(array[
          case when d.birth_date is null then 'Date de naissance absente' end,
          case when coalesce(d.sex, '') not in ('1', '2') then 'Sexe absent' end,
          case when coalesce(d.commune, '') = '' then 'Commune absente' end,
          case when coalesce(d.phone, '') = '' and coalesce(d.email, '') = '' then 'Ni téléphone ni courriel' end,
          case when e.participation is null then 'Questionnaire d’entrée incomplet' end,
          case when x.participation is null and p.until_date <= caller.today()
            then 'Questionnaire de sortie incomplet' end,
          case when e.answers ->> 'E00' < p.from_date::text then 'Recueil avant l’entrée' end
        ], null) as faults
      ) f
      where \(conditions.joined(separator: " and ")) order by p.id limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      _ = try await OperationStore.managed(id, in: transaction, locking: false)
      return try await transaction.query(statement, as: ExportFault.self)
    }
    return try Page(rows, limit: limit) { Place(participation: $0.participation) }
  }

  // MARK: The file

  private struct Exported: Decodable, Sendable {
    let id: ID<Participation>
    let values: [String?]
  }

  /// A stretch at a time, so that neither the database nor this process holds the whole.
  /// - Throws: 404; 409 where there are no participants.
  func file(of id: ID<FSEOperation>, for caller: Caller) async throws -> FileOutput {
    let (operation, mapping) = try await postgres.withTransaction(as: caller) { transaction in
      let operation = try await OperationStore.managed(id, in: transaction, locking: false)
      let entered = try await transaction.first(
        "select true from fse.participation where operation = \(id) limit 1", as: Bool.self)
      guard entered == true else {
        throw Problem.conflict(
          "export-vide", "Cette opération n’a aucun participant.",
          detail: "Le fichier se produit une fois les premières personnes entrées dans l’opération.")
      }
      return (operation, try await Self.mapping(in: transaction))
    }
    let reader = caller.looking
    return FileOutput(
      name: "participants-\(operation.code)-\(caller.today).csv", contentType: CSV.mediaType, size: nil
    ) { take in
      try await take(CSV.head(of: Sheet(name: "Participants", columns: mapping.columns.map { Sheet.Column($0.title) })))
      var last: ID<Participation>?
      repeat {
        let rows = try await stretch(of: id, after: last, mapping, for: reader)
        var part = Data()
        for row in rows { part += CSV.line(row.values.map { (value: String?) -> Sheet.Cell in .text(value) }) }
        try await take(part)
        last = rows.count == Self.stretch ? rows.last?.id : nil
      } while last != nil
    }
  }

  private static let stretch = 2000

  private func stretch(
    of id: ID<FSEOperation>, after: ID<Participation>?, _ mapping: ExportMapping, for caller: Caller
  ) async throws -> [Exported] {
    let values = mapping.columns.map { Self.value($0.source) }.joined(separator: ", ")
    let beyond: SQL = after.map { "p.id > \($0)::uuid" } ?? "true"
    return try await postgres.withTransaction(as: caller) {
      try await $0.query(
        """
        select p.id, array[\(values)]::text[] as values from \(Self.source)
        where p.operation = \(id) and \(beyond) order by p.id limit \(Self.stretch)
        """, as: Exported.self)
    }
  }

  /// The sources that are not answers, by their names.
  private static let known: [String: SQL] = [
    "number": "d.number::text", "familyName": "d.family_name", "givenName": "d.given_name",
    "birthName": "d.birth_name", "birthDate": "to_char(d.birth_date, 'DD/MM/YYYY')",
    "sex": "case d.sex when '1' then 'M' when '2' then 'F' end",
    "commune": "d.commune", "postalCode": "d.postal_code", "phone": "d.phone", "email": "d.email",
    "nationality": "d.nationality", "operation": "o.name", "operationCode": "o.code",
    "from": "to_char(p.from_date, 'DD/MM/YYYY')", "until": "to_char(p.until_date, 'DD/MM/YYYY')",
    "entries": "p.entries::text", "entryCompleted": "to_char(e.completed_at, 'DD/MM/YYYY')",
    "exitCompleted": "to_char(x.completed_at, 'DD/MM/YYYY')",
  ]

  private static func value(_ source: String) -> SQL {
    if let known = known[source] { return known }
    let parts = source.split(separator: ":").map(String.init)
    guard parts.count == 2 else { return "null" }
    let (answers, code): (SQL, String) = (parts[0] == "exit" ? "x.answers" : "e.answers", parts[1])
    return "(\(answers) ->> \(code)::text)"
  }

  // MARK: The columns

  private struct Stored: Decodable, Sendable {
    let columns: [ExportColumn]
    let version: Int
  }

  private static func mapping(in transaction: Transaction) async throws -> ExportMapping {
    let found = try await transaction.first("select columns, version from fse.export_mapping", as: Stored.self)
    return ExportMapping(columns: found?.columns ?? [], version: found?.version ?? 1)
  }

  func mapping(for caller: Caller) async throws -> ExportMapping {
    try await postgres.withTransaction(as: caller) { try await Self.mapping(in: $0) }
  }

  /// - Throws: 412; 422 for a source that there is not.
  func change(_ draft: ExportMappingDraft, version: Int, for caller: Caller) async throws -> ExportMapping {
    var faults = draft.columns.enumerated().compactMap { index, column in
      Self.isSource(column.source)
        ? nil : Fault("columns.\(index).source", "choix", "Choisissez une donnée qui existe.")
    }
    if draft.columns.isEmpty { faults.append(Fault("columns", "obligatoire", "Gardez au moins une colonne.")) }
    if !faults.isEmpty { throw Problem.invalid(faults) }
    return try await postgres.withTransaction(as: caller) { transaction in
      let changed = try await transaction.execute(
        """
        update fse.export_mapping set columns = \(json: draft.columns)::jsonb, version = version + 1
        where version = \(version)
        """)
      let after = try await Self.mapping(in: transaction)
      guard changed == 1 else { throw Problem.stale(try JSONValue(encoding: after)) }
      return after
    }
  }

  private static func isSource(_ source: String) -> Bool {
    known[source] != nil || source.hasPrefix("entry:") || source.hasPrefix("exit:")
  }
}

func addExportRoutes(to routes: Routes, store: ExportStore) {
  routes.handle(FSEAPI.showIndicators) { _, request in
    try await store.indicators(of: request.id("operation"), for: request.caller)
  }
  routes.handle(FSEAPI.listExportFaults) { query, request in
    try await store.faults(of: request.id("operation"), query, for: request.caller)
  }
  routes.handle(FSEAPI.exportOperation) { _, request in
    try await store.file(of: request.id("operation"), for: request.caller)
  }
  routes.handle(FSEAPI.showExportMapping) { _, request in
    try await store.mapping(for: request.caller)
  }
  routes.handle(FSEAPI.changeExportMapping) { draft, request in
    try await store.change(draft, version: request.version, for: request.caller)
  }
}
