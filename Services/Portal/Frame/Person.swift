import Domain
import Foundation
import Service

/// Who is looking, as the token says. Only what a page shows depends on it: every service checks the token itself.
struct Person: Sendable {
  let account: ID<Account>
  /// `DURAND Patricia`, as identity writes names.
  let name: String
  /// Whose dossiers are one's own: the colleague's away, or the account's.
  let seat: ID<Account>
  /// The colleague away in whose place she acts: `PETIT Anne`.
  let replacing: String?
  let session: String
  let profile: Profile?
  let scope: Scope
  let rights: Set<Right>
  let isSignedIn: Bool
  /// The token names no profile: the one acted under forces a second factor, and nothing else is open until then.
  let mustEnrol: Bool
  /// After how many minutes without use the session ends.
  let idleMinutes: Int?

  /// Nobody in particular: what a page before signing in is drawn for.
  static let stranger = Person()

  private init() {
    account = ID(.zero)
    seat = account
    name = ""
    replacing = nil
    session = ""
    profile = nil
    scope = .none
    rights = []
    isSignedIn = false
    mustEnrol = false
    idleMinutes = nil
  }

  /// Reads the claims of a token without checking its signature; nil for what is not a token.
  init?(token: String) {
    let parts = token.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, let data = Data(base64URL: parts[1]),
      let claims = try? JSONDecoder().decode(TokenClaims.self, from: data), let account = ID<Account>(claims.sub),
      let scope = Scope(rawValue: claims.scope)
    else { return nil }
    self.account = account
    seat = claims.replaces?.account ?? account
    let suffix = claims.replaces?.suffix ?? ""
    name = claims.name.hasSuffix(suffix) ? String(claims.name.dropLast(suffix.count)) : claims.name
    replacing = claims.replaces?.name
    session = claims.sid ?? claims.sub
    profile = claims.profile.flatMap(Profile.init(rawValue:))
    self.scope = scope
    rights = Set(claims.rights.compactMap(Right.init(rawValue:)))
    isSignedIn = true
    mustEnrol = claims.profile == nil
    idleMinutes = claims.idle
  }

  func may(_ right: Right) -> Bool { rights.contains(right) }

  /// Whether one of these is held; no right at all asks for nothing.
  func may(anyOf wanted: [Right]) -> Bool { wanted.isEmpty || wanted.contains(where: rights.contains) }

  /// Whether she works for an operator, who sees who is registered there and nothing else (rule A7).
  var isOperators: Bool { scope == .enrolled }

  /// Whether the dossiers of this person are few enough to be shown unasked (their caseload is their first page).
  var hasCaseload: Bool { scope == .own || scope == .enrolled }

  /// « Patricia »: the words that are not in capitals.
  var givenName: String {
    let given = name.split(separator: " ").filter { $0 != $0.uppercased()[...] }
    return given.joined(separator: " ")
  }

  /// « P. Durand » for the bar, where room is scarce.
  var shortName: String {
    let family = name.split(separator: " ").filter { $0 == $0.uppercased()[...] }.joined(separator: " ")
    guard let initial = givenName.first, !family.isEmpty else { return name }
    return "\(initial). \(family.capitalized)"
  }
}
