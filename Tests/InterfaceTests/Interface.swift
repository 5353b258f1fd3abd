import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts
@testable import Dossiers
@testable import FSE
@testable import Identity
@testable import Insight
@testable import Scheduling

/// What every process declares, looked at as a whole.
@Suite("The interface", .database) struct InterfaceTests {}

extension InterfaceTests {
  /// The processes that serve an interface, by the name of their schema.
  static let processes: [ServiceName: ServiceProcess] = [
    .contracts: ContractsProcess.process, .dossiers: DossiersProcess.process, .fse: FSEProcess.process,
    .identity: IdentityProcess.process, .insight: InsightProcess.process, .scheduling: SchedulingProcess.process,
  ]

  /// Runs a process with what it needs of its surroundings.
  static func run(
    _ name: ServiceName, _ body: @escaping @Sendable (ServiceUnderTest) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(
      try #require(processes[name]), environment: ["JALONS_SCRYPT_LN": "10"], body)
  }

  /// Somebody whom no right is denied.
  static let everything: Caller = {
    var caller = Caller.someone(.administrateur)
    caller.rights = Set(Right.allCases)
    return caller
  }()

  @Test("serves something in every process", arguments: ServiceName.allCases)
  func served(name: ServiceName) async throws {
    try await Self.run(name) { service in
      #expect(!service.endpoints.isEmpty && service.endpoints.allSatisfy { $0.service == name })
    }
  }

  @Test(
    "refuses every operation that lacks its body, whatever fields the body may leave out",
    arguments: ServiceName.allCases)
  func bodies(name: ServiceName) async throws {
    try await Self.run(name) { service in
      for endpoint in service.endpoints where endpoint.bodyType != nil {
        let problem = try await Self.call(endpoint, of: service)
        #expect(problem.status == 400, "\(name.rawValue).\(endpoint.name)")
      }
    }
  }

  /// Calls an operation without a body, on things that do not exist; gives the problem that it answers with.
  static func call(_ endpoint: EndpointDescription, of service: ServiceUnderTest) async throws -> Problem {
    let token = try await TestKeys.shared.token(for: everything, at: service.clock.now())
    let path = endpoint.parameters.reduce(endpoint.path) {
      $0.replacingOccurrences(of: "{\($1)}", with: $1 == "form" ? "entry" : UUID.zero.text)
    }
    var request = HTTPClientRequest(url: "\(service.url)/api/\(endpoint.service.rawValue)/v1/\(path)")
    request.method = HTTPMethod(rawValue: endpoint.method.rawValue)
    request.headers.add(name: "authorization", value: "Bearer \(token)")
    request.headers.add(name: "if-match", value: "\"1\"")
    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let body = Data(try await answer.body.collect(upTo: 1 << 20).readableBytesView)
    return try JSONDecoder.jalons.decode(Problem.self, from: body)
  }

  @Test(
    "says whose dossier a call is about wherever its address names what belongs to one, and audits it",
    arguments: ServiceName.allCases)
  func reach(name: ServiceName) async throws {
    try await Self.run(name) { service in
      for endpoint in service.endpoints {
        let named = Reach.allCases.filter { endpoint.parameters.contains($0.rawValue) }
        #expect(named == [endpoint.allow.reach].compactMap(\.self), "\(name.rawValue).\(endpoint.name)")
        if endpoint.allow.reach != nil { #expect(endpoint.audit != nil, "\(name.rawValue).\(endpoint.name)") }
      }
      for kind in Set(service.endpoints.compactMap(\.allow.reach)) where kind != .dossier {
        let guarded = try await service.database.owner {
          try await $0.first(
            """
            select relrowsecurity and exists (
              select from pg_attribute where attrelid = c.oid and attname = 'dossier' and attnotnull)
            from pg_class c where oid = \("\(name.rawValue).\(kind.rawValue)")::regclass
            """, as: Bool.self)
        }
        #expect(guarded == true, "\(name.rawValue).\(kind.rawValue)")
      }
    }
  }

  @Test(
    "knows nothing of what is out of reach, and says which thing it is that does not exist",
    arguments: ServiceName.allCases)
  func missing(name: ServiceName) async throws {
    try await Self.run(name) { service in
      for endpoint in service.endpoints where endpoint.method == .get {
        guard let reach = endpoint.allow.reach else { continue }
        let answer = try await Self.call(endpoint, of: service)
        #expect(answer == reach.missing, "\(name.rawValue).\(endpoint.name)")
      }
    }
  }
}
