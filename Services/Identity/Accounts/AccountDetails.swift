import API
import Domain
import Foundation
import Postgres

extension AccountStore {
  /// - Throws: 404.
  static func detail(of account: ID<Account>, in transaction: Transaction) async throws -> AccountDetail {
    guard
      let detail = try await transaction.first(
        """
        select a.id, a.email, a.family_name, a.given_name, a.phone, a.status, a.genesis_ref, a.signed_in_at, a.version,
          case when o.id is null then null else jsonb_build_object('id', o.id, 'name', o.name) end as organisation,
          coalesce((
            select jsonb_agg(jsonb_build_object('profile', p.profile, 'organisation', p.organisation,
              'territories', p.territories) order by p.id)
            from identity.account_profile p where p.account = a.id), '[]') as profiles,
          \(SecondFactorStore.isConfirmed) as second_factor
        from identity.account a left join identity.organisation o on o.id = a.organisation where a.id = \(account)
        """, as: AccountDetail.self)
    else { throw Problem.notFound("Ce compte") }
    return detail
  }

  /// The account as it is, held until the transaction ends.
  static func locked(_ account: ID<Account>, in transaction: Transaction) async throws -> AccountDetail {
    try await transaction.execute("select from identity.account where id = \(account) for update")
    return try await detail(of: account, in: transaction)
  }

  /// The identifier that the feed will give the same account, where it names it; otherwise a new one.
  static func identifier(
    genesisRef: String?, at moment: Date, in transaction: Transaction
  ) async throws -> ID<Account> {
    guard let genesisRef else { return .new(at: moment) }
    let known = try await transaction.first(
      "select md5(\("jalons.account." + genesisRef)::text)::uuid", as: ID<Account>.self)
    return known ?? .new(at: moment)
  }

  /// An administrator cannot take their own profile away, so that one always remains; nor become the one who reads in the
  /// audit log what administrators did.
  static func checkOwn(
    _ profiles: [ProfileGrant], instead former: [ProfileGrant], of account: ID<Account>, _ caller: Caller
  ) throws {
    guard account == caller.account, caller.profile == .administrateur else { return }
    guard profiles.contains(where: { $0.profile == .administrateur }) else {
      throw Problem.conflict(
        "propre-compte", "Vous ne pouvez pas vous retirer le profil d’administrateur.",
        detail: "Demandez-le à un autre administrateur.")
    }
    guard former.contains(where: { $0.profile == .dpo }) || !profiles.contains(where: { $0.profile == .dpo }) else {
      throw Problem.conflict(
        "propre-compte", "Vous ne pouvez pas vous donner le profil de délégué à la protection des données.",
        detail:
          "Le délégué lit dans le journal d’audit ce que font les administrateurs. Demandez-le à un autre administrateur."
      )
    }
  }

  /// Runs a write and says in French what the database refused.
  func refusals<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError {
      switch error.constraint {
      case "account_email":
        throw Problem.conflict(
          "adresse-prise", "Cette adresse électronique a déjà un compte.",
          detail: "Cherchez-le dans la liste des comptes et modifiez-le.")
      case "account_genesis_ref_key", "account_pkey":
        throw Problem.conflict("reference-prise", "Cette référence Genesis a déjà un compte.")
      case "account_profile_once":
        throw ProfileRules.twice
      case "account_organisation_fkey":
        throw Problem.invalid([Fault("organisation", "inconnu", "Cette structure n’existe pas.")])
      default: throw error
      }
    }
  }
}

/// What an account's profiles need in order to reach anything.
enum ProfileRules {
  static func faults(in grants: [ProfileGrant], hasOrganisation: Bool) -> [Fault] {
    grants.enumerated().compactMap { index, grant in
      switch grant.profile.scope {
      case .territory where grant.territories.isEmpty:
        Fault("profiles.\(index).territories", "obligatoire", "Choisissez au moins un territoire pour ce profil.")
      case .organisation where grant.organisation == nil && !hasOrganisation,
        .enrolled where grant.organisation == nil && !hasOrganisation:
        Fault("profiles.\(index).organisation", "obligatoire", "Choisissez la structure de ce profil.")
      default: nil
      }
    }
  }

  static let twice = Problem.invalid([
    Fault("profiles", "double", "Le même profil est donné deux fois dans la même structure.")
  ])

  /// A profile that is not one of the account's.
  static func foreign(at field: String) -> Problem {
    .invalid([Fault(field, "inconnu", "Ce profil n’est pas l’un des vôtres. Choisissez-en un de la liste.")])
  }

  /// - Throws: 409 with what to do first.
  static func checkInvitable(_ account: AccountDetail, confirming: Bool) throws {
    if confirming, account.status != .pending {
      throw Problem.conflict("deja-confirme", "Ce compte est déjà confirmé.")
    }
    if account.status == .closed {
      throw Problem.conflict("compte-ferme", "Ce compte est fermé.")
    }
    try checkAddress(account)
  }

  /// - Throws: 409 with what to do first.
  static func checkReopenable(_ account: AccountDetail) throws {
    guard account.status == .closed else {
      throw Problem.conflict("deja-ouvert", "Ce compte n’est pas fermé.")
    }
    try checkAddress(account)
  }

  private static func checkAddress(_ account: AccountDetail) throws {
    guard !account.hasAddress else { return }
    throw Problem.conflict(
      "adresse-manquante", "Ce compte n’a pas d’adresse électronique.",
      detail: "Renseignez-la, puis recommencez : elle sert d’identifiant pour se connecter.")
  }
}
