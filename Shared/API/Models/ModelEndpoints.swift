import Domain

/// What every service that prints with the county's Word models serves, declared once for all of them.
public struct ModelEndpoints: Sendable {
  /// The most bytes of a deposited model.
  public static let fileBytes = 20 << 20

  public let all: Endpoint<NoInput, [ModelSheet]>
  public let offered: Endpoint<NoInput, [OfferedModel]>
  public let fields: Endpoint<NoInput, [ModelFields]>
  public let add: Endpoint<ModelDraft, ModelSheet>
  public let change: Endpoint<ModelChange, ModelSheet>
  public let deposit: Endpoint<Upload<FileNameQuery>, ModelFile>
  public let download: Endpoint<NoInput, FileOutput>
  public let tryOut: Endpoint<NoInput, FileOutput>
  public let choose: Endpoint<ModelChoice, ModelSheet>

  init(_ service: ServiceName) {
    all = Endpoint(
      service, "listModels", .get, "models", allow: .having(.administer),
      summary: "List the Word models with their files, and which of them prints.")
    offered = Endpoint(
      service, "listOfferedModels", .get, "offered-models", allow: .signedIn,
      summary: "List the Word models that print today.")
    fields = Endpoint(
      service, "listModelFields", .get, "model-fields", allow: .having(.administer),
      summary: "List the merge fields that a model may hold, by kind.")
    add = Endpoint(
      service, "addModel", .post, "models", allow: .having(.administer),
      summary: "Add a model, which prints once a file is deposited and chosen.", success: 201)
    change = Endpoint(
      service, "changeModel", .put, "models/{model}", allow: .having(.administer),
      summary: "Rename a model, close it or offer it again.", versioned: true)
    deposit = Endpoint(
      service, "depositModel", .post, "models/{model}/files", allow: .having(.administer),
      summary: "Deposit a .docx for a model. It is checked, and prints only once it is chosen.", success: 201,
      limit: Self.fileBytes)
    download = Endpoint(
      service, "downloadModel", .get, "models/{model}/files/{number}", allow: .having(.administer),
      summary: "Download a file of a model; 0 is what Jalons came with.")
    tryOut = Endpoint(
      service, "tryModel", .get, "models/{model}/files/{number}/trial", allow: .having(.administer),
      summary: "Try a file of a model out: a PDF with invented data.")
    choose = Endpoint(
      service, "chooseModel", .put, "models/{model}/choice", allow: .having(.administer),
      summary: "Print another file of a model from a day on; what was planned from that day on is replaced.",
      versioned: true)
  }
}

extension ServiceName {
  /// Where the models of this service are kept.
  public var models: ModelEndpoints { ModelEndpoints(self) }

  /// The services that print with models of the county. The others of `ModelKind` follow with their letters.
  public static let withModels: [ServiceName] = [.contracts, .dossiers, .scheduling]
}
