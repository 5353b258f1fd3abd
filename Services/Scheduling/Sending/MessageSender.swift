import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// Sends the messages of a queue as they fall due. What conforms says which it takes and how one is sent; when it looks,
/// what is recorded and what is tried again is the same for all. Any number of copies may run.
protocol MessageSender: ServiceLifecycle.Service {
  associatedtype Due: DueMessage
  associatedtype Fault: MessageFault

  var queue: MessageQueue { get }
  /// Under which name they leave.
  var sender: Sender { get }
  var now: Now { get }
  var logger: Logger { get }
  var rhythm: SendingRhythm { get }
  /// Whether one is sent after the other. Else side by side: a provider that is slow for one must not let the claims of
  /// the others run out.
  static var isOneByOne: Bool { get }

  /// Takes some that are due.
  func claim(at moment: Date) async throws -> [Due]
  /// How long there is nothing to send; nil where one cannot tell.
  func rest(at moment: Date) async throws -> Duration?
  func send(_ due: Due, from sender: String) async throws -> MessageFate<Fault>
  /// Tells whom it concerns, in the transaction in which the fate is recorded.
  func tell(_ due: Due, _ fate: MessageFate<Fault>, in transaction: Transaction, at moment: Date) async throws
}

/// When a sender looks: when it is woken, when the next message falls due, and now and then besides, for what a copy that
/// died left behind and for a county that has just said who its messages come from.
struct SendingRhythm: Sendable {
  /// The longest rest.
  var pause: Duration = .seconds(30)
  var bell = Bell()
  /// False in a process that sends nothing by itself (`JALONS_SENDING=off`).
  var isOn = true
}

extension SendingRhythm {
  /// As the settings say, woken by what this process puts in a queue.
  init(_ parts: Parts) throws {
    self.init(
      pause: .milliseconds(try parts.settings.int("JALONS_REMINDER_PAUSE", default: 30_000)),
      bell: parts.wakeUps.bell(for: MessageQueue.topic),
      isOn: parts.settings.string("JALONS_SENDING", default: "on") != "off")
  }
}

extension MessageSender {
  static var isOneByOne: Bool { false }

  func rest(at moment: Date) async throws -> Duration? { try await queue.rest(at: moment) }

  func tell(_ due: Due, _ fate: MessageFate<Fault>, in transaction: Transaction, at moment: Date) async throws {}

  func run() async throws {
    guard rhythm.isOn else { return try await gracefulShutdown() }
    await repeating(
      atLeastEvery: rhythm.pause, wokenBy: rhythm.bell, isFinishing: true, logger: logger,
      complaint: "\(queue.name): sending pauses"
    ) {
      while try await self.sendDue() > 0, !Task.isShuttingDownGracefully {}
      return try await self.rest(at: self.now()) ?? self.rhythm.pause
    }
  }

  /// Sends one batch.
  /// - Returns: how many messages it took.
  @discardableResult
  func sendDue() async throws -> Int {
    let due = try await claim(at: now())
    guard !due.isEmpty else { return 0 }
    let sender = try await self.sender()
    if Self.isOneByOne {
      for message in due { try await carryOutInTurn(message, from: sender) }
    } else {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for message in due { group.addTask { try await self.carryOut(message, from: sender) } }
        try await group.waitForAll()
      }
    }
    return due.count
  }

  /// A server may take half a minute for each: a process that stops leaves the rest to another.
  private func carryOutInTurn(_ message: Due, from sender: String) async throws {
    if Task.isShuttingDownGracefully {
      try await queue.settle(message, as: MessageFate<Fault>.putBack(.zero), at: now()) { _ in }
    } else if try await queue.hold(message) {
      try await carryOut(message, from: sender)
    }
  }

  private func carryOut(_ message: Due, from sender: String) async throws {
    let fate = try await send(message, from: sender)
    let moment = now()
    try await queue.settle(message, as: fate, at: moment) { transaction in
      try await self.tell(message, fate, in: transaction, at: moment)
    }
  }

  /// Notes what a provider said of a message that did not leave.
  func note(_ words: Logger.Message, _ due: Due, code: String, level: Logger.Level = .notice) {
    logger.log(level: level, words, metadata: ["message": "\(due.message)", "code": "\(code)"])
  }
}
