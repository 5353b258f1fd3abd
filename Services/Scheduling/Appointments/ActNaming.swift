import API
import Domain
import Postgres
import Service

extension AppointmentStore {
  /// The appointment of the address, and the caller with its dossier named in the act, so that the audit log says whose
  /// appointment it was. One that does not exist for the caller names nothing: what is asked for next is refused.
  func appointment(of request: EndpointRequest) async throws -> (ID<Appointment>, Caller) {
    let id = try request.id("appointment", of: Appointment.self)
    var named = request.caller
    named.act?.dossier = try await postgres.withTransaction(as: request.caller.looking) { transaction in
      try await transaction.first(
        "select dossier from scheduling.appointment where id = \(id)", as: ID<Dossier>.self)
    }
    return (id, named)
  }
}
