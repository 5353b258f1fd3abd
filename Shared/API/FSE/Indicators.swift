import Domain
import Foundation

/// A common indicator of an operation (regulation (EU) 2021/1057, annex I), with the answers that it is counted from.
public struct Indicator: Payload {
  public var code: String
  public var label: String
  /// « E04, E06, E09 »; empty where it is counted from the participation or the dossier alone.
  public var sources: String
  public var total: Int
  public var women: Int
  public var men: Int

  public init(code: String, label: String, sources: String, total: Int, women: Int, men: Int) {
    self.code = code
    self.label = label
    self.sources = sources
    self.total = total
    self.women = women
    self.men = men
  }
}

/// The indicators of an operation, and whether they agree with one another.
public struct IndicatorSheet: Payload {
  public var operation: ID<FSEOperation>
  public var indicators: [Indicator]
  /// What does not agree, in French sentences; empty where everything does.
  public var inconsistencies: [String]

  public init(operation: ID<FSEOperation>, indicators: [Indicator], inconsistencies: [String]) {
    self.operation = operation
    self.indicators = indicators
    self.inconsistencies = inconsistencies
  }
}

/// A column of the export: its title and where its value comes from.
public struct ExportColumn: Payload, Constrained, Equatable {
  public var title: String
  /// `familyName`, `from`… or an answer: `entry:E04`, `exit:S03`.
  public var source: String
  public static let constraints: [String: Constraint] = [
    "title": .text(1...120), "source": .pattern("[a-zA-Z]{2,30}(:[A-Z0-9]{1,10})?", 2...41),
  ]

  public init(title: String, source: String) {
    self.title = title
    self.source = source
  }
}

/// The columns of the export, in their order.
public struct ExportMapping: Payload, Versioned, Constrained {
  public var columns: [ExportColumn]
  public var version: Int
  public static let constraints: [String: Constraint] = ["columns": .items(100)]

  public init(columns: [ExportColumn], version: Int) {
    self.columns = columns
    self.version = version
  }
}

/// The columns to be kept.
public struct ExportMappingDraft: Payload, Constrained {
  public var columns: [ExportColumn]
  public static let constraints: [String: Constraint] = ["columns": .items(100)]

  public init(columns: [ExportColumn]) { self.columns = columns }
}

/// What is missing of a participant for the export.
public struct ExportFault: Payload {
  public var participation: ID<Participation>
  public var dossier: ID<Dossier>
  public var number: Int
  public var name: String
  /// « Date de naissance absente », « Questionnaire d’entrée incomplet ».
  public var faults: [String]

  public init(
    participation: ID<Participation>, dossier: ID<Dossier>, number: Int, name: String, faults: [String]
  ) {
    self.participation = participation
    self.dossier = dossier
    self.number = number
    self.name = name
    self.faults = faults
  }
}

/// Which faults to list.
public struct ExportFaultQuery: PageQuery, Constrained {
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = ["limit": .range(1...200), "after": .cursor]

  public init(limit: Int? = nil, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}

extension FSEAPI {
  public static let showIndicators = Endpoint<NoInput, IndicatorSheet>(
    .fse, "showIndicators", .get, "operations/{operation}/indicators", allow: .having(.manageOperations),
    summary: "Count the common indicators of an operation that one manages, and say what does not agree.")
  public static let listExportFaults = Endpoint<ExportFaultQuery, Page<ExportFault>>(
    .fse, "listExportFaults", .get, "operations/{operation}/faults", allow: .having(.fseExport),
    summary: "List what is missing of each participant for the export.", audit: Act.Kind.read)
  public static let exportOperation = Endpoint<NoInput, FileOutput>(
    .fse, "exportOperation", .get, "operations/{operation}/export", allow: .having(.fseExport),
    summary: "The participants of an operation as a CSV file, by the columns that were chosen.",
    audit: Act.Kind.export)
  public static let showExportMapping = Endpoint<NoInput, ExportMapping>(
    .fse, "showExportMapping", .get, "export-mapping", allow: .having(.fseExport, .manageOperations),
    summary: "Show the columns of the export.")
  public static let changeExportMapping = Endpoint<ExportMappingDraft, ExportMapping>(
    .fse, "changeExportMapping", .put, "export-mapping", allow: .having(.manageOperations),
    summary: "Choose the columns of the export, all of them in their order.", versioned: true)
}
