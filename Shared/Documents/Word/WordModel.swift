import Foundation

/// A Word letter with merge fields (`MERGEFIELD Beneficiaire`), checked once and merged as often as wanted.
///
/// A field named `Objectif.Theme` belongs to the list `Objectif`: the table rows that hold such fields (or, outside
/// tables, the paragraphs) are repeated for each item.
public struct WordModel: Sendable {
  /// How large a deposited file may be.
  public struct Limits: Sendable {
    /// Bytes of the file itself.
    public var fileBytes = 20 << 20
    /// Bytes of all it unpacks to.
    public var unpackedBytes = 96 << 20
    /// Files inside it.
    public var entries = 1_000

    public init() {}
  }

  /// The names of its merge fields, in order of appearance, each once.
  public let fields: [String]
  private let package: WordPackage

  /// Opens and checks a .docx. Relationships to the outside are dropped, except links that a reader may follow.
  /// Throws `DocumentError`: not Word, too large, macros, a document type, a field that is unclosed or not accepted.
  public init(_ docx: Data, limits: Limits = Limits()) throws {
    let package = try WordPackage(docx, limits: limits)
    var names: [String] = []
    for story in package.stories {
      guard let content = package.archive[story] else { continue }
      let tree = try XMLTree(content, part: story)
      for field in try FieldScan.fields(below: tree.root) where !names.contains(field.name) {
        names.append(field.name)
      }
    }
    self.package = package
    fields = names
  }

  private init(fields: [String], package: WordPackage) {
    self.fields = fields
    self.package = package
  }

  /// The model with a logo in its head, where it leaves room for one; else as it is.
  public func headed(by logo: Logo) -> WordModel { WordModel(fields: fields, package: package.headed(by: logo)) }

  /// The fields that are not among `known`, in order of appearance.
  public func unknownFields(among known: Set<String>) -> [String] {
    fields.filter { !known.contains($0) }
  }

  /// Accepts the model for a deposit, or throws `.unknownFields` with all that stand for nothing.
  public func check(against known: Set<String>) throws {
    let unknown = unknownFields(among: known)
    guard unknown.isEmpty else { throw DocumentError.unknownFields(unknown) }
  }

  /// The letter as .docx: every field replaced, those without a value by nothing. The same values give the same bytes.
  public func merge(_ values: [String: MergeValue]) throws -> Data {
    let merge = WordMerge(values: values)
    return try package.rewritten(merge.fill)
  }
}

extension WordModel {
  /// The models that Jalons comes with; a county replaces them in the administration.
  public enum Shipped: String, CaseIterable, Sendable {
    case blankContract = "cer-vierge"
    case undecidedContract = "cer-sans-decision"
    case acceptedContract = "cer-decision-valide"
    case refusedContract = "cer-decision-non-valide"
    case countySummons = "convocation-departement"
    case fundedSummons = "convocation-fse"
    case plainSummons = "convocation-sans-logo"

    /// The model as users name it.
    public var title: String {
      switch self {
      case .blankContract: "CER vierge"
      case .undecidedContract: "CER sans décision"
      case .acceptedContract: "CER décision valide"
      case .refusedContract: "CER décision non valide"
      case .countySummons: "Convocation, logo du Département"
      case .fundedSummons: "Convocation, logo FSE+"
      case .plainSummons: "Convocation sans logo"
      }
    }
  }

  /// The .docx of a shipped model. Throws `.unknownModel`.
  public static func shippedFile(named name: String) throws -> Data {
    guard Shipped(rawValue: name) != nil,
      let file = Bundle.module.url(forResource: name, withExtension: "docx", subdirectory: "Models")
    else { throw DocumentError.unknownModel(name) }
    return try Data(contentsOf: file)
  }

  /// A shipped model, e.g. `cer-vierge`. Throws `.unknownModel`.
  public static func shipped(named name: String) throws -> WordModel {
    try WordModel(shippedFile(named: name))
  }
}
