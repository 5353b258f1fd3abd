import Domain
import Foundation

/// A typed entry that the county defines, in a family (rule C18).
public struct Characteristic: Payload, Versioned, Equatable {
  public enum Kind: String, Payload, CaseIterable {
    case line, text, number, date
    case yesNo = "yes_no"
    /// One of a list, or several.
    case choice, choices
  }
  public var code: String
  /// A code of the list `characteristic_family`, and what the county calls it today.
  public var family: String
  public var familyLabel: String
  public var label: String
  public var kind: Kind
  public var choices: [String]
  /// Profiles; none: each that reaches dossiers reads it, each that may edit characteristics writes it.
  public var readers: [Profile]
  public var writers: [Profile]
  public var required: Bool
  public var open: Bool
  /// Filled by the feed, or by what is asked elsewhere: nobody writes it here.
  public var locked: Bool
  public var version: Int

  public init(
    code: String, family: String, familyLabel: String, label: String, kind: Kind, choices: [String] = [],
    readers: [Profile] = [], writers: [Profile] = [], required: Bool = false, open: Bool = true, locked: Bool = false,
    version: Int = 1
  ) {
    self.code = code
    self.family = family
    self.familyLabel = familyLabel
    self.label = label
    self.kind = kind
    self.choices = choices
    self.readers = readers
    self.writers = writers
    self.required = required
    self.open = open
    self.locked = locked
    self.version = version
  }

  /// Whether an account under this profile writes it, its right to edit characteristics apart.
  public func isWritten(by profile: Profile?) -> Bool {
    !locked && open && (writers.isEmpty || profile.map(writers.contains) ?? false)
  }
}

public struct CharacteristicDraft: Payload, Constrained, Equatable {
  public var family: String
  public var label: String
  public var kind: Characteristic.Kind
  public var choices: [String]
  public var readers: [Profile]
  public var writers: [Profile]
  public var required: Bool
  public var open: Bool
  public static let constraints: [String: Constraint] = [
    "family": .pattern("[a-z0-9_]+", 1...40), "label": .text(1...120), "choices": .text(1...120),
  ]

  public init(
    family: String, label: String, kind: Characteristic.Kind, choices: [String] = [], readers: [Profile] = [],
    writers: [Profile] = [], required: Bool = false, open: Bool = true
  ) {
    self.family = family
    self.label = label
    self.kind = kind
    self.choices = choices
    self.readers = readers
    self.writers = writers
    self.required = required
    self.open = open
  }
}

/// What is said of a person under a characteristic.
public struct CharacteristicValue: Payload, Equatable {
  public var characteristic: String
  /// A day as `2026-03-12`, yes and no as `oui` and `non`, several choices as lines; absent where nothing is said.
  public var value: String?
  /// Who said it and when; absent for what the feed fills.
  public var authorName: String?
  public var at: Date?

  public init(characteristic: String, value: String?, authorName: String? = nil, at: Date? = nil) {
    self.characteristic = characteristic
    self.value = value
    self.authorName = authorName
    self.at = at
  }
}

/// The characteristics of a dossier that the caller may read: how they are defined, by family, and what is said.
public struct CharacteristicSheet: Payload, Versioned {
  public var definitions: [Characteristic]
  public var values: [CharacteristicValue]
  /// Moves with each value that is written here.
  public var version: Int

  public init(definitions: [Characteristic], values: [CharacteristicValue], version: Int) {
    self.definitions = definitions
    self.values = values
    self.version = version
  }
}

public struct CharacteristicUpdate: Payload, Constrained {
  public struct Entry: Payload, Constrained, Equatable {
    public var characteristic: String
    /// Written as in `CharacteristicValue`; absent to say nothing any more.
    public var value: String?
    public static let constraints: [String: Constraint] = [
      "characteristic": .pattern("[a-z0-9_]+", 1...40), "value": .text(0...4000),
    ]

    public init(characteristic: String, value: String?) {
      self.characteristic = characteristic
      self.value = value
    }
  }
  /// Those that are written; the others stay.
  public var values: [Entry]
  /// Whether what was said before is kept beside; otherwise it was a mistake, and is gone.
  public var keepsHistory: Bool
  public static let constraints: [String: Constraint] = ["values": .items(200)]

  public init(values: [Entry], keepsHistory: Bool) {
    self.values = values
    self.keepsHistory = keepsHistory
  }
}

