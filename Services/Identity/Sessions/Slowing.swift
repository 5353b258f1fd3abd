import API
import Crypto
import Domain
import Foundation
import Postgres

/// What makes guessing slow: each failed attempt lengthens the pause before the next. Nobody is ever locked out, and an
/// account that does not exist is slowed like any other.
enum Slowing {
  enum Kind: String, Sendable, CaseIterable {
    /// One account tried from one network address.
    case pair
    /// One account, wherever it is tried from, but for addresses from which it lately signed in.
    case account
    /// One network address, behind which a whole office may sit.
    case address
  }

  /// Failures are forgotten after an hour without another.
  static let memory: TimeInterval = 3600

  /// Seconds to wait after so many failures in a row.
  static func pause(_ kind: Kind, failures: Int) -> TimeInterval {
    let (free, longest): (Int, Double) =
      switch kind {
      case .pair: (4, 300)
      case .account: (20, 30)
      case .address: (100, 30)
      }
    guard failures > free else { return 0 }
    return min(longest, pow(2, Double(min(failures - free, 16))))
  }

  /// How much longer to wait at `moment`; nil when the next attempt may be made.
  static func wait(_ kind: Kind, failures: Int, failedAt: Date, at moment: Date) -> TimeInterval? {
    let pause = pause(kind, failures: failures)
    // Without a pause there is nothing to wait for, though what the database keeps may be rounded past `moment`.
    guard pause > 0, moment.timeIntervalSince(failedAt) < memory else { return nil }
    let rest = failedAt.addingTimeInterval(pause).timeIntervalSince(moment)
    return rest > 0 ? rest : nil
  }

  static func problem(wait: TimeInterval) -> Problem {
    let seconds = max(1, Int(wait.rounded(.up)))
    return Problem(
      "trop-d-essais", 429, "Trop d’essais en peu de temps.",
      detail: "Réessayez dans \(French.count(seconds, "seconde")).", offer: .object(["retryAfter": .integer(seconds)]))
  }
}

/// One attempt, counted as a failure until it has succeeded: twenty at once count as twenty.
struct Attempt: Sendable {
  let subjects: [Slowing.Kind: String]

  init(email: String, address: String?) {
    let (email, address) = (email.lowercased(), address ?? "")
    subjects = [
      .pair: Self.subject("pair", email, address), .account: Self.subject("account", email),
      .address: Self.subject("address", address),
    ]
  }

  /// A code tried after a right password: counted apart, so that giving the password again forgives no wrong code.
  init(codeOf account: ID<Account>, address: String?) {
    let (account, address) = (account.description, address ?? "")
    subjects = [
      .pair: Self.subject("code pair", account, address), .account: Self.subject("code account", account),
      .address: Self.subject("address", address),
    ]
  }

  /// A link asked for: counted apart, and never succeeding, for nobody is told whether it was right.
  init(resetOf email: String, address: String?) {
    let (email, address) = (email.lowercased(), address ?? "")
    subjects = [
      .pair: Self.subject("reset pair", email, address), .address: Self.subject("reset address", address),
    ]
  }

  /// A hash: what somebody typed in vain may be anything, a password included.
  private static func subject(_ parts: String...) -> String {
    SHA256.hash(data: Data(parts.joined(separator: "\n").utf8)).hexadecimal
  }
}

struct SlowingStore: Sendable {
  let postgres: PostgresClient

  private struct Failure: Decodable, Sendable {
    let subject: String
    let failures: Int
    let failedAt: Date
  }

  /// Counts an attempt.
  /// - Parameter known: whether the account lately signed in from this address.
  /// - Throws: 429 when it comes too soon; it is not counted then.
  func begin(_ attempt: Attempt, known: Bool, at moment: Date) async throws {
    try await postgres.withTransaction(as: .system("sign-in"), retrying: true) { transaction in
      let subjects = attempt.subjects.values.sorted()
      try await transaction.execute(
        """
        insert into identity.sign_in_failure (subject, failures, failed_at)
        select subject, 0, \(moment)::timestamptz from unnest(\(subjects)::text[]) subject order by subject
        on conflict do nothing
        """)
      let failures = try await transaction.query(
        """
        select subject, failures, failed_at from identity.sign_in_failure
        where subject = any(\(subjects)) order by subject for update
        """, as: Failure.self)
      for (kind, subject) in attempt.subjects where !(kind == .account && known) {
        if let failure = failures.first(where: { $0.subject == subject }),
          let wait = Slowing.wait(kind, failures: failure.failures, failedAt: failure.failedAt, at: moment)
        {
          throw Slowing.problem(wait: wait)
        }
      }
      try await transaction.execute(
        """
        update identity.sign_in_failure set failed_at = \(moment),
          failures = case when failed_at < \(moment.addingTimeInterval(-Slowing.memory)) then 1 else failures + 1 end
        where subject = any(\(subjects))
        """)
    }
  }

  /// Takes back what `begin` counted, and forgets the account's failures.
  func succeeded(_ attempt: Attempt, at moment: Date) async throws {
    let own = [attempt.subjects[.pair], attempt.subjects[.account]].compactMap(\.self)
    try await postgres.withTransaction(as: .system("sign-in"), retrying: true) { transaction in
      _ = try await transaction.batch([
        "delete from identity.sign_in_failure where subject = any(\(own))",
        """
        update identity.sign_in_failure set failures = greatest(failures - 1, 0)
        where subject = \(attempt.subjects[.address])
        """,
        """
        delete from identity.sign_in_failure where subject in (
          select subject from identity.sign_in_failure where failed_at < \(moment.addingTimeInterval(-86_400))
          order by failed_at limit 100 for update skip locked)
        """,
      ])
    }
  }
}
