import Domain
import Foundation

/// A list of choices that the county keeps (rule A8). The service that uses it owns it.
public enum CountyListName: String, Payload, CaseIterable {
  case standbyReason = "standby_reason"
  case characteristicFamily = "characteristic_family"
  case difficulty, sector
  case documentFolder = "document_folder"
  case documentType = "document_type"
  case objectiveTheme = "objective_theme"
  case contractPriority = "contract_priority"
  case appointmentKind = "appointment_kind"
  case appointmentTheme = "appointment_theme"
  case offerClass = "classification"
  case endReason = "end_reason"
  case gatheringKind = "gathering_kind"
  case characteristic

  public var service: ServiceName {
    switch self {
    case .standbyReason, .characteristicFamily, .difficulty, .sector, .documentFolder, .documentType: .dossiers
    case .objectiveTheme, .contractPriority: .contracts
    case .appointmentKind, .appointmentTheme: .scheduling
    case .offerClass, .endReason, .gatheringKind, .characteristic: .fse
    }
  }
}

/// One choice. Records keep its code and show its label, whatever becomes of it: it is closed, never deleted.
public struct ListEntry: Payload, Versioned, Equatable {
  public var code: String
  public var label: String
  public var position: Int
  /// Whether it is offered; a closed one stays on the records that have it.
  public var open: Bool
  public var version: Int

  public init(code: String, label: String, position: Int, open: Bool = true, version: Int = 1) {
    self.code = code
    self.label = label
    self.position = position
    self.open = open
    self.version = version
  }
}

/// A list with all its entries in their order. Its version moves with any of them.
public struct CountyList: Payload, Versioned, Equatable {
  public var name: CountyListName
  public var entries: [ListEntry]
  public var version: Int

  public init(name: CountyListName, entries: [ListEntry]) {
    self.name = name
    self.entries = entries
    // Entries are never deleted and their versions only grow, so the sum never comes back.
    version = entries.reduce(0) { $0 + $1.version }
  }

  /// What a form offers: the open entries, and the one that the record has already.
  public func offered(keeping code: String? = nil) -> [ListEntry] {
    entries.filter { $0.open || $0.code == code }
  }
}

extension [CountyList] {
  /// The entries of one list; none where the service that was asked does not own it.
  public subscript(_ name: CountyListName) -> CountyList {
    first { $0.name == name } ?? CountyList(name: name, entries: [])
  }
}

public struct ListEntryDraft: Payload, Constrained {
  public var label: String
  public static let constraints: [String: Constraint] = ["label": .text(1...120)]

  public init(label: String) { self.label = label }
}

public struct ListEntryChange: Payload, Constrained {
  public var label: String
  public var open: Bool
  public static let constraints: [String: Constraint] = ["label": .text(1...120)]

  public init(label: String, open: Bool) {
    self.label = label
    self.open = open
  }
}

/// Every code of a list, in the order wanted.
public struct ListOrder: Payload, Constrained {
  public var codes: [String]
  public static let constraints: [String: Constraint] = ["codes": .pattern("[a-z0-9_]+", 1...40)]

  public init(codes: [String]) { self.codes = codes }
}

/// One change of a list: an entry that came, was renamed, closed or reopened, or the order of all.
public struct ListChange: PlacedChange, Equatable {
  /// How an entry was, or the codes in their order.
  public struct State: Payload, Equatable {
    public var label: String?
    public var open: Bool?
    public var order: [String]?

    public init(label: String? = nil, open: Bool? = nil, order: [String]? = nil) {
      self.label = label
      self.open = open
      self.order = order
    }
  }
  public var position: Int
  public var list: CountyListName
  /// Absent where the order changed.
  public var code: String?
  /// Absent for an entry that came.
  public var before: State?
  public var after: State
  public var at: Date
  public var accountName: String

  public init(
    position: Int, list: CountyListName, code: String?, before: State?, after: State, at: Date, accountName: String
  ) {
    self.position = position
    self.list = list
    self.code = code
    self.before = before
    self.after = after
    self.at = at
    self.accountName = accountName
  }
}

/// A line of a history, known by its place in it.
public protocol PlacedChange: Codable, Sendable {
  var position: Int { get }
}

public struct ListChangeQuery: PageQuery, Constrained {
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "limit": .range(1...200), "after": .cursor,
  ]

  public init(limit: Int? = nil, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}
