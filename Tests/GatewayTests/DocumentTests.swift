import API
import Foundation
import Hummingbird
import NIOHTTP1
import Service
import TestSupport
import Testing

@testable import Gateway

@Suite("What the gateway answers itself", .timeLimit(.minutes(2)))
struct DocumentTests {
  private static func service(_ name: String, isReady: Bool = true) async throws -> Upstream {
    try await Upstream.start(isReady: isReady) { _, _, _ in
      .text(
        """
        {"openapi":"3.1.0","paths":{"/api/\(name)/v1/x":{"get":{"operationId":"\(name).x"}}},
        "components":{"schemas":{"\(name)":{"type":"object"}}}}
        """)
    }
  }

  @Test("the services' documents are one, and those that are away are named")
  func openAPI() async throws {
    let names = ServiceName.allCases.map(\.rawValue)
    var upstreams: [String: [Upstream]] = [:]
    for name in names where name != "fse" { upstreams[name] = [try await Self.service(name)] }
    let known = upstreams
    let environment = ["JALONS_PUBLIC_URL": "http://localhost:9999"]
    try await GatewayUnderTest.run(known, environment: environment) { gateway async throws in
      let answer = try await gateway.get("/api/openapi.json")
      #expect(answer.status == 200 && answer.headers.first(name: "jalons-missing-services") == "fse")
      let document = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
      #expect(document["openapi"] == .string("3.1.0"))
      for name in names where name != "fse" {
        #expect(document["paths"]?["/api/\(name)/v1/x"]?["get"]?["operationId"] == .string("\(name).x"))
        #expect(document["components"]?["schemas"]?[name] != nil)
      }
      #expect(document["components"]?["schemas"]?["Problem"] != nil)
      #expect(document["components"]?["securitySchemes"]?["bearer"] != nil)
      #expect(document["servers"] == .array([.object(["url": .string("http://localhost:9999")])]))
    }
    for upstream in known.values.joined() { try await upstream.stop() }
  }

  @Test("readiness names the part that is missing, and is there once all are")
  func ready() async throws {
    var upstreams: [String: [Upstream]] = [:]
    for name in ["portal"] + ServiceName.allCases.map(\.rawValue) { upstreams[name] = [try await Self.service(name)] }
    let all = upstreams
    try await GatewayUnderTest.run(all) { gateway async throws in
      let answer = try await gateway.get("/health/ready")
      #expect(answer.status == 200 && answer.body.hasSuffix("\"status\":\"ok\"}"))
    }
    let unready = try await Self.service("insight", isReady: false)
    var some = all
    some["identity"] = nil
    some["insight"] = [unready]
    try await GatewayUnderTest.run(some) { gateway async throws in
      let answer = try await gateway.get("/health/ready")
      #expect(answer.status == 503)
      let parts = try JSONDecoder().decode(JSONValue.self, from: Data(answer.body.utf8))
      #expect(parts["status"] == .string("unavailable"))
      #expect(parts["parts"]?["identity"] == .string("unreachable"))
      #expect(parts["parts"]?["insight"] == .string("unavailable"))
      #expect(parts["parts"]?["portal"] == .string("ok"))
      #expect(try await gateway.get("/health/live").status == 200)
    }
    for upstream in all.values.joined() { try await upstream.stop() }
    try await unready.stop()
  }

  @Test("metrics are for this machine, unless opened")
  func metrics() async throws {
    try await GatewayUnderTest.run { gateway async throws in
      let answer = try await gateway.get("/metrics")
      #expect(answer.status == 200)
      #expect(answer.body.contains("jalons_upstream_copies{process=\"portal\",state=\"live\"}"))
      #expect(answer.body.contains("jalons_http_requests_total{route=\"gateway\",method=\"GET\",status=\"503\"}"))
      #expect(try await gateway.get("/metrics", [("X-Forwarded-For", "192.0.2.1")]).status == 404)
    }
    try await GatewayUnderTest.run(environment: ["JALONS_METRICS_OPEN": "1"]) { gateway async throws in
      #expect(try await gateway.get("/metrics", [("X-Forwarded-For", "192.0.2.1")]).status == 200)
    }
  }

  @Test(
    "settings that cannot be read stop the start, by name",
    arguments: [
      ["JALONS_PUBLIC_URL": "jalons"], ["JALONS_TRUSTED_PROXIES": "10.0.0.0/99"], ["JALONS_TLS_KEY": "/tmp/k"],
    ])
  func settings(_ environment: [String: String]) throws {
    let name = try #require(environment.keys.first)
    do {
      _ = try GatewaySettings(Settings(environment: environment))
      Issue.record("accepted")
    } catch let error as SettingError {
      #expect(error.description.contains(name))
    }
  }
}
