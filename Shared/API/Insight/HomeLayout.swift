import Domain
import Foundation

/// A block of somebody's home page and where it stands.
public struct HomePlace: Payload, Constrained, Equatable {
  public enum Column: String, Payload, CaseIterable {
    /// The wide one, and the narrow one beside it.
    case left, right
  }
  /// Names the block; one that no longer exists is left out by who draws the page.
  public var block: String
  public var column: Column
  public static let constraints: [String: Constraint] = ["block": .pattern("[a-z0-9-]{1,60}", 1...60)]

  public init(_ block: String, _ column: Column) {
    self.block = block
    self.column = column
  }
}

/// The blocks of somebody's home page under one profile, in their order.
public struct HomeLayout: Payload, Constrained {
  /// Nil while the person has chosen nothing: the profile's own blocks are then shown.
  public var places: [HomePlace]?
  public static let constraints: [String: Constraint] = ["places": .items(60)]

  public init(places: [HomePlace]?) { self.places = places }
}

extension InsightAPI {
  public static let showHome = Endpoint<NoInput, HomeLayout>(
    .insight, "showHome", .get, "home", allow: .signedIn,
    summary: "Show the blocks of the caller's home page under the profile they act as.", audit: .read)
  public static let setHome = Endpoint<HomeLayout, HomeLayout>(
    .insight, "setHome", .put, "home", allow: .signedIn,
    summary: "Choose the blocks of the caller's home page; none at all gives back the profile's own.",
    audit: .some(nil))
}
