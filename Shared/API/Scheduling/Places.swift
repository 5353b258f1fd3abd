import Domain
import Foundation

/// Where appointments are held (rule M4).
public struct Place: Payload, Versioned {
  public var id: ID<Place>
  public var name: String
  public var address: String?
  /// The territory it serves; every territory when absent.
  public var territory: ID<Territory>?
  /// Whether it is offered for new appointments.
  public var active: Bool
  public var version: Int

  public init(
    id: ID<Place>, name: String, address: String?, territory: ID<Territory>?, active: Bool, version: Int
  ) {
    self.id = id
    self.name = name
    self.address = address
    self.territory = territory
    self.active = active
    self.version = version
  }
}

public struct PlaceDraft: Payload, Constrained, Equatable {
  public var name: String
  public var address: String?
  public var territory: ID<Territory>?
  public var active: Bool
  public static let constraints: [String: Constraint] = ["name": .text(1...120), "address": .text(0...200)]

  public init(name: String, address: String? = nil, territory: ID<Territory>? = nil, active: Bool = true) {
    self.name = name
    self.address = address
    self.territory = territory
    self.active = active
  }
}

/// One change of a place.
public struct PlaceChange: PlacedChange, Equatable {
  public var position: Int
  /// Absent for a place that came.
  public var before: PlaceDraft?
  public var after: PlaceDraft
  public var at: Date
  public var accountName: String

  public init(position: Int, before: PlaceDraft?, after: PlaceDraft, at: Date, accountName: String) {
    self.position = position
    self.before = before
    self.after = after
    self.at = at
    self.accountName = accountName
  }
}

extension SchedulingAPI {
  public static let listPlaces = Endpoint<NoInput, [Place]>(
    .scheduling, "listPlaces", .get, "places", allow: .signedIn, summary: "List the places, by name.")
  public static let addPlace = Endpoint<PlaceDraft, Place>(
    .scheduling, "addPlace", .post, "places", allow: .having(.administer), summary: "Add a place.", success: 201)
  public static let changePlace = Endpoint<PlaceDraft, Place>(
    .scheduling, "changePlace", .patch, "places/{place}", allow: .having(.administer),
    summary: "Change a place, or withdraw it from the choice.", versioned: true)
  public static let listPlaceChanges = Endpoint<ListChangeQuery, Page<PlaceChange>>(
    .scheduling, "listPlaceChanges", .get, "place-changes", allow: .having(.administer),
    summary: "List who changed the places, newest first.")
}
