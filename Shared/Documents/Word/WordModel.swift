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
    return try rewritten(merge.fill)
  }

  func rewritten(_ change: (Element) throws -> Void) throws -> Data { try package.rewritten(change) }

  /// Several letters in one .docx, each on pages of its own, in their order. Without any it is the model's text alone.
  public func merge(each letters: [[String: MergeValue]]) throws -> Data {
    try package.rewritten(WordMailing(letters: letters.isEmpty ? [[:]] : letters).fill)
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
    case countyLetter = "courrier-referent-departement"
    case fundedLetter = "courrier-referent-fse"
    case plainLetter = "courrier-referent-sans-logo"
    case trainingReferral = "orientation-conseiller-formation"
    case employmentReferral = "orientation-conseiller-emploi"
    case partnerReferral = "orientation-partenaire"
    case assessment = "diagnostic-socioprofessionnel"
    case selfEmployedAssessment = "diagnostic-creation-tns"
    case farmerAssessment = "diagnostic-creation-tnsa"
    case blankForm = "formulaire-vierge"
    case countyFirstSummons = "convocation-premier-departement"
    case fundedFirstSummons = "convocation-premier-fse"
    case plainFirstSummons = "convocation-premier-sans-logo"
    case countyRenewalSummons = "convocation-renouvellement-departement"
    case fundedRenewalSummons = "convocation-renouvellement-fse"
    case plainRenewalSummons = "convocation-renouvellement-sans-logo"
    case countyCollectiveSummons = "convocation-collectif-departement"
    case fundedCollectiveSummons = "convocation-collectif-fse"
    case plainCollectiveSummons = "convocation-collectif-sans-logo"
    case countyAbsenceSummons = "convocation-absence-departement"
    case fundedAbsenceSummons = "convocation-absence-fse"
    case plainAbsenceSummons = "convocation-absence-sans-logo"

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
      case .countyLetter: "Votre référent de parcours, logo du Département"
      case .fundedLetter: "Votre référent de parcours, logo FSE+"
      case .plainLetter: "Votre référent de parcours, sans logo"
      case .trainingReferral: "Orientation vers le conseiller formation"
      case .employmentReferral: "Orientation vers le conseiller emploi"
      case .partnerReferral: "Orientation vers un partenaire"
      case .assessment: "Diagnostic socioprofessionnel"
      case .selfEmployedAssessment: "Diagnostic création d’activité – TNS"
      case .farmerAssessment: "Diagnostic Regain – TNSA"
      case .blankForm: "Compte rendu d’entretien, à remplir"
      case .countyFirstSummons: "Convocation – premier entretien, logo du Département"
      case .fundedFirstSummons: "Convocation – premier entretien, logo FSE+"
      case .plainFirstSummons: "Convocation – premier entretien, sans logo"
      case .countyRenewalSummons: "Convocation – renouvellement du CER, logo du Département"
      case .fundedRenewalSummons: "Convocation – renouvellement du CER, logo FSE+"
      case .plainRenewalSummons: "Convocation – renouvellement du CER, sans logo"
      case .countyCollectiveSummons: "Convocation – réunion collective, logo du Département"
      case .fundedCollectiveSummons: "Convocation – réunion collective, logo FSE+"
      case .plainCollectiveSummons: "Convocation – réunion collective, sans logo"
      case .countyAbsenceSummons: "Convocation – après une absence, logo du Département"
      case .fundedAbsenceSummons: "Convocation – après une absence, logo FSE+"
      case .plainAbsenceSummons: "Convocation – après une absence, sans logo"
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
