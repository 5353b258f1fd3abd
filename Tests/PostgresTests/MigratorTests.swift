import API
import Foundation
import Logging
import Migrations
import Postgres
import Testing

@Suite("Migrations") struct MigratorTests {
  /// Folders in which every service has two migrations, and scheduling these.
  private static func migrate(scheduling: [String]) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    for service in ServiceName.allCases {
      let name = service == .fse ? "FSE" : service.rawValue.capitalized
      let migrations = folder.appending(path: "\(name)/Migrations")
      try FileManager.default.createDirectory(at: migrations, withIntermediateDirectories: true)
      for file in service == .scheduling ? scheduling : ["0001_first.sql", "0002_one.sql"] {
        try Data("select 1".utf8).write(to: migrations.appending(path: file))
      }
    }
    // They are told before anything is asked of the database.
    let nowhere = PostgresClient(
      configuration: .init(conninfo: "host=/nowhere", user: "nobody", maximum: 1), logger: Logger(label: "test"))
    try await Migrator(postgres: nowhere, folder: folder).migrate()
  }

  @Test("two migrations of one number, as two branches leave them, are refused by their names")
  func twice() async throws {
    let error = await #expect(throws: (any Error).self) {
      try await Self.migrate(scheduling: ["0001_first.sql", "0002_one.sql", "0002_other.sql"])
    }
    #expect("\(try #require(error))".contains("0002_one.sql and 0002_other.sql"))
  }

  @Test("numbers count up: one that is missing among them is refused, and none is by itself")
  func hole() async throws {
    let error = await #expect(throws: (any Error).self) {
      try await Self.migrate(scheduling: ["0001_first.sql", "0002_one.sql", "0004_other.sql"])
    }
    #expect("\(try #require(error))".contains("Scheduling has no migration 3"))
    await #expect(throws: PostgresError.self, "only the database is missing") {
      try await Self.migrate(scheduling: ["0001_first.sql", "0002_one.sql", "0003_other.sql"])
    }
  }
}
