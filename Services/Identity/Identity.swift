import API
import Foundation
import Messaging
import Passwords
import Service

@main enum IdentityProcess {
  static let process = ServiceProcess(.identity, resources: .module) { parts in
    let metrics = parts.metrics
    let hasher = PasswordHasher(
      ln: try parts.settings.int("JALONS_SCRYPT_LN", default: PasswordHasher.recommendedLn),
      hashed: { metrics.count("jalons_password_hashes_total") })
    let settings = parts.settings
    let keys = SigningKeys(
      store: SigningKeyStore(postgres: parts.postgres), seal: KeySeal(try settings.key(.signing)), logger: parts.logger)
    let mails = Mails(
      seal: KeySeal(try settings.key(.mail)),
      publicAddress: parts.settings.string("JALONS_PUBLIC_URL", default: "http://localhost:8080"))
    let accounts = AccountStore(postgres: parts.postgres, mails: mails)
    let directory = DirectoryStore(postgres: parts.postgres)
    let sessions = SessionStore(postgres: parts.postgres)
    let slowing = SlowingStore(postgres: parts.postgres)
    let factors = SecondFactorStore(
      postgres: parts.postgres, secrets: KeySeal(try settings.key(.secondFactor)),
      codes: KeySeal(try settings.key(.recoveryCode)))
    let entrance = Entrance(
      hasher: hasher, accounts: accounts, sessions: sessions, slowing: slowing, factors: factors,
      proofs: KeySeal(try settings.key(.signInProof)), issuer: TokenIssuer(keys: keys), logger: parts.logger)
    let invitations = Invitations(
      store: InvitationStore(postgres: parts.postgres), accounts: accounts, hasher: hasher,
      mails: mails)
    let resets = PasswordResets(postgres: parts.postgres, slowing: slowing, mails: mails)
    let passwords = PasswordChanger(hasher: hasher, accounts: accounts, slowing: slowing)
    let openID = OpenIDEntrance(
      providers: Providers(file: parts.settings.optional("JALONS_OPENID_FILE")), client: ProviderClient(),
      store: OpenIDStore(postgres: parts.postgres), entrance: entrance,
      flows: KeySeal(try settings.key(.providerFlow)), tokens: KeySeal(try settings.key(.idToken)),
      publicAddress: mails.publicAddress)
    let keptForms = KeptFormStore(postgres: parts.postgres, seal: KeySeal(try settings.key(.keptForm)))
    let marks = KeySeal(try settings.key(.formMark))
    let retention = RetentionStore(postgres: parts.postgres)
    return Assembly(
      consumers: [
        "structures": [discoverStructures],
        // A page's acts, and those of the persons at work in that moment, by one transaction.
        "audit": [keepActs(marks: KeySeal(try settings.key(.auditMark))).gathering(for: .milliseconds(200))],
        "use": [countUse.gathering(for: .milliseconds(200))],
        "password-resets": [resets.handling],
      ],
      background: [
        AuditKeeper(store: retention, now: parts.now, logger: parts.logger),
        KeptFormKeeper(store: keptForms, now: parts.now, logger: parts.logger),
      ]
    ) { routes in
      addKeyRoutes(to: routes, keys: keys)
      addSessionRoutes(to: routes, entrance: entrance, sessions: sessions, passwords: passwords)
      addOpenIDRoutes(to: routes, entrance: openID)
      addAccessTokenRoutes(
        to: routes, tokens: AccessTokens(store: AccessTokenStore(postgres: parts.postgres)))
      addAccountSessionRoutes(to: routes, store: AccountSessionStore(postgres: parts.postgres))
      addKeptFormRoutes(to: routes, store: keptForms, marks: marks)
      addDelegationRoutes(to: routes, store: DelegationStore(postgres: parts.postgres))
      addSecondFactorRoutes(
        to: routes, factors: SecondFactors(store: factors, accounts: accounts, hasher: hasher, slowing: slowing))
      addDelayRoutes(to: routes, store: DelayStore(postgres: parts.postgres, service: .identity))
      addTextRoutes(to: routes, store: TextStore(postgres: parts.postgres, service: .identity))
      addCountyRoutes(to: routes, store: CountyStore(postgres: parts.postgres))
      addSecurityRuleRoutes(to: routes, store: SecurityRuleStore(postgres: parts.postgres))
      addProfileRightRoutes(to: routes, store: ProfileRightStore(postgres: parts.postgres))
      addDirectoryRoutes(to: routes, store: directory)
      addAccountRoutes(to: routes, store: accounts, invitations: invitations)
      addOwnPhoneRoutes(to: routes, store: accounts)
      addInvitationRoutes(to: routes, invitations: invitations)
      addPasswordResetRoutes(to: routes, resets: resets, invitations: invitations)
      addUsageRoutes(to: routes, store: UsageStore(postgres: parts.postgres))
      addAuditRoutes(to: routes, store: AuditStore(postgres: parts.postgres))
      addRetentionRoutes(to: routes, store: retention)
    }
  }

  static func main() async throws { try await process.run() }
}
