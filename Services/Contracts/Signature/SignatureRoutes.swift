import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

func addSignatureRoutes(to routes: Routes, store: SignatureStore) {
  routes.handle(ContractsAPI.startSignature) { draft, request in
    try await store.start(
      draft, of: request.id("contract"), version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.showSignature) { _, request in
    try await store.sheet(request.id("signature"), of: request.id("contract"), for: request.caller)
  }
  routes.handle(ContractsAPI.sendSignatureCode) { reading, request in
    try await store.sendCode(
      reading, for: request.id("signature"), of: request.id("contract"), by: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.confirmSignature) { answer, request in
    try await store.confirm(
      answer, for: request.id("signature"), of: request.id("contract"), by: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.showSignaturePage) { _, request in
    // What is no number is a page that no document has: it is refused after the contract was found.
    try await store.page(
      Int(request.word("page")) ?? 0, request.id("signature"), of: request.id("contract"), for: request.caller)
  }
  routes.handle(ContractsAPI.downloadSignatureFile) { query, request in
    try await store.file(query.kind ?? .shown, request.id("signature"), of: request.id("contract"), for: request.caller)
  }
  routes.handle(ContractsAPI.checkSignedDocument) { _, request in
    let bytes = try await request.file(limit: ContractsAPI.checkSignedDocument.limit)
    return try await store.check(bytes, of: request.id("contract"), for: request.caller)
  }
}

/// What became of the text message that a code is in.
enum SignatureEvents {
  static let delivery: Consumer.Handling = .on(TextMessageSettled.self) { event, envelope, transaction in
    let delivery: SignatureSheet.Delivery =
      switch event.outcome {
      case .delayed: .delayed
      case .sent: .sent
      case .failed: .failed
      }
    try await transaction.execute(
      """
      update contracts.signature set delivery = \(delivery), delivery_fault = \(event.fault),
        delivered_at = case when \(event.outcome) = 'sent' then \(envelope.time)::timestamptz end
      where message = \(event.message) and (delivery in ('waiting', 'delayed') or \(event.outcome) = 'sent')
      """)
  }
}
