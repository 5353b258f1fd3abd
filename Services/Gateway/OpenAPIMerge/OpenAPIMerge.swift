import API
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import Service

/// One OpenAPI document of all services, for whoever connects another system.
actor OpenAPIMerge {
  private struct Kept {
    let document: ByteBuffer
    let missing: [String]
    let until: ContinuousClock.Instant
  }
  private let upstreams: Upstreams
  private let server: String
  private var kept: Kept?

  init(upstreams: Upstreams, server: String) {
    self.upstreams = upstreams
    self.server = server
  }

  /// The document; services that do not answer are left out and named in `Jalons-Missing-Services`.
  func response() async throws -> Response {
    let current = try await document()
    var headers: HTTPFields = [.contentType: "application/json; charset=utf-8", .cacheControl: "no-cache"]
    if !current.missing.isEmpty { headers[.ours("Jalons-Missing-Services")] = current.missing.joined(separator: ", ") }
    return Response(status: .ok, headers: headers, body: .init(byteBuffer: current.document))
  }

  private func document() async throws -> Kept {
    if let kept, kept.until > .now { return kept }
    let names = ServiceName.allCases.map(\.rawValue)
    let found = await withTaskGroup(of: (String, JSONValue?).self) { [upstreams] tasks in
      for name in names { tasks.addTask { (name, await Self.fetch(name, upstreams)) } }
      return await tasks.reduce(into: [String: JSONValue]()) { found, part in found[part.0] = part.1 }
    }
    let whole = OpenAPI.merged(names.compactMap { found[$0] }, title: "Jalons", server: server)
    let missing = names.filter { found[$0] == nil }
    let made = Kept(
      document: ByteBuffer(bytes: try JSONEncoder.jalons.encode(whole)), missing: missing,
      // What is missing may be back in a moment.
      until: .now + .seconds(missing.isEmpty ? 30 : 2))
    kept = made
    return made
  }

  private static func fetch(_ name: String, _ upstreams: Upstreams) async -> JSONValue? {
    do {
      let answer = try await upstreams.call(name, .GET, "/openapi.json", limit: 16 << 20)
      return answer.status == 200 ? try JSONDecoder().decode(JSONValue.self, from: answer.body) : nil
    } catch {
      return nil
    }
  }
}
