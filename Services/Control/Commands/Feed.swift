import API
import ArgumentParser
import Domain
import Foundation
import Service

struct Feed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes, imports and follows feed files.",
    subcommands: [Generate.self, Import.self, Runs.self, Quarantine.self])

  struct Generate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Writes a synthetic county's feed of one day.")
    @Option(help: "Applicants and partners.") var persons = 7000
    @Option(help: "The same seed gives the same county.") var seed: UInt64 = 7
    @Option(help: "The day of the first file, YYYY-MM-DD.") var firstDay: String
    @Option(help: "Which day after the first.") var day = 0
    @Option(help: "xml or csv as Genesis writes it, vrsb as CNAF does.") var format = FeedGenerator.Format.xml
    @Flag(help: "MARTIN LEA passes to another référent on day 1.") var reorientLea = false
    @Argument(help: "The folder to write into.") var folder: String

    func run() async throws {
      var options = FeedGenerator.Options()
      options.reorientLea = reorientLea
      let generator = try FeedGenerator(persons: persons, seed: seed, firstDay: firstDay, options: options)
      let file = URL(filePath: folder).appending(path: generator.fileName(day: day, format: format, gzip: false))
      try FeedFile.write(generator, day: day, format: format, to: file)
      print(file.path)
    }
  }

  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Sends a feed file to be reconciled: Genesis's (XML or CSV) or CNAF's (VRSB), packed or not.")
    @OptionGroup var account: SignInOptions
    @Flag(help: "Show what would change, and change nothing.") var dryRun = false
    @Option(help: "How a county's own CSV is read: a name under « Correspondances ».") var mapping: String?
    @Argument var file: String

    func run() async throws {
      let client = try await account.client()
      let bytes = try Data(contentsOf: URL(filePath: file), options: .mappedIfSafe)
      var query = ["mode": dryRun ? "dry-run" : "apply", "name": URL(filePath: file).lastPathComponent]
      if let mapping {
        let known = try await client.call(DossiersAPI.listFeedMappings).items.filter(\.isActive)
        guard let chosen = known.first(where: { FeedCodes.key($0.name) == FeedCodes.key(mapping) }) else {
          let names = known.map(\.name).joined(separator: ", ")
          throw ValidationError("There is no mapping « \(mapping) » in use; there are: \(names).")
        }
        query["mapping"] = chosen.id.text
      }
      let run = try await client.upload(DossiersAPI.importFeed, query: query, bytes: bytes)
      print(FeedFile.summary(run))
      if run.status == .refused || run.status == .failed { throw ExitCode(2) }
    }
  }

  struct Runs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the newest runs.")
    @OptionGroup var account: SignInOptions

    func run() async throws {
      for run in try await account.client().call(DossiersAPI.listFeeds).items { print(FeedFile.summary(run)) }
    }
  }

  struct Quarantine: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the lines that a run set aside, without names.")
    @OptionGroup var account: SignInOptions
    @Argument(help: "The run.") var run: String

    func run() async throws {
      let client = try await account.client()
      var after: String?
      repeat {
        let page = try await client.call(
          DossiersAPI.listFeedRows, ["feed": run], FeedRowQuery(outcome: .quarantined, limit: 200, after: after))
        for row in page.items { print("\(row.position)\t\(row.genesisId ?? "")\t\(try FeedFile.codes(row.problems))") }
        after = page.next
      } while after != nil
    }
  }
}

/// Who a command acts as, through the public interface: an access token, or an account and its password.
struct SignInOptions: ParsableArguments {
  @Option(help: "The gateway's address; JALONS_GATEWAY_URL by default.") var address: String?
  @Option(help: "A file that holds an access token; JALONS_TOKEN_FILE by default, or the token itself in JALONS_TOKEN.")
  var tokenFile: String?
  @Option(help: "The account, where there is no token.") var email: String?
  @Option(help: "Its password; JALONS_PASSWORD by default, which no list of processes shows.") var password: String?

  func client() async throws -> APIClient {
    let client = try Connection.client(address: address)
    let settings = try Settings()
    if let token = try Self.token(file: tokenFile, email: email, settings) { return client.with(token: token) }
    guard let email else { throw ValidationError("Give --token-file, set JALONS_TOKEN, or give --email.") }
    let password = try password ?? settings.string("JALONS_PASSWORD")
    let signedIn = try await client.call(
      IdentityAPI.signIn, [:], SignIn(email: email, password: password, client: .api))
    return client.with(token: signedIn.token)
  }

  /// What is given on the command line goes before what the environment says.
  static func token(file: String?, email: String?, _ settings: Settings) throws -> String? {
    if let file { return try read(file) }
    guard email == nil else { return nil }
    if let token = settings.optional("JALONS_TOKEN") { return token.trimmingCharacters(in: .whitespacesAndNewlines) }
    return try settings.optional("JALONS_TOKEN_FILE").map(read)
  }

  private static func read(_ file: String) throws -> String {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ValidationError("\(file) cannot be read.")
    }
    let token = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    guard token.hasPrefix(AccessToken.prefix) else { throw ValidationError("\(file) holds no access token.") }
    return token
  }
}

enum FeedFile {
  static func write(_ generator: FeedGenerator, day: Int, format: FeedGenerator.Format, to file: URL) throws {
    guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
      throw ValidationError("\(file.path) cannot be written")
    }
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    try generator.write(day: day, format: format) { try handle.write(contentsOf: Data($0)) }
  }

  static func summary(_ run: FeedRun) -> String {
    let counts = run.counts
    let what = run.refusal.map { " \($0)" } ?? ""
    let day = run.referenceDate?.description ?? "-"
    return "\(run.id.text) \(run.status.rawValue) \(run.format.rawValue) \(day)"
      + " read=\(counts.read) created=\(counts.created) updated=\(counts.updated) unchanged=\(counts.unchanged)"
      + " ignored=\(counts.ignored) quarantined=\(counts.quarantined)\(what)"
  }

  static func codes(_ problems: JSONValue) throws -> String {
    guard case .array(let items) = problems else { return "" }
    return items.compactMap { $0["code"]?.text }.joined(separator: ",")
  }
}

extension FeedGenerator.Format: ExpressibleByArgument {}
