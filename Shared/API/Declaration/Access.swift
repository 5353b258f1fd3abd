import Domain

/// Who may call an endpoint (rule A1, rule A2).
public struct Access: Sendable {
  public enum Who: Sendable, Equatable {
    /// Without being signed in.
    case everyone
    /// Any account, even one under whose profile nothing may be done until it has a second factor.
    case ownAccount
    /// Any account.
    case signedIn
    /// An account that has one of these rights under its profile.
    case having([Right])
  }
  public let who: Who
  /// Whose dossier a call is about; nil where it is about no single one.
  public let reach: Reach?

  public static let everyone = Access(who: .everyone, reach: nil)
  public static let ownAccount = Access(who: .ownAccount, reach: nil)
  public static let signedIn = Access(who: .signedIn, reach: nil)
  public static func having(_ rights: Right..., reaching reach: Reach? = nil) -> Access {
    Access(who: .having(rights), reach: reach)
  }

  /// Whether an account with these rights passes, scope apart.
  public func admits(_ rights: Set<Right>) -> Bool {
    switch who {
    case .everyone, .ownAccount, .signedIn: true
    case .having(let any): any.contains(where: rights.contains)
    }
  }

  /// Whether it is open to an account whose token names no profile: one that must enrol a second factor first.
  public var needsNoProfile: Bool { who == .everyone || who == .ownAccount }
}

/// Whose dossier a call is about, told by the parameter of its path that bears this name: the dossier itself, or a row of
/// the service's table of that name. It must exist for the caller, otherwise the answer is 404; the audit log keeps whose
/// dossier it was.
public enum Reach: String, Sendable, CaseIterable {
  case dossier, appointment, contract, participation, step

  /// The answer where it does not exist for the caller.
  public var missing: Problem {
    switch self {
    case .dossier: .notFound("Ce dossier")
    case .appointment: .notFound("Ce rendez-vous")
    case .contract: .notFound("Ce contrat")
    case .participation: .notFound("Cette participation")
    case .step: .notFound("Cette étape")
    }
  }
}
