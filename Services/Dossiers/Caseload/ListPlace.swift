import API
import Domain
import Foundation

/// Where a list goes on: the sort values of its last line, the identifier last, opaque to whoever gives them back.
struct ListPlace: Sendable {
  private let values: [String]

  init(_ values: [String]) { self.values = values }

  /// - Throws: 422 when the text is not one that a list of so many sort values gave.
  init(_ text: String, count: Int) throws {
    guard let data = Data(base64Encoded: text), let values = try? JSONDecoder().decode([String].self, from: data),
      values.count == count, UUID(uuidString: values.last ?? "") != nil,
      count != 2 || Moment.parse(values[0]) != nil
    else {
      throw Problem.invalid([
        Fault("after", "curseur", "Cette suite de liste n’est plus valable. Rechargez la liste.")
      ])
    }
    self.values = values
  }

  subscript(_ index: Int) -> String { values[index] }

  var text: String {
    get throws { try JSONEncoder().encode(values).base64EncodedString() }
  }
}
