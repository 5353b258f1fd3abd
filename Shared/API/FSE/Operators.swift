import Domain
import Foundation

/// A structure that carries out offers (rule S1).
public struct Operator: Payload, Versioned {
  public var id: ID<Operator>
  public var details: OperatorDetails
  public var version: Int

  public init(id: ID<Operator>, details: OperatorDetails, version: Int) {
    self.id = id
    self.details = details
    self.version = version
  }
}

/// What is known of an operator.
public struct OperatorDetails: Payload, Constrained {
  public var name: String
  public var address: String?
  public var postalCode: String?
  public var commune: String?
  public var phone: String?
  public var email: String?
  /// The organisation whose accounts work for it, where it has access.
  public var organisation: ID<Organisation>?
  /// Whom to call there.
  public var contact: String?
  public var siret: String?
  public var remarks: String?
  public var active: Bool
  public static let constraints: [String: Constraint] = [
    "name": .text(1...200), "address": .text(0...300), "postalCode": .text(0...10), "commune": .text(0...120),
    "phone": .text(0...30), "email": .text(3...254, format: "email"), "contact": .text(0...200),
    "siret": .pattern("[0-9]{14}", 14...14), "remarks": .text(0...2000),
  ]

  public init(
    name: String, address: String? = nil, postalCode: String? = nil, commune: String? = nil, phone: String? = nil,
    email: String? = nil, organisation: ID<Organisation>? = nil, contact: String? = nil, siret: String? = nil,
    remarks: String? = nil, active: Bool = true
  ) {
    self.name = name
    self.address = address
    self.postalCode = postalCode
    self.commune = commune
    self.phone = phone
    self.email = email
    self.organisation = organisation
    self.contact = contact
    self.siret = siret
    self.remarks = remarks
    self.active = active
  }
}

/// Which operators to list.
public struct OperatorQuery: PageQuery, Constrained {
  public var q: String?
  public var active: Bool?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "limit": .range(1...200), "after": .cursor,
  ]

  public init(q: String? = nil, active: Bool? = nil, limit: Int? = nil, after: String? = nil) {
    self.q = q
    self.active = active
    self.limit = limit
    self.after = after
  }
}
