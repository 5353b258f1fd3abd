import Foundation
import Service
import Testing

@Suite("Settings") struct SettingsTests {
  /// Settings from a file with this text, and from the environment.
  private static func settings(file text: String, environment: [String: String] = [:]) throws -> Settings {
    let file = FileManager.default.temporaryDirectory.appending(path: "jalons-\(UUID().uuidString).conf")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    return try Settings(environment: environment.merging(["JALONS_CONFIG": file.path]) { $1 })
  }

  @Test("come from the environment, and from the file for what the environment does not say")
  func precedence() throws {
    let settings = try Self.settings(
      file: """
        # JALONS_A=comment
        JALONS_A=file
        JALONS_B = file with = and spaces\u{20}
        JALONS_EMPTY=
        nonsense
        """, environment: ["JALONS_A": "environment", "JALONS_C": "environment"])
    #expect(try settings.string("JALONS_A") == "environment")
    #expect(try settings.string("JALONS_B") == "file with = and spaces")
    #expect(try settings.string("JALONS_C") == "environment")
    #expect(settings.optional("JALONS_EMPTY") == nil)
    #expect(settings.string("JALONS_EMPTY", default: "fallback") == "fallback")
  }

  @Test("are the same from a file that was written on Windows")
  func windows() throws {
    let settings = try Self.settings(file: "# comment\r\nJALONS_A=one\r\n\r\nJALONS_B=two\r\n")
    #expect(try settings.string("JALONS_A") == "one")
    #expect(try settings.string("JALONS_B") == "two")
  }

  @Test("that are missing or wrong are named in the error, with what was expected")
  func faults() throws {
    let settings = try Settings(
      environment: ["JALONS_PORT": "http", "JALONS_EMPTY": "", "JALONS_COUNT": "0", "JALONS_BIG": "70000"])
    func fault(_ read: () throws -> Any) -> String? {
      #expect(throws: SettingError.self) { _ = try read() }?.description
    }
    #expect(fault { try settings.string("JALONS_SECRET") } == "JALONS_SECRET is not set")
    #expect(fault { try settings.string("JALONS_EMPTY") } == "JALONS_EMPTY is not set")
    #expect(fault { try settings.port(of: "portal") } == "JALONS_PORT must be a whole number, not http")
    #expect(fault { try settings.int("JALONS_COUNT", default: 3, in: 1...9) } == "JALONS_COUNT must be 1 to 9, not 0")
    let port = try Settings(environment: ["JALONS_PORT": "70000"])
    #expect(fault { try port.port(of: "portal") } == "JALONS_PORT must be 0 to 65535, not 70000")
    let file = fault { try Settings(environment: ["JALONS_CONFIG": "/nowhere/jalons.conf"]) }
    #expect(file?.contains("JALONS_CONFIG") == true && file?.contains("/nowhere/jalons.conf") == true)
  }

  @Test("have defaults for every process's port and address, and take several copies of one")
  func addresses() throws {
    let settings = try Settings(environment: ["JALONS_FSE_URL": "http://10.0.0.1:1, http://10.0.0.2:2"])
    let names = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
    #expect(try names.map { try settings.port(of: $0) } == Array(8080...8087))
    #expect(try settings.addresses(of: "identity") == ["http://127.0.0.1:8082"])
    #expect(try settings.addresses(of: "fse") == ["http://10.0.0.1:1", "http://10.0.0.2:2"])
  }

  @Test("are summed up without a secret, wherever it stands, and without what is not ours")
  func summary() throws {
    let secret = "s3cr3t"
    let settings = try Settings(
      environment: [
        "JALONS_POSTGRES": "host=db password=\(secret) dbname=jalons", "JALONS_POSTGRES_PASSWORD": secret,
        "JALONS_REDIS": "redis://:\(secret)@redis:6379", "JALONS_SECRET": secret, "JALONS_BREVO_KEY": secret,
        "JALONS_TLS_KEY": secret, "JALONS_POSTGRES_ADMIN": "user=x password='\(secret) \\' \(secret)'",
        "JALONS_BREVO_URL": "https://user:\(secret)@example.org/v3",
        "JALONS_A": "host=db password = '\(secret) \(secret)' port=1",
        "JALONS_B": "postgres://jalons:\(secret)@db/jalons", "JALONS_PUBLIC_URL": "https://jalons.example.org:8443/a@b",
        "PATH": "/bin", "JALONS_PORT": "8083",
      ])
    let summary = settings.summary
    #expect(!summary.description.contains(secret), "\(summary)")
    #expect(summary["JALONS_POSTGRES"] == "host=db password=••• dbname=jalons")
    #expect(summary["JALONS_A"]?.hasSuffix(" port=1") == true)
    #expect(summary["JALONS_B"] == "postgres://jalons:•••@db/jalons")
    #expect(summary["JALONS_PUBLIC_URL"] == "https://jalons.example.org:8443/a@b")
    #expect(summary["JALONS_PORT"] == "8083" && summary["PATH"] == nil)
  }
}
