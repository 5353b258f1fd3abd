import API
import Domain
import Foundation
import NIOCore
import ServiceLifecycle
import Synchronization

/// The open pages that are told at once of what is new for their account (server-sent events).
final class LiveEvents: ServiceLifecycle.Service {
  private struct Listener {
    let account: String
    let session: String?
    let messages: AsyncStream<String>.Continuation
  }
  private struct State {
    var listeners: [Int: Listener] = [:]
    var last = 0
    var isStopping = false
  }
  private let state = Mutex(State())
  private let heartbeat: Duration

  static let mostOfAnAccount = 5

  /// - Parameter heartbeat: how often a page with nothing new is told so, lest a proxy on the way takes it for dead.
  init(heartbeat: Duration) { self.heartbeat = heartbeat }

  /// - Throws: `Problem` 429 for one page too many of an account, 503 when the gateway is stopping.
  func open(account: String, session: String?) throws -> (id: Int, messages: AsyncStream<String>) {
    // A page that does not read keeps the newest; each says the whole count.
    let (messages, continuation) = AsyncStream<String>.makeStream(bufferingPolicy: .bufferingNewest(16))
    let id = try state.withLock { state in
      guard !state.isStopping else { throw Problem.gatewayUnreachable }
      let same = state.listeners.values.count { $0.account == account }
      guard same < Self.mostOfAnAccount else { throw Problem.tooMany(60) }
      state.last += 1
      state.listeners[state.last] = Listener(account: account, session: session, messages: continuation)
      return state.last
    }
    continuation.yield("retry: 3000\n\n")
    return (id, messages)
  }

  func close(_ id: Int) { end { key, _ in key == id } }

  /// Ends the pages of a session that was closed.
  func close(session: String) { end { $1.session?.lowercased() == session.lowercased() } }

  var count: Int { state.withLock(\.listeners.count) }
  var isStopping: Bool { state.withLock(\.isStopping) }

  private func end(_ isMeant: (Int, Listener) -> Bool) {
    let ended = state.withLock { state in
      let ended = state.listeners.filter(isMeant)
      for id in ended.keys { state.listeners[id] = nil }
      return ended
    }
    for listener in ended.values { listener.messages.finish() }
  }

  private struct Message: Encodable {
    let unread: Int
    let kind: NoticeKind
    let title: String
    let subject: NoticeSubject?
  }

  /// Tells the open pages of the account that the notification is for.
  func publish(_ notification: NotificationMade) throws {
    let message = Message(
      unread: notification.unread, kind: notification.kind, title: notification.title, subject: notification.subject)
    let data = String(decoding: try JSONEncoder.jalons.encode(message), as: UTF8.self)
    let account = notification.account.description
    send("event: notification\ndata: \(data)\n\n") { $0.account == account }
  }

  private func send(_ text: String, to isMeant: (Listener) -> Bool) {
    let listeners = state.withLock { state in state.listeners.values.filter(isMeant) }
    for listener in listeners { listener.messages.yield(text) }
  }

  /// Beats until the gateway stops, and then ends every page's stream: each comes back by itself, to another copy.
  func run() async throws {
    await withGracefulShutdownHandler {
      await cancelWhenGracefulShutdown {
        while !Task.isCancelled {
          do { try await Task.sleep(for: self.heartbeat) } catch { break }
          self.send(": \n\n") { _ in true }
        }
      }
    } onGracefulShutdown: {
      self.stop()
    }
    stop()
  }

  private func stop() {
    state.withLock { $0.isStopping = true }
    end { _, _ in true }
  }
}
