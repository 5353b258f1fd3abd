import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Redis
import Service
import TestSupport
import Testing

/// Each process as somebody inside it finds it, with exactly its own environment, beside the table of `threats.md`.
@Suite("A process taken over", .database) struct TakenOverTests {
  private struct Row: Equatable {
    var process: String
    var dossiers: String
    var background: String
    var keys: [String]
    var announces: Set<String>
    var takes: Set<String>
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
  private static let streams = ServiceName.allCases.flatMap { [$0.rawValue, "audit:\($0.rawValue)"] }
  private static let processes = ["gateway", "portal"] + ServiceName.allCases.map(\.rawValue)

  private static func promised() throws -> [Row] {
    let page = try String(contentsOf: root.appending(path: "deploy/docs/threats.md"), encoding: .utf8)
    let table = page.components(separatedBy: "### What one process can do")[1].components(separatedBy: "\n## ")[0]
    return table.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst(2).map { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      func words(_ cell: String) -> [String] {
        cell.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.flatMap { word in
          word == "every audit" ? ServiceName.allCases.map { "audit:\($0.rawValue)" } : [word]
        }
      }
      return Row(
        process: cells[1], dossiers: cells[2], background: cells[3], keys: words(cells[4]),
        announces: Set(words(cells[5])), takes: Set(words(cells[6])))
    }
  }

  @Test("what each process can do is what threats.md says")
  func whole() async throws {
    let redis = try await TestRedis.start()
    defer { redis.stop() }
    for stream in Self.streams { try redis.ask("XADD", "jalons:\(stream)", "*", "envelope", "{}") }
    let promised = try Self.promised()
    #expect(promised.map(\.process) == Self.processes)
    for row in promised {
      let found = Row(
        process: row.process, dossiers: try await Self.dossiers(row.process),
        background: try await Self.background(row.process), keys: try Self.keys(row.process),
        announces: try await Self.announces(row.process, redis), takes: try await Self.takes(row.process, redis))
      #expect(found == row)
    }
  }

  // MARK: Postgres

  /// Whose rows the roles of a login see of other services' tables, as the database has them.
  private static func groups(_ process: String, _ role: String) async throws -> [String] {
    try await TestDatabase.required().owner { transaction in
      try await transaction.query(
        """
        select distinct g.rolname::text from pg_roles l
        join pg_auth_members own on own.member = l.oid join pg_roles r on r.oid = own.roleid
        join pg_auth_members m on m.member = r.oid join pg_roles g on g.oid = m.roleid
        where l.rolname = \(process) and g.rolname like 'reach\\_%' and r.rolname like \(role) order by 1
        """, as: String.self)
    }
  }

  private static func dossiers(_ process: String) async throws -> String {
    guard let service = ServiceName(rawValue: process) else { return "nothing" }
    let reached = try await groups(process, "\(process)\\_%").filter { $0 != "reach_system" }
    if reached == ["reach_none"] { return service == .identity ? "numbers alone" : "nothing" }
    let people = Scope.allCases.filter { $0 != .system }.map { "reach_\($0.rawValue)" }.sorted()
    return reached == people ? "what the asker reaches" : "\(reached)"
  }

  private static func background(_ process: String) async throws -> String {
    guard let service = ServiceName(rawValue: process) else { return "nothing" }
    if try await groups(process, "\(process)\\_system") == ["reach_system"] { return "everybody" }
    return service == .identity ? "numbers alone" : "its own tables"
  }

  @Test("a login takes no other service's role, nor a group's", arguments: ServiceName.allCases)
  func roles(service: ServiceName) async throws {
    let database = try TestDatabase.required()
    let client = PostgresClient(
      configuration: .init(conninfo: database.conninfo, user: service.rawValue, maximum: 1),
      logger: Logger(label: "test"))
    let others = ServiceName.allCases.filter { $0 != service }.flatMap { other in
      Scope.allCases.map { "\(other.rawValue)_\($0.rawValue)" } + ["\(other.rawValue)", "\(other.rawValue)_writer"]
    }
    for role in others + ["jalons"] {
      await #expect(throws: PostgresError.self, "\(role)") {
        try await client.withTransaction(as: .system("test")) {
          _ = try await $0.execute("set local role \(unsafeSQL: role)")
        }
      }
    }
    await client.close()
  }

  // MARK: Keys

  /// Those that a process has from its own secrets.
  private static func keys(_ process: String) throws -> [String] {
    let own = try Secrets.of(process, from: "a secret of the operator, of 32 bytes")
    let settings = try Settings(environment: Dictionary(uniqueKeysWithValues: own.map { ($0.name, $0.value) }))
    return KeyPurpose.allCases.filter { (try? settings.key($0)) != nil }.map(\.rawValue)
  }

