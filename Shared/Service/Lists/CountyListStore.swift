import API
import Domain
import Foundation
import Postgres

/// The lists of one service: read by everybody, kept by the functional administrator, every change with its author.
public struct CountyListStore: Sendable {
  /// Beyond this many a list is no longer one that somebody chooses from.
  static let most = 200

  let postgres: PostgresClient
  let schema: String
  let lists: [KeptList]
  /// What else follows the order of a list, in the same transaction.
  let reordered: @Sendable (CountyListName, Transaction) async throws -> Void

  public init(
    postgres: PostgresClient, schema: String, lists: [KeptList],
    reordered: @escaping @Sendable (CountyListName, Transaction) async throws -> Void = { _, _ in }
  ) {
    self.postgres = postgres
    self.schema = schema
    self.lists = lists
    self.reordered = reordered
  }

  public func all(for caller: Caller) async throws -> [CountyList] {
    try await postgres.withTransaction(as: caller) { transaction in
      var found: [CountyList] = []
      for list in lists { found.append(try await Self.read(list, in: transaction)) }
      return found
    }
  }

  /// - Throws: 404; 409 for a label that the list has already, or a list that is full.
  func add(_ draft: ListEntryDraft, to name: String, for caller: Caller, at moment: Date) async throws -> ListEntry {
    let list = try list(name)
    let label = try Self.label(draft.label)
    return try await postgres.withTransaction(as: caller) { transaction in
      let known = try await held(list, in: transaction)
      try Self.refuseTwin(of: label, except: nil, in: known)
      guard known.entries.count < Self.most else {
        throw Problem.conflict(
          "liste-pleine", "Cette liste compte déjà \(Self.most) valeurs.", detail: "Renommez plutôt une valeur fermée.")
      }
      let entry = ListEntry(
        code: Self.code(for: label, besides: known.entries.map(\.code)), label: label,
        position: (known.entries.map(\.position).max() ?? 0) + 1)
      let (column, value): (SQL, SQL) = list.list.map { (", \(unsafeSQL: $0)", ", \(list.name)") } ?? ("", "")
      try await transaction.execute(
        """
        insert into \(unsafeSQL: list.table) (code, \(unsafeSQL: list.label), position \(column))
        values (\(entry.code), \(entry.label), \(entry.position) \(value))
        """)
      try await remember(
        list, entry.code, nil, .init(label: entry.label, open: true), for: caller, at: moment, in: transaction)
      return entry
    }
  }

  /// The same again changes nothing and leaves no line in the history.
  /// - Throws: 404; 412 with the entry as it is now; 409 for a label that another entry has, and for the last open one.
  func change(
    _ code: String, of name: String, to change: ListEntryChange, version: Int, for caller: Caller, at moment: Date
  ) async throws -> ListEntry {
    let list = try list(name)
    let label = try Self.label(change.label)
    return try await postgres.withTransaction(as: caller) { transaction in
      let known = try await held(list, in: transaction)
      guard var entry = try known.entries.first(where: { $0.code == code })?.held(version: version) else {
        throw Problem.notFound("Cette valeur")
      }
      let before = ListChange.State(label: entry.label, open: entry.open)
      let after = ListChange.State(label: label, open: change.open)
      if before == after { return entry }
      try Self.refuseTwin(of: label, except: code, in: known)
      if entry.open, !change.open, known.offered().count == 1 {
        throw Problem.conflict(
          "derniere-valeur", "C’est la dernière valeur proposée de cette liste.",
          detail: "Ajoutez ou rouvrez une autre valeur, puis fermez celle-ci.")
      }
      (entry.label, entry.open, entry.version) = (label, change.open, entry.version + 1)
      try await transaction.execute(
        """
        update \(unsafeSQL: list.table) set \(unsafeSQL: list.label) = \(label),
          \(unsafeSQL: list.open) = \(change.open), version = version + 1
        where \(list.condition) and code = \(code)
        """)
      try await remember(list, code, before, after, for: caller, at: moment, in: transaction)
      return entry
    }
  }

