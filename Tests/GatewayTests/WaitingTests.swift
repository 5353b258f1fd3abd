import API
import Hummingbird
import Service
import Synchronization
import TestSupport
import Testing

@testable import Gateway

@Suite("A command whose answer is « not now »", .timeLimit(.minutes(1)))
struct WaitingTests {
  @Test("asks again until it passes; a page does not wait")
  func waits() async throws {
    let left = Mutex(2)
    let dossiers = try await Upstream.start { _, _, _ in
      let isReady = left.withLock { left in
        left -= 1
        return left < 0
      }
      return isReady ? .text("{\"items\":[]}") : Problem.busy.response
    }
    let client = APIClient(addresses: { _ in [dossiers.url] })
    await #expect(throws: Problem.busy) { try await client.call(DossiersAPI.listFeeds) }
    let patient = client.waiting(.seconds(10)).with(token: "t")
    #expect(try await patient.call(DossiersAPI.listFeeds).items.isEmpty)
    #expect(left.withLock { $0 } == -1)
    try await dossiers.stop()
  }
}
