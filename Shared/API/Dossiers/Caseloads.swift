import Domain
import Foundation

/// A référent's caseload, as the managers of a territory see it.
public struct CaseloadRow: Payload, Versioned {
  public var account: ID<Account>
  public var name: String
  public var organisation: String?
  /// Dossiers within the caller's reach.
  public var dossiers: Int
  /// Of these, set aside.
  public var standby: Int
  /// Of these, with a last day that is already entered.
  public var leaving: Int
  /// Of these, with an exit that awaits a decision.
  public var proposedExits: Int
  /// Dossiers in the whole county.
  public var load: Int
  /// How many the référent can follow; absent where nobody said so.
  public var capacity: Int?
  /// The capacity's version; 0 before the first.
  public var version: Int

  public init(
    account: ID<Account>, name: String, organisation: String? = nil, dossiers: Int, standby: Int, leaving: Int,
    proposedExits: Int, load: Int, capacity: Int? = nil, version: Int
  ) {
    self.account = account
    self.name = name
    self.organisation = organisation
    self.dossiers = dossiers
    self.standby = standby
    self.leaving = leaving
    self.proposedExits = proposedExits
    self.load = load
    self.capacity = capacity
    self.version = version
  }
}

public struct CaseloadQuery: Payload {
  public var territory: ID<Territory>?
  public init(territory: ID<Territory>? = nil) { self.territory = territory }
}

public struct CapacityDraft: Payload, Constrained {
  /// Absent: nobody says.
  public var dossiers: Int?
  public static let constraints: [String: Constraint] = ["dossiers": .range(1...2000)]
  public init(dossiers: Int?) { self.dossiers = dossiers }
}

public struct TransferQuery: Payload, Constrained {
  /// Those who take the dossiers over.
  public var targets: [ID<Account>]
  public static let constraints: [String: Constraint] = ["targets": .items(20)]
  public init(targets: [ID<Account>]) { self.targets = targets }
}

/// What a transfer would do, before it does.
public struct TransferPreview: Payload {
  public struct Share: Payload {
    public var account: ID<Account>
    public var name: String
    public var receives: Int
    /// Dossiers in the whole county before the transfer.
    public var load: Int
    public var capacity: Int?

    public init(account: ID<Account>, name: String, receives: Int, load: Int, capacity: Int?) {
      self.account = account
      self.name = name
      self.receives = receives
      self.load = load
      self.capacity = capacity
    }
    public var isOver: Bool { capacity.map { load + receives > $0 } ?? false }
  }
  public var dossiers: Int
  public var households: Int
  /// Of these, set aside: they stay so.
  public var standby: Int
  /// Whose exit is already entered: they stay where they are until that day.
  public var leaving: Int
  /// Coming appointments with the former référent, which follow.
  public var appointments: Int
  /// FSE participations that go on: an end is proposed to their référent.
  public var participations: Int
  public var shares: [Share]

  public init(
    dossiers: Int, households: Int, standby: Int, leaving: Int, appointments: Int, participations: Int,
    shares: [Share]
  ) {
    self.dossiers = dossiers
    self.households = households
    self.standby = standby
    self.leaving = leaving
    self.appointments = appointments
    self.participations = participations
    self.shares = shares
  }
}

public struct TransferDraft: Payload, Constrained {
  /// Those who take the dossiers over, each within what is left of their capacity; a household stays together.
  public var targets: [ID<Account>]
  /// Whether the former référent keeps step access for some days, to finish what was begun.
  public var keepsAccess: Bool
  public var reason: String?
  public static let constraints: [String: Constraint] = ["targets": .items(20), "reason": .text(0...500)]

  public init(targets: [ID<Account>], keepsAccess: Bool, reason: String? = nil) {
    self.targets = targets
    self.keepsAccess = keepsAccess
    self.reason = reason
  }
}

extension DossiersAPI {
  public static let listCaseloads = Endpoint<CaseloadQuery, Page<CaseloadRow>>(
    .dossiers, "listCaseloads", .get, "caseloads", allow: .having(.cancelExit, .transferCaseloads),
    summary: "List the caseloads of which a dossier exists for the caller.")
  public static let showCaseload = Endpoint<NoInput, CaseloadRow>(
    .dossiers, "showCaseload", .get, "caseloads/{account}", allow: .having(.cancelExit, .transferCaseloads),
    summary: "Show a référent's caseload.")
  public static let setCapacity = Endpoint<CapacityDraft, CaseloadRow>(
    .dossiers, "setCapacity", .put, "caseloads/{account}/capacity", allow: .having(.transferCaseloads),
    summary: "Say how many dossiers a référent can follow.", versioned: true)
  public static let previewTransfer = Endpoint<TransferQuery, TransferPreview>(
    .dossiers, "previewTransfer", .get, "caseloads/{account}/transfer", allow: .having(.transferCaseloads),
    summary: "Tell what giving a caseload to others would do.")
  public static let transferCaseload = Endpoint<TransferDraft, Batch>(
    .dossiers, "transferCaseload", .post, "caseloads/{account}/transfer", allow: .having(.transferCaseloads),
    summary: "Give a caseload to others from today on, dossier by dossier.", success: 202)
}