  /// - Throws: 404; 412 with the list as it is now; 422 when the codes are not those of the list, each once.
  func order(
    _ name: String, _ order: ListOrder, version: Int, for caller: Caller, at moment: Date
  ) async throws -> CountyList {
    let list = try list(name)
    return try await postgres.withTransaction(as: caller) { transaction in
      let known = try await held(list, in: transaction).held(version: version)
      let before = known.entries.map(\.code)
      guard order.codes.sorted() == before.sorted() else {
        throw Problem.invalid([
          Fault(
            "codes", "ordre", "L’ordre nomme chaque valeur de la liste une fois : \(before.joined(separator: ", ")).")
        ])
      }
      if before == order.codes { return known }
      try await transaction.batch(
        zip(order.codes, 1...).map { code, position in
          """
          update \(unsafeSQL: list.table) set position = \(position), version = version + 1
          where \(list.condition) and code = \(code) and position <> \(position)
          """
        })
      try await reordered(list.name, transaction)
      try await remember(
        list, nil, .init(order: before), .init(order: order.codes), for: caller, at: moment, in: transaction)
      return try await Self.read(list, in: transaction)
    }
  }

  /// The newest first.
  func changes(of name: String, _ query: ListChangeQuery, for caller: Caller) async throws -> Page<ListChange> {
    let list = try list(name)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, list, code, before, after, at, account_name", of: "\(unsafeSQL: schema).list_change",
        where: "list = \(list.name)", after: query, limit: query.limit)
    }
  }

  // MARK: Parts

  private func list(_ name: String) throws -> KeptList {
    guard let found = lists.first(where: { $0.name.rawValue == name }) else { throw Problem.notFound("Cette liste") }
    return found
  }

  private static func read(_ list: KeptList, in transaction: Transaction) async throws -> CountyList {
    CountyList(
      name: list.name,
      entries: try await transaction.query("\(list.entries) order by position, code", as: ListEntry.self))
  }

  /// The list, which nobody else changes until the end of the transaction.
  private func held(_ list: KeptList, in transaction: Transaction) async throws -> CountyList {
    try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.list.\(list.name.rawValue)")))")
    return try await Self.read(list, in: transaction)
  }

  private func remember(
    _ list: KeptList, _ code: String?, _ before: ListChange.State?, _ after: ListChange.State, for caller: Caller,
    at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into \(unsafeSQL: schema).list_change (list, code, before, after, at, account, account_name)
      values (\(list.name), \(code), \(json: before), \(json: after), \(moment), \(caller.account), \(caller.name))
      """)
  }

  private static func label(_ typed: String) throws -> String {
    let label = typed.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !label.isEmpty else { throw Problem.invalid([Fault("label", "obligatoire", "Donnez un libellé.")]) }
    return label
  }

  private static func refuseTwin(of label: String, except code: String?, in list: CountyList) throws {
    guard let twin = list.entries.first(where: { $0.code != code && plain($0.label) == plain(label) }) else { return }
    throw Problem.conflict(
      "libelle-existant", "« \(twin.label) » est déjà dans la liste.",
      detail: twin.open ? "Donnez un autre libellé." : "Cette valeur est fermée : rouvrez-la plutôt.")
  }

  /// A label as labels are compared: without accents or case.
  public static func plain(_ text: String) -> String {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
  }

  /// « Aide à la garde d’enfants » is kept as `aide_a_la_garde_d_enfants`, with a figure where that code is taken.
  public static func code(for label: String, besides taken: [String]) -> String {
    let words = plain(label).split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    let base = words.isEmpty ? "valeur" : String(words.joined(separator: "_").prefix(36))
    if !taken.contains(base) { return base }
    return (2...(taken.count + 2)).lazy.map { "\(base)_\($0)" }.first { !taken.contains($0) } ?? base
  }
}
