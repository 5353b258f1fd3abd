import API
import Crypto
import Domain
import Foundation
import Service

/// - Parameter secret: what the address ends with; without one there is no such address.
func addReceiptRoutes(to routes: Routes, store: ReceiptStore, secret: String?) {
  routes.handle(SchedulingAPI.takeReceipt) { _, request in
    // Hashes, so that the time of the comparison says nothing of the secret.
    guard let secret, !secret.isEmpty,
      SHA256.hash(data: Data(secret.utf8)) == SHA256.hash(data: Data(request.word("secret").utf8))
    else { throw Problem.notFound() }
    let body = try await request.small(SchedulingAPI.takeReceipt.limit)
    guard let told = try? JSONDecoder().decode(BrevoReceipt.self, from: body) else {
      throw Problem.malformed("Ce n’est pas un accusé de Brevo.")
    }
    if let receipt = told.receipt { try await store.record(receipt, by: "Brevo", at: request.now) }
    return NoOutput()
  }
}
