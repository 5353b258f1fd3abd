import Domain

/// A characteristic that the county requires and that a followed dossier lacks (rule C18).
public struct MissingCharacteristic: Payload, Equatable {
  public var dossier: ID<Dossier>
  public var number: Int
  public var familyName: String
  public var givenName: String
  public var characteristic: String
  public var label: String
  public var leadName: String?

  public init(
    dossier: ID<Dossier>, number: Int, familyName: String, givenName: String, characteristic: String, label: String,
    leadName: String? = nil
  ) {
    self.dossier = dossier
    self.number = number
    self.familyName = familyName
    self.givenName = givenName
    self.characteristic = characteristic
    self.label = label
    self.leadName = leadName
  }
}

public struct MissingCharacteristicQuery: PageQuery, Constrained {
  /// One of them alone, by its code.
  public var characteristic: String?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "characteristic": .text(1...40), "limit": .range(1...200), "after": .cursor,
  ]

  public init(characteristic: String? = nil, limit: Int? = nil, after: String? = nil) {
    self.characteristic = characteristic
    self.limit = limit
    self.after = after
  }
}

extension DossiersAPI {
  public static let listMissingCharacteristics = Endpoint<MissingCharacteristicQuery, Page<MissingCharacteristic>>(
    .dossiers, "listMissingCharacteristics", .get, "missing-characteristics",
    allow: .having(.editCharacteristics, .cancelExit),
    summary: "List the required characteristics that followed dossiers in the caller's scope lack, by dossier.",
    audit: .read)
}
