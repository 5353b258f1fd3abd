import Domain
import Foundation

extension PostgresClient {
  public struct Configuration: Sendable {
    /// libpq's `key=value` text, without user or password.
    public var conninfo: String
    public var user: String
    public var password: String?
    /// Tried where `password` is refused: while a role's password changes, each copy works before and after the moment.
    public var formerPassword: String?
    /// The most connections that may be open at once. Two cores serve no more than a handful at a time.
    public var maximum: Int
    /// How long a request waits for a connection before it is told that the service is busy.
    public var leaseTimeout: Duration
    public var statementTimeout: Duration
    /// `dossiers` makes a transaction of scope `own` take the role `dossiers_own`; nil (migrations) takes none.
    public var rolePrefix: String?
    /// What each transaction begins with besides, in the same round trip; nil where a caller's begins with nothing more.
    public var opening: (@Sendable (Caller) -> Opening?)?
    /// What is written at the end of each transaction, in one round trip with `commit`: audit entry, idempotency key.
    public var beforeCommit: (@Sendable (Caller) throws -> [SQL])?
    /// Told after each commit that may have announced something.
    public var afterCommit: (@Sendable () -> Void)?
    /// Told after each commit that wakes a loop: which topics (`Transaction.wakeAfterCommit`).
    public var wake: (@Sendable (Set<String>) -> Void)?
    /// Gives a caller that names no day the day it is.
    public var now: Now

    public init(
      conninfo: String, user: String, password: String? = nil, formerPassword: String? = nil, maximum: Int = 6,
      leaseTimeout: Duration = .seconds(2), statementTimeout: Duration = .seconds(10), rolePrefix: String? = nil,
      opening: (@Sendable (Caller) -> Opening?)? = nil,
      beforeCommit: (@Sendable (Caller) throws -> [SQL])? = nil, afterCommit: (@Sendable () -> Void)? = nil,
      wake: (@Sendable (Set<String>) -> Void)? = nil, now: Now = .system
    ) {
      self.conninfo = conninfo
      self.user = user
      self.password = password
      self.formerPassword = formerPassword
      self.maximum = maximum
      self.leaseTimeout = leaseTimeout
      self.statementTimeout = statementTimeout
      self.rolePrefix = rolePrefix
      self.opening = opening
      self.beforeCommit = beforeCommit
      self.afterCommit = afterCommit
      self.wake = wake
      self.now = now
    }

    /// What to connect with, in the order in which it is tried.
    var attempts: [String] { [text(password)] + (formerPassword.map { [text($0)] } ?? []) }

    private func text(_ password: String?) -> String {
      func quoted(_ text: String) -> String {
        "'" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "\\'") + "'"
      }
      return conninfo + " user=\(quoted(user))" + (password.map { " password=\(quoted($0))" } ?? "")
        + " connect_timeout=5 keepalives_idle=10 keepalives_interval=5 keepalives_count=3 tcp_user_timeout=15000"
        + " application_name=\(quoted(rolePrefix ?? user)) client_encoding=UTF8"
        + " options='-c statement_timeout=\(statementTimeout.milliseconds) -c lock_timeout=5000"
        + " -c idle_in_transaction_session_timeout=30000 -c TimeZone=UTC -c DateStyle=ISO'"
    }
  }
}
