import Domain
import Foundation

/// A setting is missing or unreadable: the process does not start, and says which one.
public struct SettingError: Error, CustomStringConvertible {
  public let description: String
  public init(description: String) { self.description = description }
}

/// Configuration: the environment over a file of `NAME=value` lines (`JALONS_CONFIG`), with names in capitals.
public struct Settings: Sendable {
  private let values: [String: String]
  /// The base of the default ports: the gateway's own.
  public static let basePort = 8080

  public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    var values: [String: String] = [:]
    if let path = environment["JALONS_CONFIG"] {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw SettingError(description: "JALONS_CONFIG names a file that cannot be read: \(path)")
      }
      for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
        let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        if parts.count == 2 { values[parts[0]] = parts[1] }
      }
    }
    self.values = values.merging(environment) { _, environment in environment }
  }

  public func string(_ name: String) throws -> String {
    guard let value = values[name], !value.isEmpty else { throw SettingError(description: "\(name) is not set") }
    return value
  }

  public func string(_ name: String, default fallback: String) -> String {
    values[name].flatMap { $0.isEmpty ? nil : $0 } ?? fallback
  }

  public func optional(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// - Throws: `SettingError` for what is no whole number of `range`.
  public func int(_ name: String, default fallback: Int, in range: ClosedRange<Int> = 0...Int.max) throws -> Int {
    guard let text = optional(name) else { return fallback }
    guard let value = Int(text) else { throw SettingError(description: "\(name) must be a whole number, not \(text)") }
    guard range.contains(value) else {
      let most = range.upperBound == Int.max ? "or more" : "to \(range.upperBound)"
      throw SettingError(description: "\(name) must be \(range.lowerBound) \(most), not \(text)")
    }
    return value
  }

  /// The addresses of a process's copies: `http://127.0.0.1:8083,http://127.0.0.1:9083`.
  public func addresses(of process: String) throws -> [String] {
    string("JALONS_\(process.uppercased())_URL", default: "http://127.0.0.1:\(Self.defaultPort(of: process))")
      .split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
  }

  public func port(of process: String) throws -> Int {
    try int("JALONS_PORT", default: Self.defaultPort(of: process), in: 0...65_535)
  }

  /// The processes in the order of their ports from the base.
  private static func defaultPort(of process: String) -> Int {
    let order = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
    return basePort + (order.firstIndex(of: process) ?? 0)
  }

  /// The clock: the system's, or one that a test moves with `JALONS_CLOCK_FILE`.
  public var now: Now { optional("JALONS_CLOCK_FILE").map { Now.shifted(byFile: $0) } ?? .system }

  /// Every setting of ours.
  var all: [String: String] { values.filter { $0.key.hasPrefix("JALONS_") } }

  /// What is printed at the start: every setting of ours, secrets hidden, also where they stand inside an address.
  public var summary: [String: String] {
    let secrets = ["PASSWORD", "SECRET", "KEY", "ADMIN", "TOKEN", "REDIS"]
    return all.reduce(into: [:]) { summary, setting in
      let hidden = secrets.contains { setting.key.contains($0) }
      summary[setting.key] = hidden ? "•••" : Self.withoutPassword(setting.value)
    }
  }

  /// A libpq text or a URL without the password in it.
  private static func withoutPassword(_ value: String) -> String {
    value.replacingOccurrences(
      of: #"(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]*)|(://[^/\s:@]*:)[^/\s@]*(?=@)"#, with: "$1$3•••",
      options: .regularExpression)
  }
}
