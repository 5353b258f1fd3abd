import Domain

/// One choice of a list that the administration keeps: `classification` or `end_reason`.
public struct FSEListEntry: Payload, Constrained {
  public var code: String
  public var name: String
  public var position: Int
  public var active: Bool
  public static let constraints: [String: Constraint] = [
    "code": .pattern("[a-z0-9_]+", 1...40), "name": .text(1...200), "position": .range(0...10_000),
  ]

  public init(code: String, name: String, position: Int, active: Bool) {
    self.code = code
    self.name = name
    self.position = position
    self.active = active
  }
}

extension FSEAPI {
  public static let listOperators = Endpoint<OperatorQuery, Page<Operator>>(
    .fse, "listOperators", .get, "operators", allow: .signedIn, summary: "List the operators by name.")
  public static let showOperator = Endpoint<NoInput, Operator>(
    .fse, "showOperator", .get, "operators/{operator}", allow: .signedIn, summary: "Show an operator.")
  public static let addOperator = Endpoint<OperatorDraft, Operator>(
    .fse, "addOperator", .post, "operators", allow: .having(.editOffers), summary: "Add an operator.", success: 201)
  public static let changeOperator = Endpoint<OperatorDraft, Operator>(
    .fse, "changeOperator", .put, "operators/{operator}", allow: .having(.editOffers), summary: "Change an operator.",
    versioned: true)
  public static let deleteOperator = Endpoint<NoInput, NoOutput>(
    .fse, "deleteOperator", .delete, "operators/{operator}", allow: .having(.editOffers),
    summary: "Delete an operator that nothing names.")

  public static let listOffers = Endpoint<OfferQuery, Page<Offer>>(
    .fse, "listOffers", .get, "offers", allow: .signedIn, summary: "List the offers by name.")
  public static let showOffer = Endpoint<NoInput, Offer>(
    .fse, "showOffer", .get, "offers/{offer}", allow: .signedIn, summary: "Show an offer with its sessions.")
  public static let addOffer = Endpoint<OfferDraft, Offer>(
    .fse, "addOffer", .post, "offers", allow: .having(.editOffers), summary: "Add an offer.", success: 201)
  public static let changeOffer = Endpoint<OfferDraft, Offer>(
    .fse, "changeOffer", .put, "offers/{offer}", allow: .having(.editOffers),
    summary: "Change an offer and its sessions.", versioned: true)
  public static let deleteOffer = Endpoint<NoInput, NoOutput>(
    .fse, "deleteOffer", .delete, "offers/{offer}", allow: .having(.editOffers),
    summary: "Delete an offer on which nobody was ever registered; otherwise it is deactivated by changing it.")

  public static let listFSEChoices = Endpoint<NoInput, Page<FSEListEntry>>(
    .fse, "listFSEChoices", .get, "lists/{list}", allow: .signedIn,
    summary: "List the choices of `classification` or `end_reason`.")
  public static let writeFSEChoice = Endpoint<FSEListEntry, FSEListEntry>(
    .fse, "writeFSEChoice", .put, "lists/{list}/{code}", allow: .having(.administer),
    summary: "Add or change a choice of a list.")
}
