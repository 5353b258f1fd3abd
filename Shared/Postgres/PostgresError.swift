import Foundation

/// A database error. `description` is safe to show to strangers; `debugDescription` is for the log and has everything but
/// the parameters, which may be personal data.
public struct PostgresError: Error, CustomStringConvertible, CustomDebugStringConvertible {
  /// The five characters of SQLSTATE, or `08000` when no answer came at all.
  public let state: String
  public let message: String
  /// The constraint that refused, by which a store tells one refusal from another.
  public let constraint: String?
  public let statement: String

  public init(state: String, message: String, constraint: String? = nil, statement: String = "") {
    self.state = state
    self.message = message
    self.constraint = constraint
    self.statement = statement
  }

  public enum Kind: Sendable {
    case unavailable, conflict, uniqueViolation, exclusionViolation, foreignKeyViolation, checkViolation
    case permissionDenied, outOfReach, cancelled, other
  }

  public var kind: Kind {
    switch state {
    case "23505": .uniqueViolation
    case "23P01": .exclusionViolation
    case "23503": .foreignKeyViolation
    case "23514": .checkViolation
    case "40001", "40P01", "55P03": .conflict
    case "42501": .permissionDenied
    case "P0002": .outOfReach
    case "57014": .cancelled
    case _ where state.hasPrefix("08") || state.hasPrefix("57P") || state.hasPrefix("53"): .unavailable
    default: .other
    }
  }

  public var description: String { "the database refused a statement (\(state))" }
  public var debugDescription: String {
    "\(state) \(messageWithoutValue)\(constraint.map { " [\($0)]" } ?? "") in: \(statement.prefix(400))"
  }

  /// A value that cannot be read (class 22) is quoted by the server at the end of what it says.
  private var messageWithoutValue: String {
    guard state.hasPrefix("22"), let end = message.range(of: ": \"") else { return message }
    return message[..<end.lowerBound] + ": …"
  }
}

/// A trial went through: nothing of it is kept.
public struct TrialEnded: Error {
  public init() {}
}
