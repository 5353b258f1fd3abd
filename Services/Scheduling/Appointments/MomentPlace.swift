import Foundation

/// A place in a list that is sorted by moment and identifier.
struct MomentPlace: Codable, Sendable {
  var moment: Date
  var id: UUID
}
