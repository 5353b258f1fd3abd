import API
import ArgumentParser
import Foundation
import Migrations
import Postgres
import Service

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Brings the database to what this version needs.")

  @Option(help: "The folder that holds <Service>/Migrations.")
  var migrations: String?

  @Option(help: "How long to wait for a database that is still starting, in seconds.")
  var wait = 30

  func run() async throws {
    let folder = try migrations ?? Settings().string("JALONS_MIGRATIONS", default: "Services")
    let settings = try Settings()
    try settings.refuseKnownSecrets()
    let passwords = ServicePasswords(settings)
    let applied = try await Connection.withOwner { owner in
      let applied = try await migrated(Migrator(postgres: owner, folder: URL(filePath: folder)))
      try await passwords.set(owner)
      return applied
    }
    for step in applied { print("\(step.service.rawValue) \(step.version) \(step.name)") }
    print(applied.isEmpty ? "The schemas are up to date." : "\(applied.count) migrations applied.")
  }

  private func migrated(_ migrator: Migrator) async throws -> [Migrator.Step] {
    let end = ContinuousClock.now + .seconds(wait)
    while true {
      do {
        return try await migrator.migrate()
      } catch let error as PostgresError where error.kind == .unavailable && .now < end {
        try await Task.sleep(for: .seconds(1))
      }
    }
  }
}
