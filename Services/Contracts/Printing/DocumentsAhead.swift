import API
import Domain
import Logging
import ServiceLifecycle

/// Makes the usual document of a contract that has come to another state, so that it is there when it is asked for. It is a
/// head start: what a process that stops had still to make is made when it is asked for, and moves of many contracts ask for
/// none.
struct DocumentsAhead: ServiceLifecycle.Service {
  private struct Wish: Sendable {
    let contract: ID<Contract>
    let caller: Caller
  }

  /// The answer to the move, and the page that shows it, go first.
  private static let pause = Duration.seconds(2)

  private let printing: Printing
  private let logger: Logger
  private let wishes: AsyncStream<Wish>
  private let wishing: AsyncStream<Wish>.Continuation

  init(printing: Printing, logger: Logger) {
    self.printing = printing
    self.logger = logger
    (wishes, wishing) = AsyncStream.makeStream(of: Wish.self, bufferingPolicy: .bufferingNewest(50))
  }

  /// - Parameter caller: in whose name what is printed is read.
  func prepare(_ contract: ID<Contract>, for caller: Caller) {
    wishing.yield(Wish(contract: contract, caller: caller.looking))
  }

  /// One document after the other; a document that a person waits for is made first.
  func run() async throws {
    await withGracefulShutdownHandler {
      for await wish in wishes where !Task.isShuttingDownGracefully {
        await cancelWhenGracefulShutdown { await make(wish) }
      }
    } onGracefulShutdown: {
      wishing.finish()
    }
  }

  private func make(_ wish: Wish) async {
    do {
      try await Task.sleep(for: Self.pause)
      _ = try await printing.document(of: wish.contract, ContractPrint(), for: wish.caller)
    } catch {
      // Who moves a contract need not be allowed to print it.
      logger.debug(
        "no document ahead", metadata: ["contract": "\(wish.contract)", "error": "\(String(reflecting: error))"])
    }
  }
}
