import API
import Domain
import Postgres
import Service

// The audit log says whose step or participation an act was about. One that does not exist for the caller names nothing:
// what is asked for next is refused.
extension PostgresClient {
  /// The step of the address, and the caller with its dossier named in the act.
  func step(of request: EndpointRequest) async throws -> (ID<Step>, Caller) {
    let id = try request.id("step", of: Step.self)
    return (id, try await naming("select dossier from fse.step where id = \(id)", request.caller))
  }

  /// The participation of the address, and the caller with its dossier named in the act.
  func participation(of request: EndpointRequest) async throws -> (ID<Participation>, Caller) {
    let id = try request.id("participation", of: Participation.self)
    return (id, try await naming("select dossier from fse.participation where id = \(id)", request.caller))
  }

  private func naming(_ dossier: SQL, _ caller: Caller) async throws -> Caller {
    var named = caller
    named.act?.dossier = try await withTransaction(as: caller.looking) { transaction in
      try await transaction.first(dossier, as: ID<Dossier>.self)
    }
    return named
  }
}
