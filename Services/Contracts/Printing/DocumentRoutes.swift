import API
import Domain
import Foundation
import NIOCore
import Service

func addDocumentRoutes(to routes: Routes, store: DocumentStore, printing: Printing) {
  routes.handle(ContractsAPI.listDocuments) { _, request in
    try await store.all(of: request.id("contract"), for: request.caller)
  }
  routes.handle(ContractsAPI.addScan) { query, request in
    let bytes = try await request.file(limit: ContractsAPI.addScan.limit)
    return try await store.add(
      bytes, named: query.name, to: request.id("contract"), as: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.downloadScan) { _, request in
    try await store.file(request.id("scan"), of: request.id("contract"), for: request.caller)
  }
  routes.handle(ContractsAPI.recordHandover) { draft, request in
    try await store.record(draft, of: request.id("contract"), by: request.caller, at: request.now)
  }
  let waiting = HandoverList(postgres: store.postgres)
  routes.handle(ContractsAPI.listToHandOver) { filter, request in
    try await waiting.waiting(filter, for: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.printBlank) { _, request in
    try await printing.blank(for: nil, by: request.caller)
  }
  routes.handle(ContractsAPI.printDossierBlank) { _, request in
    try await printing.blank(for: request.dossier, by: request.caller)
  }
}

extension EndpointRequest {
  /// The file that is the request's body, whole.
  /// - Throws: 413 past `limit` bytes.
  func file(limit: Int) async throws -> Data {
    do {
      return Data(try await body.collect(upTo: limit).readableBytesView)
    } catch is NIOTooManyBytesError {
      throw Problem("trop-volumineux", 413, "Ce document dépasse \(limit >> 20) Mio.")
    }
  }
}
