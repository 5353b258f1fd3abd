import API
import Documents
import Domain
import Foundation
import NIOCore
import Service

func addModelRoutes(to routes: Routes, store: ModelStore, converter: any DocumentConverter) {
  routes.handle(ContractsAPI.listModels) { _, request in try await store.sheets(for: request.caller) }
  routes.handle(ContractsAPI.listModelFields) { _, _ in ModelFields.all }
  routes.handle(ContractsAPI.depositModel) { query, request in
    let model = try model(of: request)
    let name = (query.name ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    let bytes = try await body(of: request)
    return try await store.deposit(
      bytes, named: name.isEmpty ? "\(model.label).docx" : String(name.prefix(200)), for: model, as: request.caller,
      at: request.now)
  }
  routes.handle(ContractsAPI.downloadModel) { _, request in
    let file = try await store.file(number(of: request), of: model(of: request), for: request.caller)
    return FileOutput(name: file.name, contentType: Printing.wordType, bytes: file.bytes)
  }
  routes.handle(ContractsAPI.tryModel) { _, request in
    let model = try model(of: request)
    let file = try await store.file(number(of: request), of: model, for: request.caller)
    do {
      let word = try WordModel(file.bytes).merge(ModelFields.example)
      return FileOutput(
        name: "Essai – \(model.label).pdf", contentType: "application/pdf", bytes: try await converter.pdf(from: word))
    } catch let error as DocumentError {
      throw Printing.problem(error)
    }
  }
  routes.handle(ContractsAPI.chooseModel) { choice, request in
    try await store.choose(
      choice, of: model(of: request), version: request.version, for: request.caller, at: request.now)
  }
}

private func model(of request: EndpointRequest) throws -> ContractModel {
  guard let model = ContractModel(rawValue: request.word("model")) else { throw Problem.notFound("Ce modèle") }
  return model
}

private func number(of request: EndpointRequest) throws -> Int {
  guard let number = Int(request.word("number")), number >= 0 else { throw Problem.notFound("Ce fichier") }
  return number
}

private func body(of request: EndpointRequest) async throws -> Data {
  do {
    return Data(try await request.body.collect(upTo: ContractsAPI.modelBytes).readableBytesView)
  } catch is NIOTooManyBytesError {
    throw Problem(
      "trop-volumineux", 413, "Ce document dépasse \(ContractsAPI.modelBytes >> 20) Mio.",
      detail: "Réduisez ses images, puis déposez-le à nouveau.")
  }
}

extension ModelFields {
  /// Invented data for every field, and two objectives.
  static var example: [String: MergeValue] {
    var values = Dictionary(uniqueKeysWithValues: all.map { ($0.name, MergeValue.text($0.example)) })
    let prefix = "Objectif."
    let first = all.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.example) }
    for name in values.keys where name.hasPrefix(prefix) { values[name] = nil }
    let second = [
      "Numero": "2", "Theme": "Famille et garde d’enfants",
      "Personne": "Déposer un dossier à la crèche et prendre rendez-vous avec le relais petite enfance.",
      "Referent": "Appuyer la demande de place.", "Echeance": "31/08/2026",
    ]
    values["Objectif"] = .list([Dictionary(uniqueKeysWithValues: first), second])
    return values
  }
}
