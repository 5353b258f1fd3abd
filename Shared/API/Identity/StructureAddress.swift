/// Where a structure is, as its letters bear it.
public struct StructureAddress: Payload, Equatable {
  /// Number and street.
  public var address: String?
  public var postalCode: String?
  public var commune: String?

  public init(address: String? = nil, postalCode: String? = nil, commune: String? = nil) {
    self.address = address
    self.postalCode = postalCode
    self.commune = commune
  }

  /// The street, and the postal code with the commune.
  public var lines: [String] {
    [address ?? "", [postalCode, commune].compactMap(\.self).joined(separator: " ")].filter { !$0.isEmpty }
  }
}
