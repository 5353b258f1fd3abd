import API
import Domain
import Foundation
import Postgres

/// The password with which every service signs in to the database, where the server asks for one.
enum ServicePasswords {
  static func set(_ password: String, postgres: PostgresClient) async throws {
    let literal = "'" + password.replacingOccurrences(of: "'", with: "''") + "'"
    try await postgres.withTransaction(as: .system("migrate")) { transaction in
      for service in ServiceName.allCases {
        try await transaction.script("alter role \(service.rawValue) password \(literal)")
      }
    }
  }
}
