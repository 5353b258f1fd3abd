import API
import Domain
import Foundation
import Messaging
import Postgres

/// Brings the database to what this version needs: roles, foundation, then each service's numbered files, once each.
public struct Migrator: Sendable {
  let postgres: PostgresClient
  let folder: URL

  /// - Parameters:
  ///   - postgres: connected as a role that may create roles and schemas.
  ///   - folder: holds `<Service>/Migrations/0001_….sql`.
  public init(postgres: PostgresClient, folder: URL) {
    self.postgres = postgres
    self.folder = folder
  }

  public struct Step: Sendable {
    public let service: ServiceName
    public let version: Int
    public let name: String
  }

  /// Applies what is missing, in one transaction, one runner at a time.
  /// - Returns: what was applied now.
  /// - Throws: `PostgresError` with the file's statement; nothing is kept then.
  @discardableResult
  public func migrate() async throws -> [Step] {
    let files = try ServiceName.allCases.map { ($0, try Self.files(of: $0, in: folder)) }
    return try await postgres.withTransaction(as: .system("migrate"), timeout: .seconds(3600)) { transaction in
      try await transaction.script("select pg_advisory_xact_lock(hashtext('jalons.migrate'))")
      try await transaction.script(Roles.sql)
      try await transaction.script(DatabaseFoundation.sql)
      var applied: [Step] = []
      for (service, files) in files {
        try await transaction.script(Roles.schema(service) + MessagingSchema.sql(for: service.rawValue))
        let known = try await transaction.query(
          "select version from jalons.migration where service = \(service.rawValue)", as: Int.self)
        for file in files where !known.contains(file.step.version) {
          try await transaction.script(file.sql)
          try await transaction.execute(
            """
            insert into jalons.migration (service, version, name)
            values (\(service.rawValue), \(file.step.version), \(file.step.name))
            """)
          applied.append(file.step)
        }
      }
      return applied
    }
  }

  private static func files(of service: ServiceName, in folder: URL) throws -> [(step: Step, sql: String)] {
    let name = service == .fse ? "FSE" : service.rawValue.capitalized
    let migrations = folder.appending(path: "\(name)/Migrations")
    var taken: [Int: String] = [:]
    return try FileManager.default.contentsOfDirectory(atPath: migrations.path).filter { $0.hasSuffix(".sql") }.sorted()
      .map { file in
        guard let version = Int(file.prefix(4)) else { throw MigrationError.badName(file) }
        if let other = taken.updateValue(file, forKey: version) { throw MigrationError.twice(name, other, file) }
        let sql = String(decoding: try Data(contentsOf: migrations.appending(path: file)), as: UTF8.self)
        return (Step(service: service, version: version, name: String(file.dropFirst(5).dropLast(4))), sql)
      }
  }
}

enum MigrationError: Error, CustomStringConvertible {
  case badName(String)
  /// Two branches took the same number, and were merged.
  case twice(String, String, String)

  var description: String {
    switch self {
    case .badName(let file): "a migration's file name begins with four digits, not \(file)"
    case .twice(let service, let one, let other):
      "\(service) has two migrations of one number, \(one) and \(other): give the later one the next free number"
    }
  }
}
