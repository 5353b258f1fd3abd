import Synchronization

/// Joins the commits of a process to its loops that rest: what is written under a topic (`Transaction.wakeAfterCommit`)
/// wakes the loops that wait for it. Another copy's commit wakes none here: a loop looks by itself now and then.
public final class WakeUps: Sendable {
  private let bells = Mutex<[String: [Bell]]>([:])

  public init() {}

  /// A bell for one loop, which rings for `topic`.
  public func bell(for topic: String) -> Bell {
    let bell = Bell()
    bells.withLock { $0[topic, default: []].append(bell) }
    return bell
  }

  public func ring(_ topics: Set<String>) {
    let rung = bells.withLock { bells in topics.flatMap { bells[$0] ?? [] } }
    for bell in rung { bell.ring() }
  }
}
