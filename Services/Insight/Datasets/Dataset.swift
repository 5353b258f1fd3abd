import API
import Domain
import Foundation
import Postgres

/// Rows across services as one statement over what their owners publish: what they stand for, their typed columns, what
/// narrows them (rule I1). Alerts, reports and exports come from it. Whose rows they are is decided by the policies of
/// the caller's role. In every statement `d` is `dossiers.v1_dossier`.
struct Dataset: Sendable {
  /// What every dataset needs to know of the moment.
  struct Moment: Sendable {
    let today: CalendarDate
    let now: Date
  }

  struct Column: Sendable {
    let shown: DatasetColumn
    let sql: SQL
    /// What it is sorted by, where that is not its value.
    let order: SQL
    /// What is read for each value of the database, where that is a code.
    let words: [String: String]

    /// A column of texts.
    init(
      _ code: String, _ label: String, _ sql: SQL, order: SQL? = nil, words: [String: String] = [:],
      isSecondary: Bool = false
    ) {
      self.init(code, label, .text, sql, order: order, words: words, isSecondary: isSecondary)
    }

    init(
      _ code: String, _ label: String, _ kind: DatasetColumn.Kind, _ sql: SQL, order: SQL? = nil,
      unit: String? = nil, words: [String: String] = [:], isSecondary: Bool = false
    ) {
      shown = DatasetColumn(code: code, label: label, kind: kind, unit: unit, isSecondary: isSecondary)
      self.sql = sql
      self.order = order ?? sql
      self.words = words
    }

    /// The value of a cell out of its text in the database.
    func cell(_ text: String?) -> DatasetCell {
      guard let text else { return DatasetCell() }
      switch shown.kind {
      case .text: return DatasetCell(text: words[text] ?? text)
      case .integer: return DatasetCell(number: Int(text))
      case .date: return DatasetCell(date: CalendarDate(text))
      }
    }

    /// The type in which a place of the list is compared.
    var type: SQL {
      switch shown.kind {
      case .text: "text"
      case .integer: "bigint"
      case .date: "date"
      }
    }
  }

  let subject: DatasetSubject
  let columns: [Column]
  /// The tables that decide which rows there are.
  let source: SQL
  /// What the columns need besides: names of people, structures, territories.
  let names: SQL
  private(set) var conditions: [SQL]
  /// Distinguishes the rows, as text.
  let key: SQL
  /// The identifier of what a row stands for.
  let target: SQL
  /// What a period narrows.
  let day: SQL?
  /// The code of the column that it is sorted by unless another is asked for.
  let order: String

  init(
    _ subject: DatasetSubject, _ columns: [Column], from source: SQL, names: SQL = Dataset.names,
    where conditions: [SQL], key: SQL, target: SQL, day: SQL? = nil, order: String
  ) {
    self.subject = subject
    self.columns = columns
    self.source = source
    self.names = names
    self.conditions = conditions
    self.key = key
    self.target = target
    self.day = day
    self.order = order
  }

  func narrowed(_ more: [SQL]) -> Dataset {
    var copy = self
    copy.conditions += more
    return copy
  }

  /// The lead référent, their structure and the territory of a dossier.
  static let names: SQL = """
    left join identity.v1_account a on a.id = d.lead
    left join identity.v1_organisation o on o.id = d.lead_organisation
    left join identity.v1_territory t on t.id = d.territory
    """

  var filter: SQL { conditions.isEmpty ? "true" : conditions.joined(separator: " and ") }

  /// One row a row of the dataset, of which nothing is read: to be counted.
  func rows(atMost limit: Int) -> SQL {
    "select from \(source) where \(filter) limit \(unsafeSQL: String(limit))"
  }

  /// How many rows there are of each value: `code` and `count`.
  func figures(by value: SQL) -> SQL {
    "select \(value) as code, count(*) as count from \(source) where \(filter) group by \(value)"
  }

  /// The rows by one column, those without a value last.
  func page(by column: Column, descending: Bool, after place: Place?, limit: Int) -> SQL {
    let cells = columns.map { "(\($0.sql))::text" as SQL }.joined(separator: ", ")
    let beyond: SQL = place.map { $0.beyond(column, descending) } ?? "true"
    return """
      select x.dossier, x.key, x.target, x.place::text as place, x.cells from (
        select d.id as dossier, (\(key))::text as key, \(target) as target, (\(column.order))::\(column.type) as place,
          array[\(cells)] as cells
        from \(source) \(names) where \(filter)) x
      where \(beyond)
      order by x.place \(unsafeSQL: descending ? "desc" : "asc") nulls last, x.key
      limit \(unsafeSQL: String(limit))
      """
  }

  /// Where a page ended: what the row was sorted by, and its key.
  struct Place: Codable, Sendable {
    let value: String?
    let key: String

    fileprivate func beyond(_ column: Column, _ descending: Bool) -> SQL {
      guard let value else { return "(x.place is null and x.key > \(key)::text)" }
      let bound: SQL = "\(value)::\(column.type)"
      return """
        (x.place \(unsafeSQL: descending ? "<" : ">") \(bound) or (x.place = \(bound) and x.key > \(key)::text)
          or x.place is null)
        """
    }
  }

  /// A row as the database gives it.
  struct Found: Decodable, Sendable {
    let dossier: ID<Dossier>
    let key: String
    let target: UUID
    let place: String?
    let cells: [String?]
  }

  func row(_ found: Found) -> DatasetRow {
    DatasetRow(
      dossier: found.dossier, key: found.key, target: found.target,
      cells: zip(columns, found.cells).map { $0.cell($1) })
  }

  /// The column of this code, or the usual one where none is asked for.
  /// - Throws: 422 for one that the dataset does not have.
  func column(_ code: String?) throws(Problem) -> Column {
    guard let column = columns.first(where: { $0.shown.code == code ?? order }) else {
      throw .invalid([
        Fault("sort", "colonne", "Cette liste n’a pas de colonne « \(code ?? order) » : triez par une autre.")
      ])
    }
    return column
  }
}

extension Transaction {
  /// How many rows a dataset has, up to so many.
  func count(_ dataset: Dataset, atMost limit: Int) async throws -> Int {
    try await first("select count(*) from (\(dataset.rows(atMost: limit))) counted", as: Int.self) ?? 0
  }

  /// A page of a dataset.
  /// - Throws: 422 for an unknown column or an unreadable `after`.
  func page(
    of dataset: Dataset, sort: String?, descending: Bool, after place: Dataset.Place?, limit: Int
  ) async throws -> Page<DatasetRow> {
    let column = try dataset.column(sort)
    if let value = place?.value, column.cell(value) == DatasetCell() { throw Problem.lostPlace }
    let found = try await query(
      dataset.page(by: column, descending: descending, after: place, limit: limit + 1), as: Dataset.Found.self)
    return try Page(
      found, limit: limit, place: { Dataset.Place(value: $0.place, key: $0.key) }, item: dataset.row)
  }
}
