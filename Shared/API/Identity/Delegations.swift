import Domain
import Foundation

/// An account by its name, where that is all that is shown of it.
public struct AccountReference: Payload, Equatable {
  public var id: ID<Account>
  /// `DURAND Paul`
  public var name: String

  public init(id: ID<Account>, name: String) {
    self.id = id
    self.name = name
  }
}

/// Somebody is away, and a colleague acts in their place from one day to another, under their profiles and in their
/// dossiers (rule A6). What is done so bears both names.
public struct Delegation: Payload, Equatable {
  public var id: ID<Delegation>
  public var absent: AccountReference
  public var replacement: AccountReference
  /// The first day and the last, both included.
  public var fromDate: CalendarDate
  public var untilDate: CalendarDate
  public var comment: String?
  public var madeAt: Date
  public var madeByName: String
  /// Ended before its last day, or withdrawn before its first.
  public var endedAt: Date?
  public var endedByName: String?

  public init(
    id: ID<Delegation>, absent: AccountReference, replacement: AccountReference, fromDate: CalendarDate,
    untilDate: CalendarDate, comment: String?, madeAt: Date, madeByName: String, endedAt: Date? = nil,
    endedByName: String? = nil
  ) {
    self.id = id
    self.absent = absent
    self.replacement = replacement
    self.fromDate = fromDate
    self.untilDate = untilDate
    self.comment = comment
    self.madeAt = madeAt
    self.madeByName = madeByName
    self.endedAt = endedAt
    self.endedByName = endedByName
  }

  public func isOpen(on day: CalendarDate) -> Bool { endedAt == nil && untilDate >= day }
  public func holds(on day: CalendarDate) -> Bool { isOpen(on: day) && fromDate <= day }
}

public struct DelegationDraft: Payload, Constrained {
  public var replacement: ID<Account>
  public var fromDate: CalendarDate
  public var untilDate: CalendarDate
  public var comment: String?
  public static let constraints: [String: Constraint] = ["comment": .text(0...300)]

  public init(
    replacement: ID<Account>, fromDate: CalendarDate, untilDate: CalendarDate, comment: String? = nil
  ) {
    self.replacement = replacement
    self.fromDate = fromDate
    self.untilDate = untilDate
    self.comment = comment
  }
}

extension Profile {
  /// Whether a colleague may act under it in its holder's place. Those who keep accounts, the audit log and the machines
  /// are named by an administrator, not by one another.
  public var isDelegable: Bool { ![.administrateur, .dpo, .exploitant].contains(self) }
}

extension IdentityAPI {
  public static let listDelegations = Endpoint<NoInput, Page<Delegation>>(
    .identity, "listDelegations", .get, "me/delegations", allow: .ownAccount,
    summary: "List who acts in one's place and in whose place one acts: those to come, now, and of the last year.")
  public static let addDelegation = Endpoint<DelegationDraft, Delegation>(
    .identity, "addDelegation", .post, "me/delegations", allow: .ownAccount,
    summary: "Let a colleague of one's organisation act in one's place while one is away.", success: 201)
  public static let endDelegation = Endpoint<NoInput, Delegation>(
    .identity, "endDelegation", .delete, "me/delegations/{delegation}", allow: .ownAccount,
    summary: "End a delegation that one gave or was given.")
  public static let listAccountDelegations = Endpoint<NoInput, Page<Delegation>>(
    .identity, "listAccountDelegations", .get, "accounts/{account}/delegations", allow: .having(.administer),
    summary: "List who acts in an account's place, and in whose place it acts.")
  public static let addAccountDelegation = Endpoint<DelegationDraft, Delegation>(
    .identity, "addAccountDelegation", .post, "accounts/{account}/delegations", allow: .having(.administer),
    summary: "Let somebody act in the place of an account whose owner is away.", success: 201)
  public static let endAccountDelegation = Endpoint<NoInput, Delegation>(
    .identity, "endAccountDelegation", .delete, "accounts/{account}/delegations/{delegation}",
    allow: .having(.administer), summary: "End a delegation that an account gave or was given.")
}
