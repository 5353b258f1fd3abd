import API
import Domain
import Foundation
import Messaging
import Postgres

/// The lists of dossiers. Which ones exist for the caller is row-level security's business; no query repeats it.
struct CaseloadStore: Sendable {
  let postgres: PostgresClient
  let seal: NIRSeal

  /// Counting stops here: past it a total would cost more than the list.
  static let mostCounted = 10_000
  /// So many found by their names are counted and listed by their identifiers; more are found again in the list's order,
  /// which then costs less.
  static let mostNamed = 1000

  private static let columns: SQL = """
    d.id, d.number, d.title, d.family_name, d.given_name, d.birth_date, d.birth_precision, d.commune, d.postal_code, d.state,
    d.entitlement, d.duties, d.lead, a.name as lead_name, o.name as lead_organisation, d.lead_since, d.territory,
    d.partner, coalesce(d.refreshed_on, dossiers.latest_stock()) as refreshed_on,
    exists (select from dossiers.proposed_exit p where p.dossier = d.id and p.decision is null) as proposed_exit
    """

  /// A page of the dossiers that answer `search`, with their number as long as it is cheap to know.
  func list(_ search: DossierSearch, for caller: Caller) async throws -> Page<DossierRow> {
    let cursor = try search.place(as: Place.self)
    // A place in one order is none in another.
    guard cursor?.order ?? search.sort ?? .name == search.sort ?? .name else { throw Problem.lostPlace }
    let asked = lookedUp(search.q ?? "", for: caller)
    let words = asked.words
    var caller = caller
    if asked.isNIR { caller.act = Act(name: "dossiers.findByNIR", kind: .read) }
    return try await postgres.withTransaction(as: caller) { transaction in
      let close = cursor?.isClose ?? search.close ?? false
      let page = try await Self.page(of: search, words, close: close, from: cursor, in: transaction)
      guard page.items.isEmpty, cursor == nil, search.close == nil, words.canBeClose else { return page }
      return try await Self.page(of: search, words, close: true, from: nil, in: transaction)
    }
  }

  /// The dossiers that answer `search`, in its order, for a file of the list.
  static func all(_ search: DossierSearch, atMost most: Int, in transaction: Transaction) async throws -> [DossierRow] {
    let words = SearchWords(search.q)
    var stretch = search
    stretch.limit = 1000
    var rows: [DossierRow] = []
    var cursor: Place?
    repeat {
      var found = try await page(of: stretch, words, close: stretch.close ?? false, from: cursor, in: transaction)
      if found.items.isEmpty, cursor == nil, search.close == nil, words.canBeClose {
        found = try await page(of: stretch, words, close: true, from: nil, in: transaction)
        stretch.close = true
      }
      rows += found.items
      stretch.after = found.next
      cursor = try stretch.place(as: Place.self)
    } while cursor != nil && rows.count < most
    return rows
  }

  /// The words of a search, or the telephone or the NIR that it is: the latter for those who may reveal it alone, and
  /// with a trace. What is not shown to an operator's people is not found by trying either.
  private func lookedUp(_ text: String, for caller: Caller) -> (words: SearchWords, isNIR: Bool) {
    var words = SearchWords(text)
    guard caller.scope != .enrolled else { return (words, false) }
    if let phone = PhoneNumber(text) {
      words.exact = "d.phone = \(phone.national)"
    } else if caller.may(.revealNIR), let nir = Self.nir(text) {
      words.exact = "d.nir_hash = \(seal.hash(nir))"
      return (words, true)
    }
    return (words, false)
  }

  private static func nir(_ text: String) -> NIR? {
    do { return try NIR(text) } catch { return nil }
  }

