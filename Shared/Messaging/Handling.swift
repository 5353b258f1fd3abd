import API
import Foundation
import Postgres

/// An event of type `E` as it arrived.
public struct Received<E: Event>: Sendable {
  public let event: E
  public let envelope: Envelope
}

extension Consumer {
  /// What a consumer does with some types of event; it must do nothing but SQL in the transaction that it is given.
  public struct Handling: Sendable {
    let types: Set<String>
    /// How long it can wait for more to come, so that one transaction serves many.
    private(set) var patience = Duration.zero
    let handle: @Sendable ([Envelope], Transaction) async throws -> Void

    /// Handles all that came of several types at once, in the order in which it came.
    public init(
      types: [any Event.Type], handle: @escaping @Sendable ([Envelope], Transaction) async throws -> Void
    ) {
      self.types = Set(types.map { $0.type })
      self.handle = handle
    }

    /// The same for effects that no person waits for: events of the next moment are handled together.
    public func gathering(for patience: Duration) -> Handling {
      var copy = self
      copy.patience = patience
      return copy
    }

    /// The effect of each event of type `E`, one after another.
    public static func on<E: Event>(
      _ type: E.Type, _ body: @escaping @Sendable (E, Envelope, Transaction) async throws -> Void
    ) -> Handling {
      all(type) { received, transaction in
        for one in received { try await body(one.event, one.envelope, transaction) }
      }
    }

    /// The effect of the events of type `E` that came one behind the other: many rows by one statement.
    public static func all<E: Event>(
      _ type: E.Type, _ body: @escaping @Sendable ([Received<E>], Transaction) async throws -> Void
    ) -> Handling {
      Handling(types: [type]) { envelopes, transaction in
        let received = try envelopes.compactMap { envelope in
          try envelope.decode(E.self).map { Received(event: $0, envelope: envelope) }
        }
        try await body(received, transaction)
      }
    }
  }
}
