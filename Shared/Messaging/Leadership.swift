import Foundation
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Which copy of a service does what only one may do at a time. One connection of the process holds an advisory lock for
/// each name that this copy leads: nothing is written, and the locks go with the connection.
///
/// A lead can be lost unseen for a moment (the server ended the session, another copy took the lock): what is done in
/// a lead must bear that, as `Consumer` does.
public final class Leadership: Service {
  private struct Candidate {
    let tell: AsyncStream<Bool>.Continuation
    var leads = false
  }

  private struct State {
    var candidates: [String: Candidate] = [:]
    /// Names whose candidate has gone while the lock was held.
    var returned: [String] = []
  }

  private let postgres: PostgresClient
  private let schema: String
  private let logger: Logger
  private let state = Mutex(State())
  private let bell = Bell()

  /// How often the session is used: it tells a copy that waits that another has gone, and one that leads that it lost
  /// its locks.
  private static let look: Duration = .seconds(1)
  /// After so long without a look the server takes the process for dead.
  private static let silence: Duration = .seconds(5)

  public init(postgres: PostgresClient, schema: String, logger: Logger) {
    self.postgres = postgres
    self.schema = schema
    self.logger = logger
  }

  /// Holds the session until the process stops.
  public func run() async throws {
    await repeating(every: .milliseconds(500), logger: logger, complaint: "this copy leads nothing for now") {
      defer { self.loseAll() }
      try await self.postgres.withSession(silence: Self.silence) { session in
        while !Task.isCancelled {
          try await self.takeAndReturn(in: session)
          await self.bell.wait(atMost: Self.look)
        }
      }
    }
  }

  /// Runs `body` in each term in which this copy leads `name`. A lost lead cancels it; the end of the process does not: it
  /// has to see that for itself, and the lead lasts until it has returned.
  public func lead(_ name: String, _ body: @escaping @Sendable () async -> Void) async {
    let (terms, tell) = AsyncStream.makeStream(of: Bool.self)
    state.withLock { $0.candidates[name] = Candidate(tell: tell) }
    bell.ring()
    let work = Mutex<Task<Void, Never>?>(nil)
    await withTaskCancellationHandler {
      await withGracefulShutdownHandler {
        for await leads in terms {
          let former = work.withLock { $0 }
          former?.cancel()
          await former?.value
          work.withLock { $0 = leads ? Task { await body() } : nil }
        }
      } onGracefulShutdown: {
        tell.finish()
      }
      if Task.isCancelled { work.withLock { $0?.cancel() } }
      await work.withLock { $0 }?.value
    } onCancel: {
      work.withLock { $0?.cancel() }
    }
    state.withLock { state in
      if state.candidates.removeValue(forKey: name)?.leads == true { state.returned.append(name) }
    }
    bell.ring()
  }

  // MARK: The session

  /// Gives back what is wanted no more, and asks for what is.
  private func takeAndReturn(in session: PostgresSession) async throws {
    let (wanted, returned) = state.withLock { state in
      defer { state.returned = [] }
      return (state.candidates.filter { !$0.value.leads }.map(\.key), state.returned)
    }
    for name in returned {
      _ = try await session.query(
        "select pg_advisory_unlock(hashtextextended(\(schema + " leads ") || \(name), 0))", as: Bool.self)
    }
    // With nothing wanted too: it shows that the session lives, at both of its ends.
    let taken = try await session.query(
      """
      select name from unnest(\(wanted)::text[]) name
      where pg_try_advisory_lock(hashtextextended(\(schema + " leads ") || name, 0))
      """, as: String.self)
    state.withLock { state in
      for name in taken {
        if state.candidates[name] == nil {
          state.returned.append(name)
        } else {
          state.candidates[name]?.leads = true
          state.candidates[name]?.tell.yield(true)
        }
      }
    }
  }

  private func loseAll() {
    state.withLock { state in
      state.returned = []
      for (name, candidate) in state.candidates where candidate.leads {
        state.candidates[name]?.leads = false
        candidate.tell.yield(false)
      }
    }
  }
}
