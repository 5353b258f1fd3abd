import API
import Domain
import Foundation
import Postgres

/// One dossier, read whole.
struct DossierStore: Sendable {
  let postgres: PostgresClient
  let seal: NIRSeal

  private struct Whole: Decodable, Sendable {
    let id: ID<Dossier>
    let number: Int
    let genesisId: String
    let role: String
    let title: String?
    let familyName: String
    let birthName: String?
    let givenName: String
    let birthDate: CalendarDate?
    let birthPrecision: BirthPrecision
    let nationality: String?
    let state: DossierState
    let archivedOn: CalendarDate?
    let enteredOn: CalendarDate
    let territory: ID<Territory>?
    let territoryName: String?
    let address: String?
    let postalCode: String?
    let commune: String?
    let outsideCounty: Bool
    let familySituation: String?
    let familySince: CalendarDate?
    let dependentChildren: Int?
    let payer: String?
    let claimantNumber: String?
    let isClaimantSealed: Bool
    let phone: String?
    let phoneSource: String
    let phoneChangedAt: Date?
    let feedPhone: String?
    let email: String?
    let emailSource: String
    let emailChangedAt: Date?
    let feedEmail: String?
    let smsRefused: Bool
    let entitlement: EntitlementState
    let entitlementOpenedOn: CalendarDate?
    let suspendedOn: CalendarDate?
    let suspensionReason: String?
    let closedOn: CalendarDate?
    let closureReason: String?
    let duties: Bool?
    let dutiesSince: CalendarDate?
    let orientation: String?
    let orientedOn: CalendarDate?
    let formalNoticeOn: CalendarDate?
    let formalNoticeReason: String?
    let refreshedOn: CalendarDate?
    let partner: ID<Dossier>?
    let partnerFamilyName: String?
    let partnerGivenName: String?
    let partnerReachable: Bool
    let sharesPhone: Bool
    let sharesEmail: Bool
    let sealedNir: Data?
    let version: Int
  }

  /// - Parameter opening: notes that the caller opened it, for the list of those recently opened.
  func dossier(_ id: ID<Dossier>, for caller: Caller, at moment: Date, opening: Bool) async throws -> DossierDetail {
    try await postgres.withTransaction(as: caller) { transaction in
      if opening {
        try await transaction.execute(
          """
          insert into dossiers.opened (account, dossier, at) values (\(caller.account), \(id), \(moment))
          on conflict (account, dossier) do update set at = excluded.at
          """)
      }
      return try await read(id, in: transaction)
    }
  }

  /// The NIR whole, and the claimant's number where it is one, for whoever may see them.
  /// - Throws: 404 when the dossier does not exist for the caller, and when there is neither.
  func nir(of dossier: ID<Dossier>, for caller: Caller) async throws -> RevealedNIR {
    struct Row: Decodable, Sendable {
      let sealed: Data?
      let claimantSealed: Data?
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let row = try await transaction.first(
        """
        select n.sealed, h.claimant_sealed from dossiers.dossier d left join dossiers.household h on h.id = d.household
        left join dossiers.nir n on n.dossier = d.id where d.id = \(dossier)
        """, as: Row.self)
      guard let row else { throw Problem.notFound("Ce dossier") }
      guard row.sealed != nil || row.claimantSealed != nil else { throw Problem.notFound("Le NIR de cette personne") }
      return RevealedNIR(
        nir: try row.sealed.map { try seal.open($0).spelled },
        claimantNumber: try row.claimantSealed.map { try seal.open($0).spelled })
    }
  }

  /// - Throws: 404 when it does not exist for the transaction's caller.
  func read(_ id: ID<Dossier>, in transaction: Transaction) async throws -> DossierDetail {
    guard
      let row = try await transaction.first(
        """
        select d.*, coalesce(d.refreshed_on, dossiers.latest_stock()) as refreshed_on, t.name as territory_name,
          h.address, h.postal_code, h.commune, h.family_situation, h.family_since, h.dependent_children, h.payer,
          h.claimant_number, h.claimant_sealed is not null as is_claimant_sealed, h.entitlement_opened_on, h.suspended_on, h.suspension_reason,
          p.id is not null as partner_reachable, coalesce(p.phone = d.phone, false) as shares_phone,
          coalesce(lower(p.email) = lower(d.email), false) as shares_email, n.sealed as sealed_nir
        from dossiers.dossier d
        left join dossiers.household h on h.id = d.household
        left join identity.v1_territory t on t.id = d.territory
        left join dossiers.dossier p on p.id = d.partner
        left join dossiers.nir n on n.dossier = d.id
        where d.id = \(id)
        """, as: Whole.self)
    else { throw Problem.notFound("Ce dossier") }
    let referents = try await ReferentStore.entries(of: id, in: transaction)
    let exit = try await ProposedExitStore.open(for: id, in: transaction)
    let whole = try detail(row, referents: referents, exit: exit, today: transaction.caller.today)
    return transaction.caller.scope == .enrolled ? whole.asOperatorsSeeIt : whole
  }

  private func detail(
    _ row: Whole, referents: [ReferentEntry], exit: ProposedExit?, today: CalendarDate
  ) throws -> DossierDetail {
    let partner = row.partner.flatMap { partner in
      row.partnerFamilyName.map {
        PartnerLink(
          dossier: partner, familyName: $0, givenName: row.partnerGivenName ?? "", reachable: row.partnerReachable,
          sharesPhone: row.sharesPhone, sharesEmail: row.sharesEmail)
      }
    }
    return DossierDetail(
      id: row.id, number: row.number, genesisId: row.genesisId, role: row.role, title: row.title,
      familyName: row.familyName, birthName: row.birthName, givenName: row.givenName, birthDate: row.birthDate,
      birthPrecision: row.birthPrecision, nationality: row.nationality,
      maskedNir: try row.sealedNir.map { try seal.open($0).masked }, state: row.state,
      enteredOn: row.enteredOn, territory: row.territory, territoryName: row.territoryName, address: row.address,
      postalCode: row.postalCode, commune: row.commune, outsideCounty: row.outsideCounty,
      familySituation: row.familySituation, familySince: row.familySince, dependentChildren: row.dependentChildren,
      payer: row.payer, claimantNumber: row.claimantNumber,
      isClaimantMasked: row.isClaimantSealed,
      phone: ContactValue(
        value: row.phone, isLocal: row.phoneSource == "local", changedAt: row.phoneChangedAt, feedValue: row.feedPhone),
      email: ContactValue(
        value: row.email, isLocal: row.emailSource == "local", changedAt: row.emailChangedAt, feedValue: row.feedEmail),
      smsRefused: row.smsRefused, entitlement: row.entitlement, entitlementOpenedOn: row.entitlementOpenedOn,
      suspendedOn: row.suspendedOn, suspensionReason: row.suspensionReason, closedOn: row.closedOn,
      closureReason: row.closureReason, duties: row.duties, dutiesSince: row.dutiesSince, orientation: row.orientation,
      orientedOn: row.orientedOn, formalNoticeOn: row.formalNoticeOn, formalNoticeReason: row.formalNoticeReason,
      refreshedOn: row.refreshedOn,
      lead: referents.first { $0.kind == .lead && $0.fromDate <= today && $0.isOpen(on: today) },
      referents: referents, partner: partner, proposedExit: exit, version: row.version,
      archivedOn: row.archivedOn)
  }
}