  private static func page(
    of search: DossierSearch, _ words: SearchWords, close: Bool, from cursor: Place?, in transaction: Transaction
  ) async throws -> Page<DossierRow> {
    let limit = search.limit ?? 50
    let criteria = search.criteria ?? []
    let others =
      DossierConditions.of(search, for: transaction.caller)
      + (try await CriterionConditions.of(criteria, in: transaction))
    var filters = words.conditions(close: close) + others
    var total: Int?
    if cursor == nil, !words.all.isEmpty || !criteria.isEmpty,
      let found = try await named(words, others, close: close, in: transaction)
    {
      total = found.count
      filters = ["d.id = any(\(found)::uuid[])"]
    }
    // Asked before the list is read: what is opened meanwhile is shown by the next page.
    let openedUntil =
      search.sort == .recent
      ? try await transaction.first(
        "select max(at)::text from dossiers.opened where account = \(transaction.caller.account)", as: String?.self)
        ?? nil : nil
    let (rows, places) = try await read(
      stretches(of: search, words, close: close, from: cursor), words, filters, from: cursor, limit: limit,
      in: transaction)
    if cursor == nil, words.all.isEmpty {
      // A first page that is not full has counted them all.
      total = rows.count <= limit ? rows.count : try await count(filters, in: transaction)
    }
    let isOperators = transaction.caller.scope == .enrolled
    var page = Page(
      items: rows.prefix(limit).map { isOperators ? $0.asOperatorsSeeIt : $0 }, total: total,
      close: close && !rows.isEmpty ? true : nil)
    if rows.count > limit, let last = page.items.last {
      let place = try await Self.place(
        at: last, in: places[page.items.count - 1], order: search.sort ?? .name, close: close, after: cursor,
        openedUntil: openedUntil, in: transaction)
      page.next = try Page<DossierRow>(rows, limit: limit) { _ in place }.next
    }
    return page
  }

  /// Those whom words and criteria find; nil where they are many. Below a policy words are compared row by row, but for a
  /// territory's, which are looked up: once, rather than for each stretch of the list and for its total.
  private static func named(
    _ words: SearchWords, _ others: [SQL], close: Bool, in transaction: Transaction
  ) async throws -> [ID<Dossier>]? {
    let conditions = words.conditions(close: close, lookedUp: transaction.caller.scope == .territory) + others
    let found = try await transaction.query(
      "select d.id from dossiers.dossier d \(whereClause(conditions)) limit \(mostNamed + 1)", as: ID<Dossier>.self)
    return found.count <= mostNamed ? found : nil
  }

  /// The rows of a page and one more, stretch after stretch, each with the stretch that it is of.
  private static func read(
    _ stretches: [Stretch], _ words: SearchWords, _ filters: [SQL], from cursor: Place?, limit: Int,
    in transaction: Transaction
  ) async throws -> (rows: [DossierRow], places: [Stretch]) {
    var rows: [DossierRow] = []
    var places: [Stretch] = []
    for stretch in stretches where rows.count <= limit {
      var narrowed = filters
      if let isSurname = stretch.isSurname { narrowed.append(isSurname ? words.isSurname : "not \(words.isSurname)") }
      // A place among the surnames asked is none among the others.
      let start = stretch.isSurname == cursor?.isSurname ? cursor : nil
      let found = try await transaction.query(
        page(
          stretch.part, filters: narrowed, after: start, limit: limit + 1 - rows.count,
          account: transaction.caller.account), as: DossierRow.self)
      rows += found
      places += Array(repeating: stretch, count: found.count)
    }
    return (rows, places)
  }

  private enum Part { case byName, byEntry, openedSince, opened, notOpened }

  /// A stretch of a list, in an order of its own.
  private struct Stretch {
    let part: Part
    /// Whether their surname is what was asked; nil where that decides nothing.
    var isSurname: Bool?
  }

  /// The stretches that a list is made of, from a place on: those opened last come first, but for a name the persons who
  /// bear it as their surname.
  private static func stretches(
    of search: DossierSearch, _ words: SearchWords, close: Bool, from cursor: Place?
  ) -> [Stretch] {
    let isNamed = search.sort == .recent && !close && words.number == nil && !words.all.isEmpty
    let order: [Bool?] = !isNamed ? [nil] : cursor?.isSurname == false ? [false] : [true, false]
    return order.flatMap { isSurname in
      parts(of: search, from: cursor?.isSurname == isSurname ? cursor : nil).map {
        Stretch(part: $0, isSurname: isSurname)
      }
    }
  }

  private static func parts(of search: DossierSearch, from cursor: Place?) -> [Part] {
    let since: [Part] = cursor == nil ? [] : [.openedSince]
    return switch (search.sort ?? .name, search.opened) {
    case (.entered, _): [.byEntry]
    case (.recent, true): since + [.opened]
    case (.recent, false): [.byName]
    case (.recent, nil): cursor?.isPastOpened == true ? since + [.notOpened] : since + [.opened, .notOpened]
    case (.name, _): [.byName]
    }
  }

