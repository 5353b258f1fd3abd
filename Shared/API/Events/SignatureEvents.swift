import Domain
import Foundation

/// A text message is to leave at once. What it says is sealed, for it holds a code that signs.
public struct TextMessageRequested: Event {
  public static let type = "contracts.text-message-requested.v1"
  public var message: UUID
  public var dossier: ID<Dossier>
  /// Who asked for it: where an instance keeps messages instead of sending them, they find it there.
  public var account: ID<Account>
  /// A `TextMessage` in JSON, sealed under the name of `message`.
  public var sealed: Data
  /// When it is worth nothing any more and need not leave.
  public var expiresAt: Date
  public var key: String { dossier.description }
  public init(message: UUID, dossier: ID<Dossier>, account: ID<Account>, sealed: Data, expiresAt: Date) {
    self.message = message
    self.dossier = dossier
    self.account = account
    self.sealed = sealed
    self.expiresAt = expiresAt
  }
}

/// What a text message says, and to whom.
public struct TextMessage: Codable, Sendable, Equatable {
  /// `+33612345678`
  public var phone: String
  public var text: String
  /// As it is kept: without what must not be read.
  public var kept: String
  public init(phone: String, text: String, kept: String) {
    self.phone = phone
    self.text = text
    self.kept = kept
  }
}

/// What became of a text message that another service asked for. `delayed` may come before the others.
public struct TextMessageSettled: Event {
  public static let type = "scheduling.text-message-settled.v1"
  public enum Outcome: String, Payload, CaseIterable { case delayed, sent, failed }
  public var message: UUID
  public var dossier: ID<Dossier>
  public var outcome: Outcome
  /// As users read it.
  public var fault: String?
  public var key: String { dossier.description }
  public init(message: UUID, dossier: ID<Dossier>, outcome: Outcome, fault: String? = nil) {
    self.message = message
    self.dossier = dossier
    self.outcome = outcome
    self.fault = fault
  }
}

/// A contract was signed by SMS, and its signed document is kept.
public struct ContractSigned: Event {
  public static let type = "contracts.signed.v1"
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var signature: ID<ContractSignature>
  public var number: Int
  /// Whose screen it was signed on.
  public var account: ID<Account>
  public var key: String { dossier.description }
  public init(
    contract: ID<Contract>, dossier: ID<Dossier>, signature: ID<ContractSignature>, number: Int, account: ID<Account>
  ) {
    self.contract = contract
    self.dossier = dossier
    self.signature = signature
    self.number = number
    self.account = account
  }
}

/// The person was given a contract's document, or it was posted to them.
public struct ContractHandedOver: Event {
  public static let type = "contracts.handed-over.v1"
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var number: Int
  public var how: DocumentHandover.Way
  public var on: CalendarDate
  public var key: String { dossier.description }
  public init(contract: ID<Contract>, dossier: ID<Dossier>, number: Int, how: DocumentHandover.Way, on: CalendarDate) {
    self.contract = contract
    self.dossier = dossier
    self.number = number
    self.how = how
    self.on = on
  }
}
