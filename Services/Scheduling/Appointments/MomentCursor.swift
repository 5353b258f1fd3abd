import API
import Domain
import Foundation

/// The place in a list sorted by moment and identifier, as an opaque text.
struct MomentCursor: Sendable, Equatable {
  var moment: Date
  var id: UUID

  init(moment: Date, id: UUID) {
    self.moment = moment
    self.id = id
  }

  /// - Throws: 422 for a text that this list did not give.
  init?(_ text: String?) throws {
    guard let text else { return nil }
    let padded =
      text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
      + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    let parts = String(decoding: Data(base64Encoded: padded) ?? Data(), as: UTF8.self).split(separator: " ")
    guard parts.count == 2, let moment = Moment.parse(parts[0]), let id = UUID(uuidString: String(parts[1])) else {
      throw Problem.invalid([Fault("after", "curseur", "Reprenez la liste à sa première page.")])
    }
    self.init(moment: moment, id: id)
  }

  var text: String {
    Data("\(Moment.text(moment)) \(id.uuidString)".utf8).base64EncodedString()
      .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }
}

extension Page {
  /// A page of `limit` out of rows of which one more was asked for.
  init(_ rows: [Item], limit: Int, cursor: (Item) -> MomentCursor) {
    let items = Array(rows.prefix(limit))
    self.init(items: items, next: rows.count > limit ? items.last.map { cursor($0).text } : nil)
  }
}