  private static func page(
    _ part: Part, filters: [SQL], after cursor: Place?, limit: Int, account: ID<Account>
  ) -> SQL {
    var conditions = filters
    let joins: SQL = """
      left join identity.v1_account a on a.id = d.lead left join identity.v1_organisation o on o.id = d.lead_organisation
      """
    let opened: SQL = """
      select \(columns) from dossiers.opened r join dossiers.dossier d on d.id = r.dossier and r.account = \(account)
      \(joins)
      """
    if case .notOpened = part { conditions.append("not \(DossierConditions.isOpened(by: account))") }
    switch part {
    case .byName, .notOpened:
      // A place among those that were opened is none among the others.
      if let cursor, cursor.order == .name || cursor.isPastOpened {
        conditions.append(
          "(d.family_name, d.given_name, d.id) > (\(cursor.family), \(cursor.given), \(cursor.id)::uuid)")
      }
      return """
        select \(columns) from dossiers.dossier d \(joins) \(whereClause(conditions))
        order by d.family_name, d.given_name, d.id limit \(limit)
        """
    case .byEntry:
      if let cursor {
        conditions.append("(coalesce(d.lead_since, d.entered_on), d.id) < (\(cursor.moment)::date, \(cursor.id)::uuid)")
      }
      return """
        select \(columns) from dossiers.dossier d \(joins) \(whereClause(conditions))
        order by coalesce(d.lead_since, d.entered_on) desc, d.id desc limit \(limit)
        """
    case .opened:
      if let cursor {
        conditions.append("(r.at, d.id) < (\(cursor.moment)::timestamptz, \(cursor.id)::uuid)")
      }
      return """
        \(opened) \(whereClause(conditions)) order by r.at desc, d.id desc limit \(limit)
        """
    case .openedSince:
      conditions.append("r.at > \(cursor?.openedUntil)::timestamptz")
      return "\(opened) \(whereClause(conditions)) order by r.at, d.id limit \(limit)"
    }
  }

  private static func whereClause(_ conditions: [SQL]) -> SQL {
    conditions.isEmpty ? "" : "where \(conditions.joined(separator: " and "))"
  }

  private static func count(_ filters: [SQL], in transaction: Transaction) async throws -> Int? {
    let found = try await transaction.first(
      """
      select count(*)::int from (
        select from dossiers.dossier d \(whereClause(filters)) limit \(mostCounted + 1)) counted
      """, as: Int.self)
    return found.flatMap { $0 > mostCounted ? nil : $0 }
  }

  // MARK: Where a page ends

  /// The place after which a page begins: the sort's values of the last line.
  private struct Place: Codable {
    var order: DossierSearch.Sort
    var family: String
    var given: String
    var id: ID<Dossier>
    /// The day or the moment that the list is sorted by, as the database writes it.
    var moment: String?
    /// Whether those that the caller opened are all before it: the place is then one by name.
    var isPastOpened = false
    /// Whether it is one among those whose surname was asked; nil where that decides nothing.
    var isSurname: Bool?
    /// When the caller had last opened a dossier when the page was made: what was opened since then has left its place,
    /// and is shown once more rather than never.
    var openedUntil: String?
    /// Whether the list is one of close names.
    var isClose: Bool
  }

  private static func place(
    at row: DossierRow, in stretch: Stretch, order: DossierSearch.Sort, close: Bool, after former: Place?,
    openedUntil: String?, in transaction: Transaction
  ) async throws -> Place {
    var place = Place(order: order, family: row.familyName, given: row.givenName, id: row.id, isClose: close)
    place.isSurname = stretch.isSurname
    switch order {
    case .name: break
    case .entered:
      place.moment = try await transaction.first(
        "select coalesce(lead_since, entered_on)::text from dossiers.dossier where id = \(row.id)", as: String.self)
    case .recent:
      let account = transaction.caller.account
      place.moment = try await transaction.first(
        "select at::text from dossiers.opened where dossier = \(row.id) and account = \(account)", as: String.self)
      place.isPastOpened = place.moment == nil
      place.openedUntil = openedUntil
      // A page of nothing but what was opened since then: the list goes on where it was.
      if case .openedSince = stretch.part, let former {
        let moment = place.moment
        place = former
        place.openedUntil = moment
      }
    }
    return place
  }
}
