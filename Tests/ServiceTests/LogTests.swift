import API
import Domain
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Testing

@testable import Service

@Suite("Logs") struct LogTests {
  /// The lines that `body` writes through a logger of a process.
  private static func lines(_ level: Logger.Level = .info, _ body: (Logger) -> Void) throws -> [[String: String]] {
    let pipe = Pipe()
    let descriptor = pipe.fileHandleForWriting.fileDescriptor
    body(
      Logger(label: "x") { _ in JSONLogHandler(label: "dossiers", logLevel: level, descriptor: descriptor) })
    try pipe.fileHandleForWriting.close()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    #expect(data.isEmpty || data.last == UInt8(ascii: "\n"))
    return try data.split(separator: UInt8(ascii: "\n")).map {
      try JSONDecoder().decode([String: String].self, from: Data($0))
    }
  }

  @Test("are one JSON object a line, whatever is in them")
  func objects() throws {
    let lines = try Self.lines { logger in
      logger.notice("starting")
      logger.error("a \"quoted\"\nline\u{2028} é \u{1F9E1} \\", metadata: ["path": "/a\n{\"b\"}", "count": "\(3)"])
      var chatty = logger
      chatty[metadataKey: "request"] = "r1"
      chatty.warning("w", metadata: ["list": ["a", "b"]])
    }
    #expect(lines.count == 3)
    #expect(lines.map { $0["level"] } == ["notice", "error", "warning"])
    #expect(lines.allSatisfy { $0["process"] == "dossiers" })
    #expect(lines[1]["message"] == "a \"quoted\"\nline\u{2028} é \u{1F9E1} \\")
    #expect(lines[1]["path"] == "/a\n{\"b\"}" && lines[1]["count"] == "3")
    #expect(lines[2]["request"] == "r1")
    let time = try #require(lines[0]["time"].flatMap { Moment.parse($0) })
    #expect(abs(time.timeIntervalSinceNow) < 60)
  }

  @Test("keep what every line has, even when something else has its name")
  func reserved() throws {
    let lines = try Self.lines {
      $0.info("the message", metadata: ["message": "another", "level": "9", "time": "noon", "process": "p"])
    }
    #expect(lines[0]["message"] == "the message" && lines[0]["level"] == "info" && lines[0]["process"] == "dossiers")
    #expect(lines[0]["time"] != "noon" && lines[0]["metadata.message"] == "another")
  }

  @Test("name an address by its pattern, and take a client that broke off for no fault of ours")
  func problems() throws {
    struct Fault: Error {}
    let lines = try Self.lines { logger in
      #expect(Problem(from: Fault(), at: "/api/dossiers/v1/dossiers/{dossier}", logger: logger).status == 500)
      let brokenOff: [any Error] = [
        ChannelError.inputClosed, HTTPParserError.invalidEOFState, IOError(errnoCode: ECONNRESET, reason: "read"),
      ]
      for error in brokenOff { #expect(Problem(from: error, at: "/x", logger: logger).status == 400) }
    }
    #expect(lines.map { $0["level"] } == ["error", "info", "info", "info"])
    #expect(lines.map { $0["route"] } == ["/api/dossiers/v1/dossiers/{dossier}", "/x", "/x", "/x"])
  }

  @Test("hold what is at the level asked for, or graver")
  func level() throws {
    let lines = try Self.lines(.warning) { logger in
      for level in Logger.Level.allCases { logger.log(level: level, "\(level)") }
    }
    #expect(lines.map { $0["message"] } == ["warning", "error", "critical"])
  }
}
