import API
import Foundation

/// Where a page ended: the sort key of its last row, opaque to whoever carries it.
struct PageCursor: Codable {
  var key: String
  var id: String

  var text: String { Data("\(id)|\(key)".utf8).base64EncodedString() }

  init(key: String, id: String) {
    self.key = key
    self.id = id
  }

  /// - Throws: 422 for a text that no page gave.
  init?(_ text: String?) throws {
    guard let text else { return nil }
    guard let data = Data(base64Encoded: text) else { throw Self.unreadable }
    let plain = String(decoding: data, as: UTF8.self)
    let parts = plain.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, UUID(uuidString: String(parts[0])) != nil else { throw Self.unreadable }
    self.id = String(parts[0])
    self.key = String(parts[1])
  }

  static let unreadable = Problem.invalid([
    Fault("after", "format", "Ce repère de page n’est pas lisible. Reprenez la liste à son début.")
  ])

  /// A page of at most `limit` out of rows read with one more than that.
  static func page<Item: Payload>(_ rows: [Item], limit: Int, _ cursor: (Item) -> PageCursor) -> Page<Item> {
    let items = Array(rows.prefix(limit))
    return Page(items: items, next: rows.count > limit ? items.last.map { cursor($0).text } : nil)
  }
}
