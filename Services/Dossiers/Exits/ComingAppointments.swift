import API
import Domain
import Postgres
import Service

extension ComingAppointments {
  /// - Throws: 422 where nobody is named to take the appointments over, or somebody without an open account.
  func check(in transaction: Transaction) async throws {
    let field = "appointments.colleague"
    if fate == .handOver, colleague == nil {
      throw Problem.invalid([Fault(field, "obligatoire", "Choisissez le collègue qui reprend les rendez-vous.")])
    }
    try await transaction.check(colleague.map { BodyReference.account($0, at: field) })
  }
}
