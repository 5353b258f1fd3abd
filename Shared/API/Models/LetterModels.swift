import Domain
import Foundation

/// What a Word model is for: which merge fields it may hold and where it is offered (rule A13).
public enum ModelKind: String, Payload, CaseIterable {
  case contract, letter, summons

  public var service: ServiceName {
    switch self {
    case .contract: .contracts
    case .letter: .dossiers
    case .summons: .scheduling
    }
  }

  public var label: String {
    switch self {
    case .contract: "Contrat"
    case .letter: "Courrier d’un dossier"
    case .summons: "Convocation"
    }
  }
}

/// The logo at the head of a model, by which it is chosen.
public enum ModelLogo: String, Payload, CaseIterable {
  case none, county, fse

  public var label: String {
    switch self {
    case .none: "Sans logo"
    case .county: "Logo du Département"
    case .fse: "Logos du Département et du FSE+"
    }
  }
}

/// A model that prints today.
public struct OfferedModel: Payload, Equatable {
  public var code: String
  public var kind: ModelKind
  public var label: String
  public var logo: ModelLogo

  public init(code: String, kind: ModelKind, label: String, logo: ModelLogo = .none) {
    self.code = code
    self.kind = kind
    self.label = label
    self.logo = logo
  }
}

/// A file that stands for a model: what Jalons came with, under the number 0, or what the county deposited.
public struct ModelFile: Payload, Equatable {
  public var number: Int
  public var fileName: String
  public var bytes: Int
  /// Absent for what Jalons came with.
  public var depositedAt: Date?
  public var accountName: String?

  public init(number: Int, fileName: String, bytes: Int, depositedAt: Date? = nil, accountName: String? = nil) {
    self.number = number
    self.fileName = fileName
    self.bytes = bytes
    self.depositedAt = depositedAt
    self.accountName = accountName
  }
}

/// A merge field that a model may hold.
public struct ModelField: Payload, Equatable {
  /// As it is inserted in Word: `Beneficiaire`, `Objectif.Theme`.
  public var name: String
  public var meaning: String
  /// What it becomes in a try-out.
  public var example: String

  public init(name: String, meaning: String, example: String) {
    self.name = name
    self.meaning = meaning
    self.example = example
  }
}

/// The merge fields of one kind of models.
public struct ModelFields: Payload, Equatable {
  public var kind: ModelKind
  public var fields: [ModelField]

  public init(kind: ModelKind, fields: [ModelField]) {
    self.kind = kind
    self.fields = fields
  }
}

/// A model with its files, the newest first, and which of them holds when.
public struct ModelSheet: Payload, Versioned, Equatable {
  public var code: String
  public var kind: ModelKind
  public var label: String
  public var logo: ModelLogo
  /// Whether it is offered. A closed model stays for those who look back.
  public var open: Bool
  /// The number of the file that prints today; absent while the county has chosen none.
  public var current: Int?
  public var files: [ModelFile]
  /// Which number was chosen from when; empty while the shipped one was never left.
  public var periods: [DecidedPeriod]
  /// It moves with the model and with every choice.
  public var version: Int

  public init(
    code: String, kind: ModelKind, label: String, logo: ModelLogo = .none, open: Bool = true, current: Int?,
    files: [ModelFile], periods: [DecidedPeriod], version: Int
  ) {
    self.code = code
    self.kind = kind
    self.label = label
    self.logo = logo
    self.open = open
    self.current = current
    self.files = files
    self.periods = periods
    self.version = version
  }
}

public struct ModelDraft: Payload, Constrained {
  public var kind: ModelKind
  public var label: String
  public var logo: ModelLogo
  public static let constraints: [String: Constraint] = ["label": .text(1...120)]

  public init(kind: ModelKind, label: String, logo: ModelLogo) {
    self.kind = kind
    self.label = label
    self.logo = logo
  }
}

public struct ModelChange: Payload, Constrained {
  public var label: String
  public var logo: ModelLogo
  public var open: Bool
  public static let constraints: [String: Constraint] = ["label": .text(1...120)]

  public init(label: String, logo: ModelLogo, open: Bool) {
    self.label = label
    self.logo = logo
    self.open = open
  }
}

public struct ModelChoice: Payload, Constrained {
  /// 0 for what Jalons came with.
  public var number: Int
  /// Today when absent; never a day that is past.
  public var from: CalendarDate?
  public static let constraints: [String: Constraint] = ["number": .range(0...100_000)]

  public init(number: Int, from: CalendarDate? = nil) {
    self.number = number
    self.from = from
  }
}
