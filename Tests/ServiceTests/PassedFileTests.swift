import API
import Domain
import Foundation
import NIOCore
import Service
import Synchronization
import TestSupport
import Testing

private struct TakenFile: Payload, Equatable {
  var bytes: Int
  var parts: Int
}

private let take = Endpoint<Upload<FileNameQuery>, TakenFile>(
  .dossiers, "takeFile", .post, "trial-files", allow: .signedIn, summary: "", limit: 64 << 20)
private let give = Endpoint<NoInput, FileOutput>(
  .dossiers, "giveFile", .get, "trial-files", allow: .signedIn, summary: "")

@Suite("Files on their way", .database) struct PassedFileTests {
  private static let size = 25 << 20
  private static let part = Data(repeating: 7, count: 256 * 1024)

  private static func run(
    _ given: Given, _ body: @escaping @Sendable (APIClient) async throws -> Void
  ) async throws {
    let process = ServiceProcess(.dossiers, schemaVersion: { 1 }) { _ in
      Assembly { routes in
        routes.handle(take) { _, request in try await counted(request.body) }
        routes.handle(give) { _, _ in
          FileOutput(name: "Été.bin", contentType: "application/octet-stream", size: size) { take in
            for _ in 0..<(size / part.count) {
              try await take(part)
              given.add(part.count)
            }
          }
        }
      }
    }
    try await ServiceUnderTest.run(process) { service in try await body(service.client(as: .someone(.referent))) }
  }

  private static func counted<Body: AsyncSequence>(_ body: Body) async throws -> TakenFile
  where Body.Element == ByteBuffer {
    var taken = TakenFile(bytes: 0, parts: 0)
    for try await part in body {
      taken.bytes += part.readableBytes
      taken.parts += 1
    }
    return taken
  }

  /// How much the service has given.
  private final class Given: Sendable {
    private let bytes = Mutex(0)
    var count: Int { bytes.withLock { $0 } }
    func add(_ more: Int) { bytes.withLock { $0 += more } }
  }

  @Test("a file of 25 MB is sent in parts, as often as it must be")
  func sent() async throws {
    try await Self.run(Given()) { client in
      let file = try PassingFile()
      for _ in 0..<(Self.size / Self.part.count) { try file.append(ByteBuffer(bytes: Self.part)) }
      #expect(file.size == Self.size)
      for _ in 0..<2 {
        let taken = try await client.upload(take, query: ["name": "a.bin"], file: file)
        #expect(taken.bytes == Self.size && taken.parts > 100)
      }
    }
  }

  @Test("a file that is passed on is made no faster than it is read")
  func passedOn() async throws {
    let given = Given()
    try await Self.run(given) { client in
      let file = try await client.open(give, [:], NoInput())
      #expect(file.name == "Été.bin")
      guard case .parts(let size, let parts) = file.content else {
        Issue.record("the file came whole")
        return
      }
      #expect(size == Self.size)
      var count = 0
      try await parts { part in
        if count == 0 {
          // What the connection holds between the two is a few megabytes at most.
          try await Task.sleep(for: .milliseconds(300))
          #expect(given.count < 20 << 20)
        }
        count += part.count
      }
      #expect(count == Self.size && given.count == Self.size)
    }
  }
}
