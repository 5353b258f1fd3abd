import Domain
import Foundation

/// How a county writes its own CSV and what its columns hold.
public struct FeedDialect: Payload, Constrained {
  public enum Separator: String, Payload, CaseIterable { case semicolon, comma, tab, bar }
  public enum Encoding: String, Payload, CaseIterable {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
  }
  /// How dates are written. A time after one is left out.
  public enum Dates: String, Payload, CaseIterable {
    case iso = "yyyy-mm-dd"
    case slashed = "dd/mm/yyyy"
    case dashed = "dd-mm-yyyy"
    case dotted = "dd.mm.yyyy"
    case compact = "yyyymmdd"
  }
  public struct Column: Payload, Constrained {
    /// As the file names it; case, accents, blanks and punctuation do not count.
    public var header: String
    /// The feed's name of the value.
    public var field: String
    public static let constraints: [String: Constraint] = ["header": .text(1...200), "field": .text(1...40)]

    public init(header: String, field: String) {
      self.header = header
      self.field = field
    }
  }
  /// What a word of the county's stands for.
  public struct Value: Payload, Constrained {
    public var field: String
    public var written: String
    /// Empty: it says nothing.
    public var code: String
    public static let constraints: [String: Constraint] = [
      "field": .text(1...40), "written": .text(1...100), "code": .text(0...20),
    ]

    public init(field: String, written: String, code: String) {
      self.field = field
      self.written = written
      self.code = code
    }
  }
  public var separator: Separator
  public var encoding: Encoding
  public var dates: Dates
  /// Whether the file holds everybody who is followed, rather than what changed.
  public var isStock: Bool
  /// The columns that are read; others are passed over.
  public var columns: [Column]
  public var values: [Value]
  public static let constraints: [String: Constraint] = ["columns": .items(100), "values": .items(500)]

  public init(
    separator: Separator, encoding: Encoding, dates: Dates, isStock: Bool, columns: [Column], values: [Value]
  ) {
    self.separator = separator
    self.encoding = encoding
    self.dates = dates
    self.isStock = isStock
    self.columns = columns
    self.values = values
  }
}

/// A county's own CSV under a name, with every way in which it was read so far.
public struct FeedMapping: Payload, Versioned {
  public struct Edition: Payload {
    public var version: Int
    public var name: String
    public var pattern: String?
    public var isActive: Bool
    public var dialect: FeedDialect
    public var validFrom: Date
    public var authorName: String

    public init(
      version: Int, name: String, pattern: String?, isActive: Bool, dialect: FeedDialect, validFrom: Date,
      authorName: String
    ) {
      self.version = version
      self.name = name
      self.pattern = pattern
      self.isActive = isActive
      self.dialect = dialect
      self.validFrom = validFrom
      self.authorName = authorName
    }
  }
  public var id: UUID
  public var name: String
  /// Of the names of the files that it reads: `*` stands for anything, `?` for one character. Absent: none by its name.
  public var pattern: String?
  /// Whether files may still be read by it.
  public var isActive: Bool
  public var dialect: FeedDialect
  /// The newest first, the one that holds included; a list leaves out all others.
  public var editions: [Edition]
  public var version: Int

  /// - Parameter editions: the newest first, one at least.
  public init?(id: UUID, editions: [Edition]) {
    guard let current = editions.first else { return nil }
    self.id = id
    name = current.name
    pattern = current.pattern
    isActive = current.isActive
    dialect = current.dialect
    self.editions = editions
    version = current.version
  }
}

public struct FeedMappingDraft: Payload, Constrained {
  public var name: String
  public var pattern: String?
  public var isActive: Bool
  public var dialect: FeedDialect
  public static let constraints: [String: Constraint] = ["name": .text(2...80), "pattern": .text(3...120)]

  public init(name: String, pattern: String?, isActive: Bool = true, dialect: FeedDialect) {
    self.name = name
    self.pattern = pattern
    self.isActive = isActive
    self.dialect = dialect
  }
}

/// The beginning of a county's own CSV, kept sealed for a day, as it is read with a separator and an encoding.
public struct FeedSample: Payload {
  public struct Column: Payload {
    public var header: String
    /// A few of its values; NIRs are masked.
    public var examples: [String]
    /// All of them, where they are few enough to be codes.
    public var values: [String]
    /// The value of the feed that it most likely holds.
    public var field: String?

    public init(header: String, examples: [String], values: [String], field: String?) {
      self.header = header
      self.examples = examples
      self.values = values
      self.field = field
    }
  }
  /// A value that a column may hold.
  public struct Field: Payload {
    public var name: String
    /// Whether no person can be followed without it.
    public var isRequired: Bool

