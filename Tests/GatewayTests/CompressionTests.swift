import AsyncHTTPClient
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

@testable import Gateway

@Suite("Packed answers", .timeLimit(.minutes(2)))
struct CompressionTests {
  private static let text = String(repeating: "<p>Une ligne d’une page, parmi d’autres.</p>\n", count: 5000)
  private let gzip = [("Accept-Encoding", "br, gzip;q=0.8")]

  private func portal(_ headers: HTTPFields = [:], type: String = "text/html; charset=utf-8") async throws -> Upstream {
    try await Upstream.start { _, _, _ in .text(Self.text, headers.merging([.contentType: type])) }
  }

  /// What the system's own gzip makes of a body.
  private func unpacked(_ answer: GatewayUnderTest.Packed) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-dc"]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: answer.body)
    try input.fileHandleForWriting.close()
    return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  }

  @Test("a page of ours, and whoever asks for gzip: a tenth of the bytes, the same text")
  func page() async throws {
    let portal = try await portal()
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      let packed = try await gateway.packed("/", gzip + [("Sec-Fetch-Site", "same-origin")])
      #expect(packed.headers.first(name: "content-encoding") == "gzip")
      #expect(packed.headers.first(name: "vary") == "Accept-Encoding")
      #expect(packed.body.count * 10 < Self.text.utf8.count)
      #expect(try unpacked(packed) == Self.text)
      let head = try await gateway.ask(.HEAD, "/", gzip + [("Sec-Fetch-Site", "same-origin")])
      #expect(head.status == 200 && head.body.isEmpty)
      let plain = try await gateway.packed("/", [("Accept-Encoding", "gzip;q=0")])
      #expect(plain.headers.first(name: "content-encoding") == nil && plain.body.count == Self.text.utf8.count)
    }
    try await portal.stop()
  }

  @Test("a page that another site led to keeps its length to itself; live events and pictures stay as they are")
  func unpacked() async throws {
    let (portal, pictures) = (try await portal(), try await portal(type: "image/png"))
    try await GatewayUnderTest.run(["portal": [portal]]) { gateway async throws in
      for site in ["cross-site", "same-site"] {
        let answer = try await gateway.packed("/recherche?q=x", gzip + [("Sec-Fetch-Site", site)])
        #expect(answer.headers.first(name: "content-encoding") == nil, "\(site)")
      }
      #expect(try await gateway.packed("/", gzip).headers.first(name: "content-encoding") == nil)
    }
    try await GatewayUnderTest.run(["portal": [pictures]]) { gateway async throws in
      let picture = try await gateway.packed("/assets/a.png", gzip)
      #expect(picture.headers.first(name: "content-encoding") == nil)
    }
    try await portal.stop()
    try await pictures.stop()
  }

  @Test("a style sheet is packed for everybody, its tag becomes a weak one; a version of the interface keeps its own")
  func tags() async throws {
    let portal = try await portal([.eTag: "\"7\""], type: "text/css")
    let fse = try await self.portal([.eTag: "\"7\""], type: "application/json")
    try await GatewayUnderTest.run(["portal": [portal], "fse": [fse]]) { gateway async throws in
      let style = try await gateway.packed("/assets/a.css", gzip)
      #expect(style.headers.first(name: "content-encoding") == "gzip")
      #expect(style.headers.first(name: "etag") == "W/\"7\"")
      let versioned = try await gateway.packed("/api/fse/v1/x", gzip + [("Authorization", "Bearer t")])
      #expect(versioned.headers.first(name: "content-encoding") == nil)
      #expect(versioned.headers.first(name: "etag") == "\"7\"")
    }
    try await portal.stop()
    try await fse.stop()
  }
}

extension HTTPFields {
  fileprivate func merging(_ more: HTTPFields) -> HTTPFields {
    var all = self
    for field in more { all[field.name] = field.value }
    return all
  }
}

extension GatewayUnderTest {
  struct Packed: Sendable {
    let headers: HTTPHeaders
    let body: Data
  }

  /// The bytes as they come.
  func packed(_ path: String, _ headers: [(String, String)]) async throws -> Packed {
    let response = try await open(.GET, path, headers)
    return Packed(
      headers: response.headers, body: Data(try await response.body.collect(upTo: 1 << 24).readableBytesView))
  }
}
