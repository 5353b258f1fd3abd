import API
import Domain
import Foundation

/// How long things last at the entrance.
enum Lifetime {
  /// A token cannot be called back by itself, so it is short; a program that calls the interface renews it less often.
  static func token(_ client: SessionClient) -> TimeInterval {
    switch client {
    case .browser: 5 * 60
    case .api: 15 * 60
    }
  }

  /// The same, but not beyond the last day of a colleague's absence.
  static func token(_ client: SessionClient, lent: ActingProfile.Lent?, at moment: Date) -> TimeInterval {
    guard let lent else { return token(client) }
    return min(token(client), lent.until.adding(days: 1).moment().timeIntervalSince(moment))
  }
}

/// Why a session ended; the person is told.
enum Closure: String, Codable, Sendable, CaseIterable {
  case idle, expired
  case signedOut = "signed_out"
  case closedElsewhere = "closed_elsewhere"
  case tooMany = "too_many"
  case closedByAdministrator = "closed_by_administrator"
  case accountClosed = "account_closed"
  case profileWithdrawn = "profile_withdrawn"
  case passwordChanged = "password_changed"
  case secondFactorWithdrawn = "second_factor_withdrawn"
  case suspended
  case delegationEnded = "delegation_ended"

  /// Goes after « Vous avez été déconnecté : ».
  var reason: String {
    switch self {
    case .idle: "vous êtes resté trop longtemps sans activité."
    case .expired: "votre session a atteint sa durée maximale."
    case .signedOut: "vous avez quitté Jalons depuis ce navigateur."
    case .closedElsewhere: "vous avez fermé cette session depuis un autre poste."
    case .tooMany: "vous vous êtes connecté ailleurs, et votre profil limite le nombre de sessions."
    case .closedByAdministrator: "un administrateur a fermé cette session."
    case .accountClosed: "votre compte a été fermé par un administrateur."
    case .profileWithdrawn: "le profil sous lequel vous travailliez vous a été retiré."
    case .passwordChanged: "votre mot de passe a été changé."
    case .secondFactorWithdrawn: "un administrateur a retiré le second facteur de votre compte."
    case .suspended: "votre compte est suspendu, car son usage sort de l’ordinaire. Prévenez votre administrateur."
    case .delegationEnded: "le remplacement sous lequel vous travailliez est terminé."
    }
  }

  /// The problem's type, by which the gateway and the sign-in page tell one reason from another.
  var slug: String {
    switch self {
    case .idle: "inactivite"
    case .expired: "expiree"
    case .signedOut: "deconnexion"
    case .closedElsewhere: "session-fermee"
    case .tooMany: "trop-de-sessions"
    case .closedByAdministrator: "fermee-par-administrateur"
    case .accountClosed: "compte-ferme"
    case .profileWithdrawn: "profil-retire"
    case .passwordChanged: "mot-de-passe-change"
    case .secondFactorWithdrawn: "second-facteur-retire"
    case .suspended: "compte-suspendu"
    case .delegationEnded: "remplacement-termine"
    }
  }

  var problem: Problem {
    Problem(
      slug, 401, "Vous avez été déconnecté : \(reason)",
      detail: "Connectez-vous de nouveau. Rien de ce qui était enregistré n’est perdu.")
  }
}

/// A session as it is stored, with its account.
struct StoredSession: Codable, Sendable {
  let id: ID<Session>
  let account: ID<Account>
  var accountProfile: ID<AccountProfile>?
  var delegation: ID<Delegation>?
  let client: SessionClient
  let createdAt: Date
  var seenAt: Date
  let closedAt: Date?
  let closedBecause: Closure?
  let status: AccountStatus
  /// What the county asks of the profile that it is under.
  let idleMinutes: Int
  let hours: Int

  /// Why it ends at `moment`, when it does.
  func ending(at moment: Date) -> Closure? {
    if status == .closed { return .accountClosed }
    if accountProfile == nil { return .profileWithdrawn }
    if createdAt.addingTimeInterval(Double(hours) * 3600) <= moment { return .expired }
    // A program asks for its next token only when it needs one, at the end of the one before.
    let idle = Double(idleMinutes) * 60 + (client == .api ? Lifetime.token(.api) : 0)
    return seenAt.addingTimeInterval(idle) <= moment ? .idle : nil
  }
}

/// One of the profiles that an account may act under, its own or a colleague's away, with all that a token says of it.
struct ActingProfile: Codable, Sendable {
  struct Lent: Codable, Sendable {
    let delegation: ID<Delegation>
    let absent: AccountReference
    let until: CalendarDate
  }

  let id: ID<AccountProfile>
  let profile: Profile
  /// By whom, where it is not the account's own.
  let lent: Lent?
  /// Its own, or else the account's.
  let organisation: OrganisationReference?
  let territories: [ID<Territory>]
  /// Whether the county forces a second factor for it.
  let isForced: Bool

  var choice: ProfileChoice {
    ProfileChoice(
      id: id, code: profile, organisation: organisation,
      replaces: lent.map { ProfileChoice.Replaced(account: $0.absent.id, name: $0.absent.name, until: $0.until) })
  }

  /// The one to act under when a session opens: what was asked for, or the one used last, or the first. In a colleague's
  /// place one acts on purpose only.
  static func chosen(from all: [ActingProfile], asked: Profile?, last: ID<AccountProfile>?) -> ActingProfile? {
    let profiles = all.filter { $0.lent == nil }
    if let asked {
      let asked = profiles.filter { $0.profile == asked }
      return asked.first { $0.id == last } ?? asked.first
    }
    return profiles.first { $0.id == last } ?? profiles.first
  }

  /// The caller that a token makes of an account under this profile. One that must enrol a second factor first acts
  /// under no profile: every service then refuses whatever is not its own account's business.
  func caller(
    _ standing: SessionStore.Standing, rights: Set<Right>, session: ID<Session>, at moment: Date
  ) -> Caller {
    let (account, today) = (standing.account, CalendarDate(moment))
    if standing.mustEnrol(under: self) {
      return Caller(
        account: account.id, name: account.name, profile: nil, scope: .none, session: session, today: today)
    }
    var caller = Caller(
      account: account.id, name: account.name, profile: profile, scope: profile.scope, territories: territories,
      organisation: organisation?.id, rights: rights, session: session, today: today)
    if let lent {
      let replaced = Caller.Replaced(account: lent.absent.id, name: lent.absent.name)
      caller.replaces = replaced
      caller.name += replaced.suffix
    }
    return caller
  }
}
