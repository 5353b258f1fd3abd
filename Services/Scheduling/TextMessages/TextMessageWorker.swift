import API
import Domain
import Foundation
import Logging
import Messaging
import ServiceLifecycle

/// Sends the text messages that other services ask for. Any number of copies may run.
struct TextMessageWorker: Service {
  let store: TextMessageStore
  let provider: SMSProvider
  let sender: Sender
  let now: Now
  let logger: Logger
  /// How long it rests when nothing is due: somebody waits for the code.
  var pause: Duration = .seconds(1)

  func run() async throws {
    await repeating(every: pause, isFinishing: true, logger: logger, complaint: "text messages pause") {
      while try await sendDue() > 0, !Task.isShuttingDownGracefully {}
    }
  }

  /// Sends one batch.
  /// - Returns: how many messages it took.
  @discardableResult
  func sendDue() async throws -> Int {
    let due = try await store.claim(at: now())
    guard !due.isEmpty else { return 0 }
    let sender = try await self.sender()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for message in due { group.addTask { try await carryOut(message, from: sender) } }
      try await group.waitForAll()
    }
    return due.count
  }

  private func carryOut(_ message: DueTextMessage, from sender: String) async throws {
    if let end = message.expiresAt, end <= now() {
      return try await store.settle(message, as: .tooLate, fault: .expired, at: now())
    }
    guard let sealed = message.sealed, let text = store.text(sealed, of: message.name) else {
      return try await store.settle(message, as: .failed, fault: .unreadable, at: now())
    }
    let words = ShortMessage.transliterated(text.text)
    let answer = await provider.send(
      OutgoingSMS(key: message.key, sender: sender, recipient: text.phone, text: words))
    switch answer {
    case .accepted(let id, let by):
      try await store.settle(
        message, as: .sent, provider: by ?? provider.name, providerID: id, segments: ShortMessage.segments(of: words),
        at: now())
    case .rejected(let code):
      logger.notice("a text message was rejected", metadata: ["message": "\(message.message)", "code": "\(code)"])
      try await store.settle(message, as: .failed, fault: .rejected, provider: provider.name, at: now())
    case .notTaken(let code), .unknown(let code):
      logger.notice("a text message waits", metadata: ["message": "\(message.message)", "code": "\(code)"])
      try await store.putBack(message, after: .seconds(min(5 << min(message.attempts, 4), 60)), at: now())
    }
  }
}
