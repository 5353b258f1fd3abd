import Domain

extension FSEAPI {
  public static let listOperators = Endpoint<OperatorQuery, Page<Operator>>(
    .fse, "listOperators", .get, "operators", allow: .signedIn, summary: "List the operators by name.")
  public static let showOperator = Endpoint<NoInput, Operator>(
    .fse, "showOperator", .get, "operators/{operator}", allow: .signedIn, summary: "Show an operator.")
  public static let addOperator = Endpoint<OperatorDetails, Operator>(
    .fse, "addOperator", .post, "operators", allow: .having(.editOffers), summary: "Add an operator.", success: 201)
  public static let changeOperator = Endpoint<OperatorDetails, Operator>(
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
}
