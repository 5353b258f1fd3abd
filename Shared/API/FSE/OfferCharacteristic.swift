import Domain

/// What an offer asks to be told at the end of a step: an entry of the list `characteristic`, and how it is answered.
public struct OfferCharacteristic: Payload, Constrained, Equatable {
  public enum Kind: String, Payload, CaseIterable {
    case text, number, date
    case yesNo = "yes_no"
  }
  public var code: String
  public var kind: Kind
  public static let constraints: [String: Constraint] = ["code": .text(1...40)]

  public init(code: String, kind: Kind) {
    self.code = code
    self.kind = kind
  }
}