    public init(name: String, isRequired: Bool) {
      self.name = name
      self.isRequired = isRequired
    }
  }
  public var id: UUID
  public var fileName: String?
  public var separator: FeedDialect.Separator
  public var encoding: FeedDialect.Encoding
  public var dates: FeedDialect.Dates
  public var lines: Int
  /// Whether the file goes on past what was kept of it.
  public var isCut: Bool
  public var columns: [Column]
  /// Every value there may be, in the feed's order.
  public var fields: [Field]

  public init(
    id: UUID, fileName: String?, separator: FeedDialect.Separator, encoding: FeedDialect.Encoding,
    dates: FeedDialect.Dates, lines: Int, isCut: Bool, columns: [Column], fields: [Field]
  ) {
    self.id = id
    self.fileName = fileName
    self.separator = separator
    self.encoding = encoding
    self.dates = dates
    self.lines = lines
    self.isCut = isCut
    self.columns = columns
    self.fields = fields
  }
}

/// With what a sample is to be read; what was detected where absent.
public struct FeedSampleQuery: Payload, Constrained {
  public var separator: FeedDialect.Separator?
  public var encoding: FeedDialect.Encoding?

  public init(separator: FeedDialect.Separator? = nil, encoding: FeedDialect.Encoding? = nil) {
    self.separator = separator
    self.encoding = encoding
  }
  public static let constraints: [String: Constraint] = [:]
}

/// What a file's import would make of the sample's persons, by the very checks of a file.
public struct FeedSampleCheck: Payload {
  public struct Row: Payload {
    public enum Outcome: String, Payload, CaseIterable {
      case taken
      /// Without an open référent.
      case ignored
      /// Set aside, for its problems.
      case aside
    }
    public var name: String
    public var genesisId: String?
    public var outcome: Outcome
    public var problems: [FeedAsideDetail.Issue]
    /// What was understood, by the feed's names: dates and codes as the feed writes them. No NIR.
    public var values: [String: String]

    public init(
      name: String, genesisId: String?, outcome: Outcome, problems: [FeedAsideDetail.Issue], values: [String: String]
    ) {
      self.name = name
      self.genesisId = genesisId
      self.outcome = outcome
      self.problems = problems
      self.values = values
    }
  }
  /// Those with problems first; two hundred at most.
  public var rows: [Row]
  public var taken: Int
  public var ignored: Int
  public var aside: Int
  /// Why the file would be refused as a whole.
  public var refusal: String?

  public init(rows: [Row], taken: Int, ignored: Int, aside: Int, refusal: String?) {
    self.rows = rows
    self.taken = taken
    self.ignored = ignored
    self.aside = aside
    self.refusal = refusal
  }
}

extension DossiersAPI {
  /// The body is a CSV file, of which the first lines are kept for a day.
  public static let addFeedSample = Endpoint<Upload<FileNameQuery>, FeedSample>(
    .dossiers, "addFeedSample", .post, "feed-samples", allow: .having(.importFeed),
    summary: "Look at the beginning of a county's own CSV, to say which column is what.", limit: 100 * 1024 * 1024)
  public static let showFeedSample = Endpoint<FeedSampleQuery, FeedSample>(
    .dossiers, "showFeedSample", .get, "feed-samples/{sample}", allow: .having(.importFeed),
    summary: "Show a sample's columns with some of their values, NIRs masked.", audit: .read)
  public static let checkFeedSample = Endpoint<FeedDialect, FeedSampleCheck>(
    .dossiers, "checkFeedSample", .post, "feed-samples/{sample}/check", allow: .having(.importFeed),
    summary: "Check how a sample's persons would be read.", audit: .read)
  public static let listFeedMappings = Endpoint<NoInput, Page<FeedMapping>>(
    .dossiers, "listFeedMappings", .get, "feed-mappings", allow: .having(.importFeed),
    summary: "List how the county's own files are read, by name.")
  public static let showFeedMapping = Endpoint<NoInput, FeedMapping>(
    .dossiers, "showFeedMapping", .get, "feed-mappings/{mapping}", allow: .having(.importFeed),
    summary: "Show how a county's own file is read, and how it was read before.")
  public static let addFeedMapping = Endpoint<FeedMappingDraft, FeedMapping>(
    .dossiers, "addFeedMapping", .post, "feed-mappings", allow: .having(.importFeed),
    summary: "Keep how a county's own file is read, under a name.", success: 201)
  public static let changeFeedMapping = Endpoint<FeedMappingDraft, FeedMapping>(
    .dossiers, "changeFeedMapping", .put, "feed-mappings/{mapping}", allow: .having(.importFeed),
    summary: "Read a county's own file otherwise from now on; what came before is kept.", versioned: true)
}
