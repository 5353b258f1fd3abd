import API
import Domain
import Foundation

/// Where a page of a list ended, as the client gives it back without looking inside.
protocol ListPosition: Codable, Sendable {}

extension ListPosition {
  /// - Throws: 422 for a text that no list gave.
  static func reading(_ text: String?) throws(Problem) -> Self? {
    guard let text, !text.isEmpty else { return nil }
    guard let data = Data(base64Encoded: text) else { throw Self.unreadable }
    do { return try JSONDecoder.jalons.decode(Self.self, from: data) } catch { throw Self.unreadable }
  }

  func text() throws -> String { try JSONEncoder.jalons.encode(self).base64EncodedString() }

  private static var unreadable: Problem {
    .invalid([Fault("after", "forme", "Cette suite de liste n’est pas lisible. Reprenez au début.")])
  }
}

/// The order of the lists of contracts: the most urgent first, then the one that has waited longest.
struct QueuePosition: ListPosition {
  var urgency: Int
  var since: Date
  var id: ID<Contract>
}

/// The order of the renewals: the one most overdue first.
struct RenewalPosition: ListPosition {
  var endsOn: CalendarDate
  var id: ID<Contract>
}
