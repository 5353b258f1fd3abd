import CSpawn
import Foundation
import Synchronization

/// A program run in a process group of its own, so that ending it ends all it has started.
///
/// Foundation's `Process` gives no group on Linux, and `soffice` is a script that starts two more programs.
final class ChildProcess: Sendable {
  enum Ending: Equatable, Sendable {
    case exited(Int32)
    case killed
  }

  private struct State {
    var isReaped = false
    var wasKilled = false
  }

  private let id: pid_t
  private let state = Mutex(State())

  /// Starts `program`, searched in PATH, with its output going to `log`. Throws `.converterMissing` when there is
  /// none.
  init(_ program: String, _ arguments: [String], environment: [String: String], log: URL) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log.path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // The service's sockets and files are none of its business.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A service blocks or ignores signals that its child must hear.
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var started: pid_t = 0
    let code = posix_spawnp(&started, program, &actions, &attributes, &argv, &envp)
    guard code == 0 else {
      if code == ENOENT || code == EACCES { throw DocumentError.converterMissing(program: program) }
      throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EAGAIN)
    }
    id = started
  }

  /// Waits for its end, on a thread of its own since that wait blocks. Whatever it leaves behind in its group is
  /// ended. Call once.
  func ending() async -> Ending {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.reap()) }
    }
  }

  /// Waits for its end, which comes with the caller's own cancellation at the latest. Call once.
  /// - Throws: `DocumentError.conversionTimedOut` when it took longer; `CancellationError`.
  func ending(within timeout: Duration) async throws -> Ending {
    let alarm = Task {
      try await Task.sleep(for: timeout)
      kill()
      return true
    }
    let ending = await withTaskCancellationHandler {
      await self.ending()
    } onCancel: {
      kill()
    }
    alarm.cancel()
    try Task.checkCancellation()
    if case .success(true) = await alarm.result, ending == .killed { throw DocumentError.conversionTimedOut }
    return ending
  }

  /// Ends it and all it has started. Does nothing once it has ended.
  func kill() {
    state.withLock { state in
      guard !state.isReaped else { return }
      state.wasKilled = true
      Glibc.kill(-id, SIGKILL)
    }
  }

  private func reap() -> Ending {
    var info = siginfo_t()
    // WNOWAIT leaves the number taken, so that `kill` can never hit a stranger who got it next.
    while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) != 0, errno == EINTR {}
    return state.withLock { state in
      Glibc.kill(-id, SIGKILL)
      var status: Int32 = 0
      while waitpid(id, &status, 0) < 0, errno == EINTR {}
      state.isReaped = true
      if state.wasKilled || status & 0x7F != 0 { return .killed }
      return .exited((status >> 8) & 0xFF)
    }
  }
}
