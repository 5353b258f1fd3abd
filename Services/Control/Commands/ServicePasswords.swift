import API
import Domain
import Foundation
import Postgres
import Service

/// The passwords with which the services sign in to the database, where the server asks for one: `JALONS_POSTGRES_PASSWORD_…`
/// for each, or the one that all share in `JALONS_POSTGRES_PASSWORD`.
struct ServicePasswords {
  private let passwords: [(service: ServiceName, password: String)]

  init(_ settings: Settings) {
    passwords = ServiceName.allCases.compactMap { service in
      let own = settings.optional("JALONS_POSTGRES_PASSWORD_\(service.rawValue.uppercased())")
      return (own ?? settings.optional("JALONS_POSTGRES_PASSWORD")).map { (service, $0) }
    }
  }

  func set(_ postgres: PostgresClient) async throws {
    try await postgres.withTransaction(as: .system("migrate")) { [passwords] transaction in
      for (service, password) in passwords {
        let literal = "'" + password.replacingOccurrences(of: "'", with: "''") + "'"
        try await transaction.script("alter role \(service.rawValue) password \(literal)")
      }
    }
  }
}
