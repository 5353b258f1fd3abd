import API
import Domain
import Foundation

/// People and dossiers of the tests.
enum Scene {
  static let dossier = ID<Dossier>(UUID(uuid: (3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3)))
  static let partner = ID<Dossier>(UUID(uuid: (4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4)))
  static let colleague = ID<Account>(UUID(uuid: (5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5)))
  static let address = "/dossiers/\(dossier)"

  static func date(_ text: String) -> CalendarDate { CalendarDate(text) ?? CalendarDate(dayNumber: 0) }

  static let passwordLink = PasswordLinkState(
    account: AccountIdentity(id: colleague, name: "DURAND Paul", email: "p@exemple.fr"),
    expiresAt: PortalUnderTest.moment + 3600, least: 16)

  static func detail(
    phone: String? = "06 12 34 56 78", refreshedOn: String = "2026-03-11", leadUntil: String? = nil,
    proposedExit: ProposedExit? = nil, reachable: Bool = true, others: [ReferentEntry] = [], maskedNir: String? = nil,
    title: String? = nil,
    version: Int = 4
  ) -> DossierDetail {
    let lead = ReferentEntry(
      id: UUID(), account: PortalUnderTest.account, name: "DURAND-VASSEUR Patricia", organisation: "Mission locale",
      kind: .lead, source: .feed, fromDate: date("2025-10-01"), untilDate: leadUntil.map(date), version: 1)
    return DossierDetail(
      id: dossier, number: 71_042, genesisId: "G1", role: "DEM", title: title, familyName: "Martin-Delacroix",
      givenName: "Marie-Françoise", birthDate: date("1985-03-02"), maskedNir: maskedNir, state: .entered,
      enteredOn: date("2025-10-01"),
      commune: "Le Teil", outsideCounty: false,
      phone: ContactValue(
        value: phone, isLocal: true, changedAt: PortalUnderTest.moment, feedValue: "06 98 76 54 32"),
      email: ContactValue(value: "m@exemple.fr", isLocal: false, changedAt: nil, feedValue: "m@exemple.fr"),
      smsRefused: false, entitlement: .paymentSuspended, duties: true, refreshedOn: date(refreshedOn), lead: lead,
      referents: [lead] + others,
      partner: PartnerLink(dossier: partner, familyName: "Delacroix", givenName: "Hugo", reachable: reachable),
      proposedExit: proposedExit, version: version)
  }

  /// A family that is filled in part, and one characteristic of the feed.
  static let characteristics = CharacteristicSheet(
    definitions: [
      Characteristic(
        code: "date_midem", family: "administratif_cd07", familyLabel: "AdministratifCD07", label: "DateMIDEM",
        kind: .date, locked: true),
      Characteristic(
        code: "projet", family: "parcours", familyLabel: "Parcours", label: "Projet", kind: .line, required: true),
      Characteristic(
        code: "logement", family: "parcours", familyLabel: "Parcours", label: "Logement", kind: .choice,
        choices: ["Hébergé", "Locataire"]),
    ],
    values: [
      CharacteristicValue(characteristic: "date_midem", value: "2026-02-03"),
      CharacteristicValue(
        characteristic: "logement", value: "Locataire", authorName: "DURAND Paul", at: PortalUnderTest.moment),
    ], version: 3)

  static func row(_ number: Int, _ family: String = "Martin") -> DossierRow {
    DossierRow(
      id: ID(UUID(uuid: (6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, UInt8(number)))), number: number,
      familyName: family, givenName: "Léa", commune: "Privas", state: .entered, entitlement: .open, duties: true,
      proposedExit: false)
  }

  static func exit(_ number: UInt8) -> ProposedExit {
    ProposedExit(
      id: UUID(), dossier: ID(UUID(uuid: (7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, number))), familyName: "Roux",
      givenName: "Kévin", reason: .closed, exitOn: date("2026-03-31"), proposedOn: date("2026-03-10"), version: 1)
  }

  /// A dossier that is there, with nothing else to say of it.
  static func open(_ services: FakeServices, _ detail: DossierDetail = detail()) {
    services.serve(DossiersAPI.showDossier) { call in
      guard call.parameters["dossier"] == dossier.description else { throw Problem.notFound("Ce dossier") }
      return detail
    }
    services.serve(ServiceName.dossiers.delays.all, [])
    services.serve(
      ServiceName.dossiers.lists.all,
      [
        CountyList(
          name: .standbyReason,
          entries: [
            ListEntry(code: "maladie", label: "Maladie", position: 1),
            ListEntry(code: "ancien_1", label: "Détention", position: 2, open: false),
          ])
      ])
    services.serve(
      DossiersAPI.listTimeline,
      DossierTimeline(
        items: [
          TimelineEntry(
            event: UUID(), at: PortalUnderTest.moment - 86_400, kind: .note, title: "Note ajoutée",
            detail: .object([:]))
        ],
        blocks: [
          TimelineBlock(
            kind: .entitlement, subject: "2026-01-01", title: "Droit ouvert et versable", from: date("2026-01-01"),
            lasts: true),
          TimelineBlock(
            kind: .notice, subject: "2026-02-02", title: "Mise en demeure demandée", from: date("2026-02-02"),
            lasts: false),
        ]))
    services.serve(DossiersAPI.listNotes, Page(items: []))
    services.serve(DossiersAPI.showCharacteristics, characteristics)
    services.serve(
      DossiersAPI.summarizeDocuments, DocumentSummary(curriculum: nil, newest: [], folders: []))
    services.serve(SchedulingAPI.listAppointments, Page(items: []))
    services.serve(SchedulingAPI.showAttendance, AppointmentCounts(held: 0, excused: 0, absent: 0))
    services.serve(FSEAPI.listSteps, Page(items: []))
    services.serve(
      SchedulingAPI.showAgenda,
      Agenda(
        agent: PortalUnderTest.account, agentName: "DURAND Patricia", mayWrite: true, from: date("2026-03-12"),
        until: date("2026-03-18"), items: []))
    services.serve(IdentityAPI.listAccounts) { call in
      let all = [
        account("ROCHETTE Sophie", "CMS d’Aubenas"), account("ROCHETTE Sophie", "CMS de Privas", other: true),
      ]
      return Page(items: all.filter { row in call.query["q"].map { row.name.contains($0) } ?? true })
    }
  }

  private static func account(_ name: String, _ organisation: String, other: Bool = false) -> AccountRow {
    AccountRow(
      id: other ? .new() : colleague, name: name, organisation: OrganisationReference(id: .new(), name: organisation),
      status: .active, email: nil)
  }
}
