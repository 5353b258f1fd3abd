import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
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
      let token = try await TestKeys.shared.token(for: Self.everything, at: service.clock.now())
      for endpoint in service.endpoints where endpoint.bodyType != nil {
        let path = endpoint.parameters.reduce(endpoint.path) {
          $0.replacingOccurrences(of: "{\($1)}", with: ID<Account>(.zero).description)
        }
        var request = HTTPClientRequest(url: "\(service.url)/api/\(name.rawValue)/v1/\(path)")
        request.method = HTTPMethod(rawValue: endpoint.method.rawValue)
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.headers.add(name: "if-match", value: "\"1\"")
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        #expect(answer.status == .badRequest, "\(name.rawValue).\(endpoint.name)")
        _ = try await answer.body.collect(upTo: 1 << 20)
      }
    }
  }
}
