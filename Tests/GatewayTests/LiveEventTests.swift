import API
import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

@testable import Gateway

/// What an open page has been told.
private final class Page: Sendable {
  private let text = Mutex("")
  private let ended = Mutex(false)
  var told: String { text.withLock { $0 } }
  var isOver: Bool { ended.withLock { $0 } }

  func read(_ response: HTTPClientResponse) async {
    do {
      for try await part in response.body { text.withLock { $0 += String(buffer: part) } }
    } catch {
      text.withLock { $0 += "ended by \(error)" }
    }
    ended.withLock { $0 = true }
  }
}

@Suite("Live events", .timeLimit(.minutes(2)))
struct LiveEventTests {
  private let secrets = ["c2VjcmV0LW9mLXRoZS1maXJzdA", "c2VjcmV0LW9mLXRoZS1zZWNvbmQ"]
  private let accounts = [ID<Account>.new(), ID<Account>.new()]
  private let session = ID<Session>.new()

  private func run(_ body: @escaping @Sendable (GatewayUnderTest) async throws -> Void) async throws {
    let stand = IdentityStandIn()
    stand.open(secrets[0], token: makeToken(accounts[0].description, session: session.description))
    stand.open(secrets[1], token: makeToken(accounts[1].description))
    let identity = try await Upstream.start(stand.respond)
    try await GatewayUnderTest.run(
      ["identity": [identity]], environment: ["JALONS_HEARTBEAT_MILLISECONDS": "200"], body)
    try await identity.stop()
  }

  private func open(_ gateway: GatewayUnderTest, _ number: Int) async throws -> HTTPClientResponse {
    try await gateway.open(.GET, "/evenements", [("Cookie", "jalons_session=\(secrets[number])")])
  }

  @Test("a notification reaches the pages of its account alone, and a beat keeps them open")
  func delivery() async throws {
    try await run { gateway async throws in
      let pages = [Page(), Page()]
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for number in 0..<2 {
          let response = try await open(gateway, number)
          #expect(response.headers.first(name: "content-type") == "text/event-stream")
          tasks.addTask { await pages[number].read(response) }
        }
        try await gateway.announce(
          NotificationMade(
            account: accounts[0], unread: 3, kind: .note, title: "Une note", subject: NoticeSubject(.agenda)))
        try await eventually("told") { pages[0].told.contains("event: notification") }
        #expect(
          pages[0].told.contains(
            "data: {\"unread\":3,\"kind\":\"note\",\"title\":\"Une note\",\"subject\":{\"kind\":\"agenda\"}}\n\n"))
        try await eventually("beat") { pages[1].told.contains(": \n\n") }
        #expect(!pages[1].told.contains("notification"))

        // A session that is closed ends its pages, and theirs alone.
        try await gateway.announce(SessionClosed(session: session, account: accounts[0], because: "x"))
        try await eventually("closed") { pages[0].isOver }
        #expect(!pages[1].isOver)
        tasks.cancelAll()
      }
    }
  }

  @Test("nobody signed in hears nothing, and an account has five pages at most")
  func limits() async throws {
    try await run { gateway async throws in
      #expect(try await gateway.get("/evenements").status == 401)
      var responses: [HTTPClientResponse] = []
      for _ in 0..<5 { responses.append(try await open(gateway, 0)) }
      #expect(responses.allSatisfy { $0.status == .ok })
      #expect(try await open(gateway, 0).status == .tooManyRequests)
      #expect(try await open(gateway, 1).status == .ok)
      // Pages that are closed make room.
      responses.removeAll()
      try await eventually("room") { gateway.parts.liveEvents.count < 5 }
    }
  }

  @Test("open pages do not keep the gateway from stopping")
  func stop() async throws {
    let page = Page()
    let reading = Mutex<Task<Void, Never>?>(nil)
    let start = ContinuousClock.now
    try await run { gateway async throws in
      let response = try await open(gateway, 0)
      reading.withLock { $0 = Task { await page.read(response) } }
    }
    await reading.withLock { $0 }?.value
    #expect(page.isOver && !page.told.contains("ended by"))
    #expect(ContinuousClock.now - start < .seconds(15))
  }
}