  @Test("compose gives each process its own keys, and the secret that they are derived from to none")
  func compose() throws {
    let file = try String(contentsOf: Self.root.appending(path: "docker-compose.yml"), encoding: .utf8)
    for row in try Self.promised() {
      let block = file.components(separatedBy: "\n  \(row.process):\n")[1].components(separatedBy: "\n\n")[0]
      let given = KeyPurpose.allCases.filter { block.contains("\($0.setting):") }.map(\.rawValue)
      #expect(given == row.keys && !block.contains("JALONS_SECRET") && !block.contains("*owner"), "\(row.process)")
    }
    let common = file.components(separatedBy: "&environment")[1].components(separatedBy: "\n\n")[0]
    #expect(!["KEY", "SECRET", "PASSWORD", "REDIS", "ADMIN"].contains { common.contains($0) })
  }

  @Test("an instance that has one secret still opens what it sealed, with the keys derived from it")
  func derived() throws {
    let secret = "the one secret of an old instance, long enough"
    let old = try Settings(environment: ["JALONS_SECRET": secret])
    for process in Self.processes {
      let own = try Secrets.of(process, from: secret)
      let new = try Settings(environment: Dictionary(uniqueKeysWithValues: own.map { ($0.name, $0.value) }))
      for purpose in KeyPurpose.allCases where purpose.processes.contains(process) {
        let sealed = try KeySeal(old.key(purpose, of: process)).seal(Data("x".utf8), name: "n")
        #expect(try KeySeal(new.key(purpose, of: process)).open(sealed, name: "n") == Data("x".utf8))
      }
    }
    #expect(throws: SettingError.self) { try Settings(environment: [:]).key(.nir) }
    #expect(throws: SettingError.self) { try Settings(environment: ["JALONS_KEY_NIR": "abc"]).key(.nir) }
  }

  @Test("the trial's secrets are good on its own machine alone")
  func trial() throws {
    let file = try String(contentsOf: Self.root.appending(path: "docker-compose.yml"), encoding: .utf8)
    let values = file.matches(of: #/\$\{(JALONS_(?:KEY|POSTGRES|REDIS)_\w+):-([^}]+)\}/#).map {
      (String($0.1), String($0.2))
    }
    #expect(values.count >= 24)
    for (name, value) in values {
      let local = try Settings(environment: [name: value, "JALONS_PUBLIC_URL": "http://localhost:8080"])
      try local.refuseKnownSecrets()
      for more in [["JALONS_PUBLIC_URL": "https://jalons.exemple.fr"], ["JALONS_SECRET": "one of its own"]] {
        let other = try Settings(environment: [name: value].merging(more) { $1 })
        #expect(throws: SettingError.self, "\(name)") { try other.refuseKnownSecrets() }
      }
    }
    try Settings(environment: [
      "JALONS_PUBLIC_URL": "https://jalons.exemple.fr", "JALONS_KEY_NIR": String(repeating: "a1", count: 32),
    ]).refuseKnownSecrets()
  }

  // MARK: Redis

  /// The streams on which the user of a process may do this.
  private static func allowed(
    _ process: String, _ redis: TestRedis, _ command: (String) -> [String]
  ) async throws -> Set<String> {
    guard process != "portal" else { return [] }
    let client = RedisClient(
      configuration: try RedisConfiguration(url: redis.url(of: process)), logger: Logger(label: "test"))
    let running = Task { await client.run() }
    defer { running.cancel() }
    var allowed: Set<String> = []
    for stream in streams {
      let asked = command("jalons:\(stream)")
      do {
        _ = try await client.withConnection { try await $0.command(asked, timeout: .seconds(5)) }
        allowed.insert(stream)
      } catch let error as RedisError where error.message.hasPrefix("NOPERM") {
        continue
      }
    }
    return allowed
  }

  private static func announces(_ process: String, _ redis: TestRedis) async throws -> Set<String> {
    try await allowed(process, redis) { ["XADD", $0, "*", "envelope", "{}"] }
  }

  private static func takes(_ process: String, _ redis: TestRedis) async throws -> Set<String> {
    let along = try await allowed(process, redis) { ["XREAD", "COUNT", "1", "STREAMS", $0, "0"] }
    let consumed = try await allowed(process, redis) {
      ["XGROUP", "CREATE", $0, "\(process).\(UUID())", "0", "MKSTREAM"]
    }
    return along.union(consumed)
  }
}
