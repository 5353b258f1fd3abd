import Foundation

/// A place in a list that is sorted by name and identifier.
struct NamePlace: Codable, Sendable {
  var name: String
  var id: UUID
}
