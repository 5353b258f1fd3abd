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
    let (before, after) = (try SharedSQL.scripts("before"), try SharedSQL.scripts("after"))
    return try await postgres.withTransaction(as: .system("migrate"), timeout: .seconds(3600)) { transaction in
      try await transaction.script("select pg_advisory_xact_lock(hashtext('jalons.migrate'))")
      try await transaction.script(Roles.sql)
      for script in before { try await transaction.script(script) }
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
      for script in after { try await transaction.script(script) }
      return applied
    }
  }

  /// Up to here numbers may be missing, as branches left them; what follows counts up by one.
  private static let baseline: [ServiceName: Int] = [.identity: 16, .dossiers: 22]

  private static func files(of service: ServiceName, in folder: URL) throws -> [(step: Step, sql: String)] {
    let name = service == .fse ? "FSE" : service.rawValue.capitalized
    let migrations = folder.appending(path: "\(name)/Migrations")
    var taken: [Int: String] = [:]
    let files = try FileManager.default.contentsOfDirectory(atPath: migrations.path).filter { $0.hasSuffix(".sql") }
      .sorted()
      .map { file in
        guard let version = Int(file.prefix(4)) else { throw MigrationError.badName(file) }
        if let other = taken.updateValue(file, forKey: version) { throw MigrationError.twice(name, other, file) }
        let sql = String(decoding: try Data(contentsOf: migrations.appending(path: file)), as: UTF8.self)
        return (Step(service: service, version: version, name: String(file.dropFirst(5).dropLast(4))), sql)
      }
    let counted = files.map(\.0.version).filter { $0 > baseline[service, default: 0] }
    for (version, expected) in zip(counted, (baseline[service, default: 0] + 1)...) where version != expected {
      throw MigrationError.hole(name, expected)
    }
    return files
  }
}

enum MigrationError: Error, CustomStringConvertible {
  case badName(String)
  /// Two branches took the same number, and were merged.
  case twice(String, String, String)
  /// A number between two others has no migration: a branch that has it is yet to be merged, and would come too late.
  case hole(String, Int)
  /// The program lacks a folder that belongs to it.
  case missing(String)

  var description: String {
    switch self {
    case .badName(let file): "a migration's file name begins with four digits, not \(file)"
    case .twice(let service, let one, let other):
      "\(service) has two migrations of one number, \(one) and \(other): give the later one the next free number"
    case .hole(let service, let version):
      "\(service) has no migration \(version), and has later ones: number them without a hole"
    case .missing(let folder): "the folder \(folder) does not lie beside this program, in jalons_Migrations.resources"
    }
  }
}
