import API
import Foundation
import Logging
import Migrations
import Postgres
import Testing

@Suite("Migrations") struct MigratorTests {
  @Test("two migrations of one number, as two branches leave them, are refused by their names")
  func twice() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UUID())")
    defer { try? FileManager.default.removeItem(at: folder) }
    for service in ServiceName.allCases {
      let name = service == .fse ? "FSE" : service.rawValue.capitalized
      let migrations = folder.appending(path: "\(name)/Migrations")
      try FileManager.default.createDirectory(at: migrations, withIntermediateDirectories: true)
      for file in ["0001_first.sql", "0002_one.sql"] + (service == .scheduling ? ["0002_other.sql"] : []) {
        try Data("select 1".utf8).write(to: migrations.appending(path: file))
      }
    }
    // They are told before anything is asked of the database.
    let nowhere = PostgresClient(
      configuration: .init(conninfo: "host=/nowhere", user: "nobody", maximum: 1), logger: Logger(label: "test"))
    let error = await #expect(throws: (any Error).self) {
      try await Migrator(postgres: nowhere, folder: folder).migrate()
    }
    #expect("\(try #require(error))".contains("0002_one.sql and 0002_other.sql"))
  }
}
