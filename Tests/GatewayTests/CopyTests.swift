import Foundation
import Logging
import NIOHTTP1
import Service
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("Copies behind one name", .timeLimit(.minutes(2)))
struct CopyTests {
  private var quiet: Logger {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
  }

  @Test("each address of a name is a copy; one that leaves is asked nothing more, one that comes has its turn")
  func scaled() async throws {
    let one = try await Upstream.start()
    let two = try await Upstream.start(host: "127.0.0.2", port: one.port)
    let addresses = Mutex(["127.0.0.2", "127.0.0.1"])
    let upstreams = Upstreams(addresses: ["dossiers": ["http://dossiers.test:\(one.port)"]], logger: quiet) { host in
      host == "dossiers.test" ? addresses.withLock { $0 } : nil
    }
    try await eventually("two copies") { upstreams.candidates("dossiers").count == 2 }
    for _ in 0..<10 { #expect(try await upstreams.call("dossiers", .GET, "/x").status == 200) }
    #expect(one.seen.count == 5 && two.seen.count == 5)

    addresses.withLock { $0 = ["127.0.0.1"] }
    try await eventually("one copy") { upstreams.candidates("dossiers") == [one.url] }
    try await two.stop()
    for _ in 0..<4 { #expect(try await upstreams.call("dossiers", .GET, "/x").status == 200) }
    #expect(one.seen.count == 9)
    try await one.stop()
  }

  @Test("a copy that is gone before its name knows is set aside, and forgotten with its address")
  func gone() async throws {
    let one = try await Upstream.start()
    let addresses = Mutex(["127.0.0.1", "127.0.0.2"])
    let upstreams = Upstreams(addresses: ["fse": ["http://fse.test:\(one.port)"]], logger: quiet) { _ in
      addresses.withLock { $0 }
    }
    try await eventually("two copies") { upstreams.candidates("fse").count == 2 }
    for _ in 0..<4 { #expect(try await upstreams.call("fse", .GET, "/x").status == 200) }
    #expect(upstreams.counts.map { [$0.live, $0.all] } == [[1, 2]])
    addresses.withLock { $0 = ["127.0.0.1"] }
    try await eventually("forgotten") {
      _ = upstreams.candidates("fse")
      return upstreams.counts.map { [$0.live, $0.all] } == [[1, 1]]
    }
    try await one.stop()
  }

  @Test("while a name cannot be looked up, what was known holds; an address is no name")
  func unknown() async throws {
    let one = try await Upstream.start()
    let upstreams = Upstreams(addresses: ["fse": ["http://fse.test:\(one.port)"], "portal": [one.url]], logger: quiet) {
      _ in nil
    }
    for _ in 0..<3 {
      #expect(upstreams.candidates("fse") == ["http://fse.test:\(one.port)"])
      #expect(upstreams.candidates("portal") == [one.url])
      try await Task.sleep(for: .milliseconds(100))
    }
    let known = await CopyAddresses.ofMachine("localhost")
    #expect(known == ["127.0.0.1"])
    try await one.stop()
  }
}
