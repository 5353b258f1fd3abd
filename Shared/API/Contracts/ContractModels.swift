import Domain
import Foundation

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

/// A model with its files, the newest first, and which of them holds when.
public struct ModelSheet: Payload, Versioned, Equatable {
  public var model: ContractModel
  /// The number of the file that prints today.
  public var current: Int
  public var files: [ModelFile]
  /// Which number was chosen from when; empty while the shipped one was never left.
  public var periods: [DecidedPeriod]
  public var version: Int

  public init(model: ContractModel, current: Int, files: [ModelFile], periods: [DecidedPeriod], version: Int) {
    self.model = model
    self.current = current
    self.files = files
    self.periods = periods
    self.version = version
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

extension ContractsAPI {
  /// The most bytes of a deposited model.
  public static let modelBytes = 20 << 20

  public static let listModels = Endpoint<NoInput, [ModelSheet]>(
    .contracts, "listModels", .get, "models", allow: .having(.administer),
    summary: "List the Word models of contracts with their files, and which of them prints.")
  public static let listModelFields = Endpoint<NoInput, [ModelField]>(
    .contracts, "listModelFields", .get, "model-fields", allow: .having(.administer),
    summary: "List the merge fields that a model of a contract may hold.")
  public static let depositModel = Endpoint<Upload<FileNameQuery>, ModelFile>(
    .contracts, "depositModel", .post, "models/{model}/files", allow: .having(.administer),
    summary: "Deposit a .docx for a model. It is checked, and prints only once it is chosen.", success: 201,
    limit: modelBytes)
  public static let downloadModel = Endpoint<NoInput, FileOutput>(
    .contracts, "downloadModel", .get, "models/{model}/files/{number}", allow: .having(.administer),
    summary: "Download a file of a model; 0 is what Jalons came with.")
  public static let tryModel = Endpoint<NoInput, FileOutput>(
    .contracts, "tryModel", .get, "models/{model}/files/{number}/trial", allow: .having(.administer),
    summary: "Try a file of a model out: a PDF with invented data.")
  public static let chooseModel = Endpoint<ModelChoice, ModelSheet>(
    .contracts, "chooseModel", .put, "models/{model}/choice", allow: .having(.administer),
    summary: "Print another file of a model from a day on; what was planned from that day on is replaced.",
    versioned: true)
}
