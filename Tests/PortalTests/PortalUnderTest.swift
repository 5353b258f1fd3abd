import API
import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Service
import ServiceLifecycle
import Testing

@testable import Portal

/// A browser behind the gateway: the portal over real HTTP, fake services behind it, somebody signed in.
struct PortalUnderTest: Sendable {
  let services: FakeServices
  let browser: Browser

  private static let secret = "a secret of the tests, long enough to seal with"

  /// What seals the portal's forms.
  static var seal: Seal {
    get throws {
      Seal(
        try KeyPurpose.flash.derived(from: secret, for: "portal"),
        marks: try KeyPurpose.formMark.derived(from: secret, for: "portal"))
    }
  }

  /// 12 March 2026, 10 h 00 in France.
  static let moment = Date(timeIntervalSince1970: 1_773_306_000)

  /// Starts both, runs `body` as somebody of this profile (nobody without one), stops them.
  ///
  /// - Parameters:
  ///   - elsewhere: where a service is instead.
  ///   - beside: where a second copy of a service is.
  ///   - others: rooms of the test's own.
  static func run(
    as profile: Profile? = .referent, enrolling: Bool = false, services: FakeServices = FakeServices(),
    others: [Room] = [], elsewhere: [ServiceName: String] = [:], beside: [ServiceName: String] = [:],
    _ body: @escaping @Sendable (FakeServices, Browser) async throws -> Void
  ) async throws {
    try await serving(
      { running in
        Application(
          router: services.router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
          onServerRunning: running, logger: quiet)
      }
    ) { upstream in
      let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Services/Portal")
      var environment = [
        "JALONS_SECRET": secret, "JALONS_ASSETS": root.appending(path: "Assets").path,
      ]
      for name in ServiceName.allCases {
        let copies = [elsewhere[name] ?? upstream, beside[name]].compactMap { $0 }
        environment["JALONS_\(name.rawValue.uppercased())_URL"] = copies.joined(separator: ",")
      }
      let portal = try PortalProcess(
        settings: Settings(environment: environment), logger: quiet, now: Now { moment }, rooms: rooms + others)
      try await serving({ portal.application(host: "127.0.0.1", port: 0, onServerRunning: $0) }) { url in
        try await body(services, Browser(url: url, token: try profile.map { try token($0, enrolling: enrolling) }))
      }
    }
  }

  private static var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }

  /// As identity makes it but for the signature, which the portal leaves to the services.
  static func token(_ profile: Profile, enrolling: Bool = false) throws -> String {
    var caller = Caller(
      account: account, name: "DURAND-VASSEUR Patricia", profile: profile, scope: profile.scope,
      rights: profile.rights, session: ID(UUID(uuid: (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1))))
    // What identity leaves of somebody whose profile forces a second factor, until there is one.
    if enrolling { (caller.profile, caller.scope, caller.rights) = (nil, .none, []) }
    let claims = try JSONEncoder().encode(TokenClaims(caller: caller, issuedAt: moment, lifetime: 300))
    return "\(Data("{\"alg\":\"EdDSA\"}".utf8).base64URL).\(claims.base64URL).none"
  }

  static let account = ID<Account>(UUID(uuid: (2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2)))

  private static func serving(
    _ make: (@escaping @Sendable (any Channel) async -> Void) -> some ApplicationProtocol,
    _ body: @escaping @Sendable (String) async throws -> Void
  ) async throws {
    let (ports, port) = AsyncStream<Int>.makeStream()
    let application = make { channel in
      port.yield(channel.localAddress?.port ?? 0)
      port.finish()
    }
    let group = ServiceGroup(services: [application], logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      var found: Int?
      for await port in ports { found = port }
      let result: Result<Void, any Error>
      do {
        try await body("http://127.0.0.1:\(try #require(found))")
        result = .success(())
      } catch {
        result = .failure(error)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
      try result.get()
    }
  }
}

/// What the gateway sends for a browser, and what comes back.
struct Browser: Sendable {
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let html: String

    var location: String? { headers.first(name: "location") }

    func header(_ name: String) -> String? { headers.first(name: name) }

    /// The words of the page, without tags and with single spaces.
    var text: String {
      html.replacing(/<(script|style)[^>]*>.*?<\/(script|style)>/, with: " ").replacing(/<[^>]*>/, with: " ")
        .replacing("&#39;", with: "'").replacing("&amp;", with: "&").replacing(/\s+/, with: " ")
    }

    /// The value of a hidden field.
    func hidden(_ name: String) -> String? {
      html.firstMatch(of: /name="([a-z]+)" value="([^"]*)"/).flatMap { _ in
        html.matches(of: /name="([a-z]+)" value="([^"]*)"/).first { $0.1 == name }.map { String($0.2) }
      }
    }
  }

  let url: String
  let token: String?
  // Redirects are looked at, not followed.
  private static let client = HTTPClient(
    eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))

  /// The proof that the portal's forms of this session carry.
  var proof: String {
    get throws {
      let person = token.flatMap(Person.init(token:)) ?? .stranger
      return try Self.mark(person.account, session: person.session)
    }
  }

  /// What a form carries that this account opened in this session.
  static func mark(_ account: ID<Account>, session: String, page: String = "/") throws -> String {
    try PortalUnderTest.seal.sealed(FormMark(account: account, session: session, page: page))
  }

  func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
    try await send("GET", path, headers: headers, body: nil)
  }

  /// Posts a form as a page of ours would.
  func post(
    _ path: String, _ fields: KeyValuePairs<String, String> = [:], csrf: String? = nil, timeLeft: Duration? = nil
  ) async throws -> Answer {
    let pairs = try [("csrf", csrf ?? proof)] + fields.map { ($0.key, $0.value) }
    let body = pairs.map { name, value in
      "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) ?? "")"
    }.joined(separator: "&")
    var headers = ["content-type": "application/x-www-form-urlencoded"]
    headers[Deadline.headerName] = timeLeft.map { "\($0.components.seconds * 1000)" }
    return try await send("POST", path, headers: headers, body: Data(body.utf8))
  }

  func send(_ method: String, _ path: String, headers: [String: String], body: Data?) async throws -> Answer {
    var request = HTTPClientRequest(url: url + path)
    request.method = HTTPMethod(rawValue: method)
    if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if let body { request.body = .bytes(body) }
    let response = try await Self.client.execute(request, timeout: .seconds(20))
    let text = String(buffer: try await response.body.collect(upTo: 16 * 1024 * 1024))
    return Answer(status: Int(response.status.code), headers: response.headers, html: text)
  }
}
