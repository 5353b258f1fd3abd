import Domain
import Foundation

/// A letter or form of the county that prints today, with the type under which it is filed (rule D5).
public struct LetterModel: Payload, Equatable {
  public var code: String
  public var label: String
  public var logo: ModelLogo
  /// A type of document; absent where the county did not say.
  public var type: String?

  public init(code: String, label: String, logo: ModelLogo = .none, type: String? = nil) {
    self.code = code
    self.label = label
    self.logo = logo
    self.type = type
  }
}

/// A letter asked for on a dossier.
public struct LetterOrder: Payload, Constrained {
  public var model: String
  public var format: LetterFormat
  /// Where it is filed by the same act; absent where it is not.
  public var filing: LetterFiling?
  public static let constraints: [String: Constraint] = ["model": .pattern("[a-z0-9_-]+", 1...60)]

  public init(model: String, format: LetterFormat, filing: LetterFiling? = nil) {
    self.model = model
    self.format = format
    self.filing = filing
  }
}

public struct LetterFiling: Payload, Constrained, Equatable {
  public var folder: String
  public var type: String
  /// The type's usual name when absent.
  public var name: String?
  public static let constraints: [String: Constraint] = [
    "folder": .pattern("[a-z0-9_]+", 1...40), "type": .pattern("[a-z0-9_]+", 1...40),
    "name": .text(1...DocumentName.longest),
  ]

  public init(folder: String, type: String, name: String? = nil) {
    self.folder = folder
    self.type = type
    self.name = name
  }
}

/// One letter for each of many dossiers: one PDF in the order of the envelopes, by postal code, commune and name.
public struct LettersOrder: Payload, Constrained {
  public var model: String
  public var dossiers: [ID<Dossier>]
  /// Where each person's letter is filed too, in Word; absent where it is not.
  public var filing: LetterFiling?
  public static let constraints: [String: Constraint] = [
    "model": .pattern("[a-z0-9_-]+", 1...60), "dossiers": .items(1000),
  ]

  public init(model: String, dossiers: [ID<Dossier>], filing: LetterFiling? = nil) {
    self.model = model
    self.dossiers = dossiers
    self.filing = filing
  }
}

/// Under which type of document what a model prints is filed.
public struct ModelFiling: Payload, Versioned, Equatable {
  public var model: String
  /// Absent where it is chosen at each print.
  public var type: String?
  /// It moves with the model.
  public var version: Int

  public init(model: String, type: String?, version: Int) {
    self.model = model
    self.type = type
    self.version = version
  }
}

public struct ModelFilingChange: Payload, Constrained, Equatable {
  public var type: String?
  public static let constraints: [String: Constraint] = ["type": .text(1...40)]

  public init(type: String?) { self.type = type }
}

/// Letters under way or done.
public struct LetterJob: Payload, Equatable {
  public var id: ID<LetterJob>
  /// As the model was called.
  public var label: String
  public var total: Int
  public var done: Int
  /// Out of reach, or without an address.
  public var refused: Int
  public var createdAt: Date
  /// Absent while it goes on.
  public var endedAt: Date?
  /// Whether there is a PDF.
  public var isReady: Bool

  public init(
    id: ID<LetterJob>, label: String, total: Int, done: Int, refused: Int, createdAt: Date, endedAt: Date? = nil,
    isReady: Bool
  ) {
    self.id = id
    self.label = label
    self.total = total
    self.done = done
    self.refused = refused
    self.createdAt = createdAt
    self.endedAt = endedAt
    self.isReady = isReady
  }
}

extension DossiersAPI {
  public static let listLetterModels = Endpoint<NoInput, [LetterModel]>(
    .dossiers, "listLetterModels", .get, "letter-models", allow: .having(.depositDocuments),
    summary: "List the letters and forms that print today, with the type under which each is filed.")
  public static let showModelFiling = Endpoint<NoInput, ModelFiling>(
    .dossiers, "showModelFiling", .get, "letter-models/{model}/filing", allow: .having(.administer),
    summary: "Show under which type of document what a model prints is filed.")
  public static let changeModelFiling = Endpoint<ModelFilingChange, ModelFiling>(
    .dossiers, "changeModelFiling", .put, "letter-models/{model}/filing", allow: .having(.administer),
    summary: "Choose the type of document under which what a model prints is filed.", versioned: true)
  public static let produceLetter = Endpoint<LetterOrder, FileOutput>(
    .dossiers, "produceLetter", .post, "dossiers/{dossier}/letters",
    allow: .having(.depositDocuments, reaching: .dossier),
    summary: "Fill a letter or form with what a dossier says, and file it there where that is asked.")
  public static let orderLetters = Endpoint<LettersOrder, LetterJob>(
    .dossiers, "orderLetters", .post, "letters", allow: .having(.depositDocuments),
    summary: "Fill one letter for each of many dossiers: one PDF in the order of the envelopes.", success: 202)
  public static let showLetters = Endpoint<NoInput, LetterJob>(
    .dossiers, "showLetters", .get, "letters/{letterJob}", allow: .having(.depositDocuments),
    summary: "Show how far the letters of a selection are.")
  public static let listLetterRows = Endpoint<BatchRowQuery, Page<BatchRow>>(
    .dossiers, "listLetterRows", .get, "letters/{letterJob}/rows", allow: .having(.depositDocuments),
    summary: "List the dossiers of a selection in the order of the envelopes, with why one has no letter.")
  public static let downloadLetters = Endpoint<NoInput, FileOutput>(
    .dossiers, "downloadLetters", .get, "letters/{letterJob}/file", allow: .having(.depositDocuments),
    summary: "Download the letters of a selection as one PDF.", audit: .read)
  public static let downloadLetterTable = Endpoint<NoInput, FileOutput>(
    .dossiers, "downloadLetterTable", .get, "letters/{letterJob}/table", allow: .having(.depositDocuments),
    summary: "Download who gets a letter, in the order of the envelopes, as CSV.", audit: .read)
}
