import Domain
import Foundation

/// A funding agreement (convention) of an operation, with an operator or for the county's own work.
public struct Agreement: Payload, Versioned {
  public var id: ID<Agreement>
  public var operation: ID<FSEOperation>
  /// Nil for what the county carries out itself.
  public var `operator`: ID<Operator>?
  public var operatorName: String?
  public var number: String
  public var name: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  /// In whole euros.
  public var amount: Int?
  public var version: Int

  public init(
    id: ID<Agreement>, operation: ID<FSEOperation>, `operator`: ID<Operator>?, operatorName: String?, number: String,
    name: String, startsOn: CalendarDate, endsOn: CalendarDate, amount: Int?, version: Int
  ) {
    self.id = id
    self.operation = operation
    self.operator = `operator`
    self.operatorName = operatorName
    self.number = number
    self.name = name
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.amount = amount
    self.version = version
  }
}

/// What is written of an agreement.
public struct AgreementDraft: Payload, Constrained {
  public var `operator`: ID<Operator>?
  public var number: String
  public var name: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  public var amount: Int?
  public static let constraints: [String: Constraint] = [
    "number": .text(1...60), "name": .text(1...200), "amount": .range(0...1_000_000_000),
  ]

  public init(
    `operator`: ID<Operator>? = nil, number: String, name: String, startsOn: CalendarDate, endsOn: CalendarDate,
    amount: Int? = nil
  ) {
    self.operator = `operator`
    self.number = number
    self.name = name
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.amount = amount
  }
}

extension FSEAPI {
  public static let listAgreements = Endpoint<NoInput, Page<Agreement>>(
    .fse, "listAgreements", .get, "operations/{operation}/agreements", allow: .signedIn,
    summary: "List the funding agreements of an operation.")
  public static let addAgreement = Endpoint<AgreementDraft, Agreement>(
    .fse, "addAgreement", .post, "operations/{operation}/agreements", allow: .having(.manageOperations),
    summary: "Add a funding agreement to an operation that one manages.", success: 201)
  public static let changeAgreement = Endpoint<AgreementDraft, Agreement>(
    .fse, "changeAgreement", .put, "operations/{operation}/agreements/{agreement}", allow: .having(.manageOperations),
    summary: "Change a funding agreement.", versioned: true)
  public static let deleteAgreement = Endpoint<NoInput, NoOutput>(
    .fse, "deleteAgreement", .delete, "operations/{operation}/agreements/{agreement}",
    allow: .having(.manageOperations), summary: "Delete a funding agreement.")
}
