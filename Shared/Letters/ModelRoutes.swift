import API
import Documents
import Domain
import Foundation
import NIOCore
import Service

/// The endpoints that every service with models serves.
public func addModelRoutes(
  to routes: Routes, of service: ServiceName, store: CountyModelStore, converter: any DocumentConverter
) {
  let models = service.models
  routes.handle(models.all) { _, request in try await store.sheets(for: request.caller) }
  routes.handle(models.offered) { _, request in try await store.offers(for: request.caller) }
  routes.handle(models.fields) { _, _ in store.kinds.map { ModelFields(kind: $0.kind, fields: $0.fields) } }
  routes.handle(models.add) { draft, request in try await store.add(draft, for: request.caller) }
  routes.handle(models.change) { change, request in
    try await store.change(request.word("model"), to: change, version: request.version, for: request.caller)
  }
  routes.handle(models.deposit) { query, request in
    let name = (query.name ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
    return try await store.deposit(
      try await body(of: request), named: name, for: request.word("model"), as: request.caller, at: request.now)
  }
  routes.handle(models.download) { _, request in
    let sheet = try await store.sheet(request.word("model"), for: request.caller)
    return try await store.open(number(of: request), of: sheet, for: request.caller)
  }
  routes.handle(models.tryOut) { _, request in
    let sheet = try await store.sheet(request.word("model"), for: request.caller)
    let file = try await store.file(number(of: request), of: sheet, for: request.caller)
    let example = try store.declaration(of: sheet).example
    return try await LetterFormat.pdf.output(
      try WordModel(file.bytes), example, named: "Essai – \(sheet.label)", by: converter)
  }
  routes.handle(models.choose) { choice, request in
    try await store.choose(
      choice, of: request.word("model"), version: request.version, for: request.caller, at: request.now)
  }
}

private func number(of request: EndpointRequest) throws -> Int {
  guard let number = Int(request.word("number")), number >= 0 else { throw Problem.notFound("Ce fichier") }
  return number
}

private func body(of request: EndpointRequest) async throws -> Data {
  do {
    return Data(try await request.body.collect(upTo: ModelEndpoints.fileBytes).readableBytesView)
  } catch is NIOTooManyBytesError {
    throw Problem(
      "trop-volumineux", 413, "Ce document dépasse \(ModelEndpoints.fileBytes >> 20) Mio.",
      detail: "Réduisez ses images, puis déposez-le à nouveau.")
  }
}
