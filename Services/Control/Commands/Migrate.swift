import API
import ArgumentParser
import Foundation
import Migrations
import Service

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Brings the database to what this version needs.")

  @Option(help: "The folder that holds <Service>/Migrations.")
  var migrations: String?

  func run() async throws {
    let folder = try migrations ?? Settings().string("JALONS_MIGRATIONS", default: "Services")
    let password = try Settings().optional("JALONS_POSTGRES_PASSWORD")
    let applied = try await Connection.withOwner { owner in
      let applied = try await Migrator(postgres: owner, folder: URL(filePath: folder)).migrate()
      if let password { try await ServicePasswords.set(password, postgres: owner) }
      return applied
    }
    for step in applied { print("\(step.service.rawValue) \(step.version) \(step.name)") }
    print(applied.isEmpty ? "The schemas are up to date." : "\(applied.count) migrations applied.")
  }
}
