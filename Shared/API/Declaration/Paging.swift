import Domain
import Foundation

/// The query of a list that is given a page at a time.
public protocol PageQuery: Payload {
  /// Where the page before ended: its `next`.
  var after: String? { get set }
}

/// A page, whatever it holds.
public protocol AnyPage {
  var next: String? { get set }
}

extension Page: AnyPage {}

extension Constraint {
  /// A page's end as it travels: sealed, and longer than what it says.
  public static let cursor = Constraint.text(0...2000)
}

extension Problem {
  /// `after` is none that this list gave.
  public static let lostPlace = Problem.invalid([
    Fault("after", "curseur", "Cette suite de liste n’est plus valable. Rechargez la liste.")
  ])
}

extension PageQuery {
  /// The place after which the page begins: the sort's values of a line, as `Page` took them from it.
  /// - Throws: 422 for a text that this list did not give.
  public func place<Place: Decodable>(as type: Place.Type = Place.self) throws -> Place? {
    guard let after, !after.isEmpty else { return nil }
    do {
      return try JSONDecoder.jalons.decode(Place.self, from: Data(after.utf8))
    } catch is DecodingError {
      throw Problem.lostPlace
    }
  }
}

extension Page {
  /// A page of `limit` out of rows of which one more was asked for.
  /// - Parameter place: the sort's values of a line. They stay on this side: they are sealed before they leave.
  public init(
    _ rows: [Item], limit: Int, total: Int? = nil, place: (Item) throws -> some Encodable
  ) throws {
    try self.init(rows, limit: limit, total: total, place: place) { $0 }
  }

  /// The same out of rows that are not yet what is shown.
  public init<Row>(
    _ rows: [Row], limit: Int, total: Int? = nil, place: (Row) throws -> some Encodable, item: (Row) throws -> Item
  ) throws {
    let shown = rows.prefix(limit)
    var next: String?
    if rows.count > limit, let last = shown.last {
      next = String(decoding: try JSONEncoder.jalons.encode(place(last)), as: UTF8.self)
    }
    self.init(items: try shown.map(item), next: next, total: total)
  }
}
