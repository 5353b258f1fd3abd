import API
import ArgumentParser
import Foundation
import Service

/// Prints what each process is given of an instance's secrets, as `NAME=value`: for a `.env` file, or for one process.
struct SecretsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "secrets", abstract: "Prints the secrets of an instance, a key for each purpose.",
    discussion: """
      Without --new they are derived from JALONS_SECRET: what an instance sealed while all processes shared it stays \
      readable. Keep that secret away from the processes afterwards.
      """)

  @Flag(help: "Make others, of which nothing is known, for a new instance.") var new = false
  @Option(help: "Of one process alone, under the names that it reads.") var process: String?

  private static let processes = ["gateway", "portal"] + ServiceName.allCases.map(\.rawValue)

  func validate() throws {
    if let process, !Self.processes.contains(process) { throw ValidationError("there is no process \(process)") }
  }

  func run() async throws {
    let random = (0..<8).map { _ in String(UInt64.random(in: 0...UInt64.max), radix: 16) }.joined()
    let secret = new ? random : try Settings().string("JALONS_SECRET")
    if let process {
      for (name, value) in try Secrets.of(process, from: secret) { print("\(name)=\(value)") }
      return
    }
    let all = try Self.processes.flatMap { process in
      try Secrets.of(process, from: secret).map { (process: process, name: $0.name, value: $0.value) }
    }
    // What several processes have under one name, each its own, is told apart by theirs.
    let values = Dictionary(grouping: all, by: \.name).mapValues { Set($0.map(\.value)).count }
    var lines: [String] = []
    for (process, name, value) in all {
      let line = values[name] == 1 ? "\(name)=\(value)" : "\(name)_\(process.uppercased())=\(value)"
      if !lines.contains(line) { lines.append(line) }
    }
    print(lines.joined(separator: "\n"))
  }
}
