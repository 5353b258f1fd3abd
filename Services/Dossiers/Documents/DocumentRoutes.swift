import API
import Domain
import Foundation
import NIOCore
import Service

func addDocumentRoutes(
  to routes: Routes, store: DocumentStore, folders: DocumentFolderStore, types: DocumentTypeStore
) {
  routes.handle(DossiersAPI.listDocuments) { query, request in
    try await store.documents(of: request.dossier, query, for: request.caller)
  }
  routes.handle(DossiersAPI.depositDocument, isKeyed: true) { deposit, request in
    try await store.deposit(
      try await depositedContent(of: request), deposit, in: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.showDocument) { _, request in
    try await store.document(request.id("document"), of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.downloadDocument) { _, request in
    try await store.content(request.id("document"), of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.changeDocument) { change, request in
    try await store.change(
      request.id("document"), of: request.dossier, to: change, version: request.version, for: request.caller,
      at: request.now)
  }
  routes.handle(DossiersAPI.removeDocument) { _, request in
    try await store.remove(
      request.id("document"), of: request.dossier, version: request.version, for: request.caller, at: request.now)
    return NoOutput()
  }
  routes.handle(DossiersAPI.listDocumentFolders) { _, request in
    try await folders.folders(of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.openDocumentFolder) { draft, request in
    try await folders.open(draft.folder, in: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.summarizeDocuments) { _, request in
    try await store.summary(of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.listDocumentTypes) { _, request in try await types.types(for: request.caller) }
  routes.handle(DossiersAPI.changeDocumentType) { change, request in
    try await types.change(request.word("code"), to: change, version: request.version, for: request.caller)
  }
}

/// The file that a request carries.
/// - Throws: 413 past the most that a document may have.
func depositedContent(of request: EndpointRequest) async throws -> Data {
  do {
    return Data(try await request.body.collect(upTo: DossierDocument.mostBytes).readableBytesView)
  } catch is NIOTooManyBytesError {
    throw Problem(
      "trop-volumineux", 413, "Ce document dépasse \(DossierDocument.mostBytes >> 20) Mo.",
      detail: "Numérisez-le avec une qualité moindre ou en plusieurs parties, puis déposez-le à nouveau.")
  }
}
