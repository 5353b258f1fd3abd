import Foundation
import HTTPTypes
import Hummingbird
import NIOHTTP1
import Service
import TestSupport
import Testing

@testable import Gateway

/// How long something took.
func elapsed(_ body: () async throws -> Void) async rethrows -> Duration {
  let start = ContinuousClock.now
  try await body()
  return ContinuousClock.now - start
}

@Suite("A process that is stopped", .timeLimit(.minutes(2)))
struct FrozenTests {
  @Test("one copy of two: no read is late twice, no write is lost, and the copy is asked again once it answers")
  func oneOfTwo() async throws {
    let (frozen, well) = (try SilentServer(), try await Upstream.start())
    let addresses = ["JALONS_FSE_URL": "\(frozen.url),\(well.url)"]
    try await GatewayUnderTest.run(environment: addresses) { gateway async throws in
      let first = try await elapsed {
        try await withThrowingTaskGroup(of: Int.self) { tasks in
          for _ in 0..<10 { tasks.addTask { try await gateway.get("/api/fse/v1/x").status } }
          for try await status in tasks { #expect(status == 200) }
        }
      }
      #expect(first < .seconds(4), "\(first)")
      #expect(gateway.parts.upstreams.candidates("fse") == [well.url])
      let next = try await elapsed { () async throws in
        for _ in 0..<20 { #expect(try await gateway.get("/api/fse/v1/x").status == 200) }
        for _ in 0..<20 { #expect(try await gateway.post("/api/fse/v1/x").status == 200) }
      }
      #expect(next < .seconds(2), "\(next)")

      frozen.stop()
      let back = try await Upstream.start(port: frozen.port)
      try await eventually("the copy is used again") { gateway.parts.upstreams.candidates("fse").count == 2 }
      try await back.stop()
    }
    try await well.stop()
  }

  @Test("alone: the first read is told within two seconds, the others at once, and readiness knows what routing knows")
  func alone() async throws {
    let (frozen, portal) = (try SilentServer(), try await Upstream.start())
    let addresses = ["JALONS_INSIGHT_URL": frozen.url, "JALONS_PORTAL_URL": portal.url]
    try await GatewayUnderTest.run(environment: addresses) { gateway async throws in
      for limit in [Duration.seconds(4), .milliseconds(500)] {
        let time = try await elapsed {
          let answer = try await gateway.get("/api/insight/v1/x")
          #expect(answer.status == 503 && answer.headers.first(name: "retry-after") == "2")
          #expect(!answer.body.contains("enregistré"))
        }
        #expect(time < limit, "\(time)")
      }
      let write = try await elapsed {
        let answer = try await gateway.post("/api/insight/v1/x")
        #expect(answer.status == 503 && answer.body.contains("Rien n’a été enregistré"))
      }
      #expect(write < .seconds(1), "\(write)")
      let ready = try await gateway.get("/health/ready")
      #expect(ready.status == 503 && ready.body.contains("\"insight\":\"unreachable\""))
      #expect(ready.body.contains("\"portal\":\"ok\""))
    }
    frozen.stop()
    try await portal.stop()
  }

  @Test("an answer that takes its time is waited for: its copy says that it lives")
  func slow() async throws {
    let slow = try await Upstream.start { _, _, _ in
      try await Task.sleep(for: .seconds(3))
      return .text("an export")
    }
    try await GatewayUnderTest.run(["fse": [slow]]) { gateway async throws in
      #expect(try await gateway.get("/api/fse/v1/x").body == "an export")
      #expect(gateway.parts.upstreams.candidates("fse") == [slow.url])
    }
    try await slow.stop()
  }

  @Test("a copy that cannot work is not ready, and its reads are asked of the other")
  func unable() async throws {
    let unable = try await Upstream.start(isReady: false) { _, _, _ in .text("", status: .serviceUnavailable) }
    let well = try await Upstream.start()
    try await GatewayUnderTest.run(["fse": [unable, well]]) { gateway async throws in
      for _ in 0..<6 {
        #expect(try await gateway.get("/api/fse/v1/x").status == 200)
        #expect(try await gateway.get("/health/ready").body.contains("\"fse\":\"ok\""))
      }
    }
    try await unable.stop()
    try await well.stop()
  }

  @Test("a read never says that something may have been recorded, a write does", arguments: [true, false])
  func words(isLost: Bool) async throws {
    let upstream = try await Upstream.start { _, context, _ in
      if isLost { try await context.channel.close() }
      try await Task.sleep(for: .seconds(3))
      throw CancellationError()
    }
    try await GatewayUnderTest.run(["fse": [upstream]], environment: ["JALONS_REQUEST_SECONDS": "1"]) {
      gateway async throws in
      let read = try await gateway.get("/api/fse/v1/x")
      #expect(read.status == (isLost ? 502 : 504) && !read.body.contains("enregistré"))
      let write = try await gateway.post("/api/fse/v1/x")
      #expect(write.status == (isLost ? 502 : 504) && write.body.contains("a peut-être été enregistrée"))
      #expect(isLost || write.headers.first(name: "retry-after") != nil)
    }
    try await upstream.stop()
  }

  @Test("the time that is left is told to the process behind, and nobody outside may say it")
  func timeLeft() async throws {
    let fse = try await Upstream.start()
    try await GatewayUnderTest.run(["fse": [fse]], environment: ["JALONS_REQUEST_SECONDS": "5"]) {
      gateway async throws in
      _ = try await gateway.get("/api/fse/v1/x", [("Jalons-Time-Left", "86400000")])
      let told = try #require(fse.seen.last?["jalons-time-left"].flatMap { Int($0) })
      #expect((3000...4750).contains(told))
    }
    try await fse.stop()
  }

  @Test("Redis that is stopped shows in readiness within two seconds")
  func redis() async throws {
    try await GatewayUnderTest.run { gateway async throws in
      gateway.redis.freeze()
      let time = try await elapsed { () async throws in
        #expect(try await gateway.get("/health/ready").body.contains("\"redis\":\"unreachable\""))
      }
      #expect(time < .seconds(2), "\(time)")
      gateway.redis.thaw()
      try await eventually("Redis") { try await gateway.get("/health/ready").body.contains("\"redis\":\"ok\"") }
    }
  }
}
