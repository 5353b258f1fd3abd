import API
import Domain
import Foundation
import Passwords
import Postgres

/// One account for each profile, with one password, for demonstrations and trials alone. Three of them are référents
/// whom the synthetic feed names, so that they have a caseload as soon as it is taken in.
enum DemoAccounts {
  static let password = "Jalons-demo-2026!"

  static func email(of profile: Profile) -> String { "\(profile.rawValue)@demo.jalons.test" }

  struct Person: Sendable {
    let familyName: String
    let givenName: String
    /// As the feed names them.
    var genesisRef: String?
    var organisation: Place?
  }

  enum Place: Sendable {
    case feed(ref: String, name: String)
    case own(slug: String, name: String, kind: String)

    /// What the identifier is made of, the same as where the feed is read.
    var key: String {
      switch self {
      case .feed(let ref, _): "jalons.organisation.\(ref)"
      case .own(let slug, _, _): "jalons.organisation.\(slug)"
      }
    }
  }

  static func person(_ profile: Profile) -> Person {
    let amesud = Place.feed(ref: "S012", name: "AMESUD")
    let county = Place.own(slug: "demo-departement", name: "Département de l’Ardèche", kind: "departement")
    return switch profile {
    case .referent: Person(familyName: "DURAND", givenName: "Paul", genesisRef: "R0001", organisation: amesud)
    case .referentFSE:
      Person(
        familyName: "VERNET", givenName: "Claire", genesisRef: "R0002",
        organisation: .feed(ref: "S005", name: "CCAS DE PRIVAS"))
    case .accompagnateurEmploi:
      Person(
        familyName: "CHAZAL", givenName: "Karim", genesisRef: "R0003",
        organisation: .feed(ref: "S013", name: "RELAIS DES BOUTIERES"))
    case .secretariatDispositif: Person(familyName: "BLANC", givenName: "Sylvie", organisation: county)
    case .secretariatProximite: Person(familyName: "ROUX", givenName: "Amandine", organisation: county)
    case .secretariatStructure: Person(familyName: "GIRARD", givenName: "Nadia", organisation: amesud)
    case .chefDeService: Person(familyName: "FAURE", givenName: "Hélène", organisation: county)
    case .ali: Person(familyName: "ANDRÉ", givenName: "Maud", organisation: county)
    case .gestionnaireFSE: Person(familyName: "LEFÈVRE", givenName: "Thierry", organisation: county)
    case .operateur:
      Person(
        familyName: "MOULIN", givenName: "Samir",
        organisation: .own(slug: "demo-operateur", name: "Format’Ardèche", kind: "operateur"))
    case .siege: Person(familyName: "PERRIN", givenName: "Agnès", organisation: county)
    case .administrateur: Person(familyName: "MERCIER", givenName: "Louise", organisation: county)
    case .dpo: Person(familyName: "CARON", givenName: "Étienne", organisation: county)
    case .exploitant: Person(familyName: "GARNIER", givenName: "Yann", organisation: county)
    }
  }

  /// Makes them, or makes them again as they are here; whatever the feed already made is taken over.
  static func seed(postgres: PostgresClient, hasher: PasswordHasher = PasswordHasher()) async throws {
    let hash = try await hasher.hash(password)
    try await postgres.withTransaction(as: .system("demo")) { transaction in
      try await transaction.execute(
        """
        insert into identity.territory (id, code, name)
        values (md5('jalons.territory.CENTRE')::uuid, 'CENTRE', 'Centre') on conflict do nothing
        """)
      for profile in Profile.allCases {
        let person = person(profile)
        if let place = person.organisation { try await transaction.execute(statement(place)) }
        try await transaction.batch(statements(person, profile, hash: hash))
      }
    }
  }

  private static func statement(_ place: Place) -> SQL {
    let (name, kind, ref, territory): (String, String, String?, String?) =
      switch place {
      case .feed(let ref, let name): (name, "accompagnement", ref, "jalons.territory.CENTRE")
      case .own(_, let name, let kind): (name, kind, nil, nil)
      }
    return """
      insert into identity.organisation as o (id, name, kind, territory, genesis_ref)
      values (md5(\(place.key)::text)::uuid, \(name), \(kind), md5(\(territory)::text)::uuid, \(ref))
      on conflict (id) do update set pending = false
      """
  }

  /// Of those that the regulator keeps for films.
  private static func phone(of profile: Profile) -> String {
    "04657100" + String(10 + (Profile.allCases.firstIndex(of: profile) ?? 0))
  }

  private static func statements(_ person: Person, _ profile: Profile, hash: String) -> [SQL] {
    let account = "jalons.account.\(person.genesisRef ?? "demo-\(profile.rawValue)")"
    // A référent whose operation the FSE funds acts under a second profile when filling in its forms.
    let second: [SQL] =
      profile != .referent
      ? []
      : [
        """
        insert into identity.account_profile (id, account, profile, territories)
        values (md5(\(account + ".second")::text)::uuid, md5(\(account)::text)::uuid, 'referent_fse', '{}')
        on conflict on constraint account_profile_once do nothing
        """
      ]
    let territories: SQL =
      profile.scope == .territory ? "array[md5('jalons.territory.CENTRE')::uuid]" : "'{}'::uuid[]"
    return [
      """
      insert into identity.account
        (id, email, family_name, given_name, organisation, phone, status, password, genesis_ref)
      values (md5(\(account)::text)::uuid, \(email(of: profile)), \(person.familyName), \(person.givenName),
        md5(\(person.organisation?.key)::text)::uuid, \(phone(of: profile)), 'active', \(hash), \(person.genesisRef))
      on conflict (id) do update set email = excluded.email, family_name = excluded.family_name,
        given_name = excluded.given_name, organisation = excluded.organisation, phone = excluded.phone, status = 'active',
        password = excluded.password, version = identity.account.version + 1
      """,
      """
      delete from identity.account_profile
      where account = md5(\(account)::text)::uuid and (profile not in (\(profile), 'referent_fse') or organisation is not null)
      """,
      """
      insert into identity.account_profile (id, account, profile, territories)
      values (md5(\(account + ".profile")::text)::uuid, md5(\(account)::text)::uuid, \(profile), \(territories))
      on conflict on constraint account_profile_once do update set territories = excluded.territories
      """,
    ] + second
  }
}

/// One account a profile for the demonstration: `<code>@demo.jalons.test`, all with `DemoAccounts.password`.
/// - Parameter postgres: connected as the owner of the schemas.
func seedDemoAccounts(_ postgres: PostgresClient, hasher: PasswordHasher = PasswordHasher()) async throws {
  try await DemoAccounts.seed(postgres: postgres, hasher: hasher)
}