/// What was said before an update with history.
public struct CharacteristicPast: PlacedChange, Equatable {
  public var position: Int
  public var characteristic: String
  public var label: String
  public var kind: Characteristic.Kind
  public var value: String?
  public var authorName: String
  public var at: Date
  public var replacedBy: String
  public var replacedAt: Date

  public init(
    position: Int, characteristic: String, label: String, kind: Characteristic.Kind, value: String?,
    authorName: String, at: Date, replacedBy: String, replacedAt: Date
  ) {
    self.position = position
    self.characteristic = characteristic
    self.label = label
    self.kind = kind
    self.value = value
    self.authorName = authorName
    self.at = at
    self.replacedBy = replacedBy
    self.replacedAt = replacedAt
  }
}

/// What a list of dossiers asks of one characteristic. It travels as one text, `etat_droit:is:Droit%20clos`.
public struct CharacteristicCriterion: Sendable, Equatable {
  public enum Test: String, Sendable, CaseIterable {
    /// Whatever the case and the accents.
    case `is`, isNot = "not", contains
    /// Of numbers and days; `between` takes both ends in.
    case before, after, between
    case empty, filled

    /// Those that make sense of a kind.
    public static func all(of kind: Characteristic.Kind) -> [Test] {
      switch kind {
      case .line, .text: [.is, .isNot, .contains, .empty, .filled]
      case .number, .date: [.is, .before, .after, .between, .empty, .filled]
      case .yesNo, .choice, .choices: [.is, .isNot, .empty, .filled]
      }
    }

    /// Whether it asks for a value.
    public var takesValue: Bool { self != .empty && self != .filled }
  }
  public var characteristic: String
  public var test: Test
  public var value: String?
  /// The end of `between`.
  public var until: String?

  public init(_ characteristic: String, _ test: Test, _ value: String? = nil, until: String? = nil) {
    self.characteristic = characteristic
    self.test = test
    self.value = value
    self.until = until
  }

  /// - Returns: nil for what is not one.
  public init?(text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...4).contains(parts.count), let test = Test(rawValue: parts[1]), !parts[0].isEmpty else { return nil }
    func part(_ index: Int) -> String? {
      guard parts.count > index, let plain = parts[index].removingPercentEncoding, !plain.isEmpty else { return nil }
      return plain
    }
    self.init(parts[0], test, part(2), until: part(3))
    guard !test.takesValue || value != nil, test != .between || until != nil else { return nil }
  }

  public var text: String {
    let parts = [value, until].compactMap { $0?.addingPercentEncoding(withAllowedCharacters: .urlPathPart) }
    return ([characteristic, test.rawValue] + parts).joined(separator: ":")
  }
}

extension DossiersAPI {
  public static let listCharacteristics = Endpoint<NoInput, Page<Characteristic>>(
    .dossiers, "listCharacteristics", .get, "characteristics", allow: .having(.readDossiers),
    summary: "List the characteristics that the caller may read, by family; all of them for an administrator.")
  public static let addCharacteristic = Endpoint<CharacteristicDraft, Characteristic>(
    .dossiers, "addCharacteristic", .post, "characteristics", allow: .having(.administer),
    summary: "Define a characteristic.", success: 201)
  public static let changeCharacteristic = Endpoint<CharacteristicDraft, Characteristic>(
    .dossiers, "changeCharacteristic", .put, "characteristics/{characteristic}", allow: .having(.administer),
    summary: "Change a characteristic, or close it. Its kind stays.", versioned: true)
  public static let showCharacteristics = Endpoint<NoInput, CharacteristicSheet>(
    .dossiers, "showCharacteristics", .get, "dossiers/{dossier}/characteristics",
    allow: .having(.readDossiers, reaching: .dossier), summary: "Show the characteristics of a dossier.")
  public static let updateCharacteristics = Endpoint<CharacteristicUpdate, CharacteristicSheet>(
    .dossiers, "updateCharacteristics", .put, "dossiers/{dossier}/characteristics",
    allow: .having(.editCharacteristics, reaching: .dossier), summary: "Write characteristics of a dossier.",
    versioned: true)
  public static let listCharacteristicHistory = Endpoint<ListChangeQuery, Page<CharacteristicPast>>(
    .dossiers, "listCharacteristicHistory", .get, "dossiers/{dossier}/characteristics/history",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List what was said before, newest first.")
}
