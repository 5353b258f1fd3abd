import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("The frise", .database) struct FriseTests {
  private static func day(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  /// A course as six services tell it, in the order in which it was typed.
  private static func course(of dossier: ID<Dossier>) throws -> [any Event] {
    let (first, second) = (ID<Account>.new(), ID<Account>.new())
    let (contract, step, taken) = (ID<Contract>.new(), ID<Step>.new(), ID<Step>.new())
    let (appointment, cancelled, gathering) = (ID<Appointment>.new(), ID<Appointment>.new(), ID<Gathering>.new())
    let standby = UUID()
    return [
      DossierEntered(
        dossier: dossier, lead: first, organisation: nil, territory: nil, on: try day("2026-01-05"), entitlement: .open,
        rightSince: try day("2025-11-01")),
      ContractMoved(
        contract: contract, dossier: dossier, territory: nil, from: nil, to: .proposition, author: first, number: 1,
        endsOn: try day("2026-07-31"), startsOn: try day("2026-02-01")),
      ContractMoved(
        contract: contract, dossier: dossier, territory: nil, from: .awaiting, to: .accepted, author: first, number: 1,
        endsOn: try day("2026-07-31"), startsOn: try day("2026-02-01")),
      AppointmentChanged(
        appointment: appointment, dossier: dossier, agent: first, change: .booked,
        startsAt: try day("2026-04-02").moment(hour: 9), kind: "Entretien individuel", outcome: "planned"),
      AppointmentChanged(
        appointment: cancelled, dossier: dossier, agent: first, change: .booked,
        startsAt: try day("2026-04-03").moment(hour: 9), kind: "Entretien individuel", outcome: "planned"),
      AppointmentChanged(
        appointment: cancelled, dossier: dossier, agent: first, change: .outcome,
        startsAt: try day("2026-04-03").moment(hour: 9), kind: "Entretien individuel", outcome: "deleted"),
      StepChanged(
        step: step, dossier: dossier, offer: .new(), offerName: "Atelier", change: .registered,
        from: try day("2026-02-10"), until: try day("2026-03-31"), participation: .new()),
      StepChanged(
        step: taken, dossier: dossier, offer: .new(), offerName: "Chantier", change: .positioned,
        from: try day("2026-05-01"), until: nil),
      GatheringChanged(
        gathering: gathering, dossier: dossier, name: "Forum", on: try day("2026-03-20"), change: .invited),
      StandbyChanged(
        dossier: dossier, change: .started, from: try day("2026-02-20"), until: nil, reason: "Maladie",
        standby: standby),
      StandbyChanged(
        dossier: dossier, change: .changed, from: try day("2026-02-22"), until: try day("2026-03-01"),
        reason: "Maladie", standby: standby),
      EntitlementChanged(
        dossier: dossier, entitlement: .paymentSuspended, duties: true, on: try day("2026-02-01")),
      ReferentChanged(
        dossier: dossier, former: first, formerOrganisation: nil, lead: second, organisation: nil,
        on: try day("2026-03-01"), accessUntil: try day("2026-03-31")),
      FormalNoticeRequested(dossier: dossier, on: try day("2026-03-10")),
      ExitRecorded(dossier: dossier, account: second, until: try day("2026-06-30"), reason: "Emploi"),
    ]
  }

  private static func told(_ blocks: [TimelineBlock]) -> [String] {
    blocks.map { "\($0.kind.rawValue) \($0.from) \($0.until?.description ?? "-") \($0.title)" }.sorted()
  }

  private static let expected = [
    "appointment 2026-04-02 - Entretien individuel", "contract 2026-02-01 2026-07-31 CER n° 1",
    "entitlement 2025-11-01 2026-01-31 Droit ouvert et versable",
    "entitlement 2026-02-01 - Droit ouvert mais versement suspendu", "exit 2026-06-30 - Sortie de la file active",
    "gathering 2026-03-20 - Forum", "lead 2026-01-05 2026-02-28 Référent", "lead 2026-03-01 2026-06-30 Référent",
    "notice 2026-03-10 - Mise en demeure demandée", "operation 2026-02-10 2026-03-31 Opération FSE",
    "positioning 2026-05-01 - Chantier", "standby 2026-02-22 2026-03-01 Veille", "step 2026-02-10 2026-03-31 Atelier",
    "step_referent 2026-03-01 2026-03-31 Référent d’étape",
  ]

  @Test("each thing stands at its own date, whenever it was typed, and the frise is made again from events alone")
  func replayed() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let course = try Self.course(of: scene.dossier)
      @Sendable func shown() async throws -> [String] {
        Self.told(try await referent.call(DossiersAPI.listTimeline, ["dossier": scene.dossier]).blocks)
      }
      for round in 1...2 {
        for event in course { try service.publish(event) }
        _ = try await service.eventually("the frise is whole") {
          try await shown() == Self.expected ? true : nil
        }
        guard round == 1 else { return }
        _ = try await service.database.owner {
          try await $0.execute("delete from dossiers.timeline_block")
        }
        #expect(try await shown().isEmpty)
      }
    }
  }

  @Test("what was taken back leaves nothing; a step référent's days follow; an exit taken back goes on")
  func takenBack() throws {
    let (dossier, account) = (ID<Dossier>.new(), ID<Account>.new())
    let monday = try Self.day("2026-03-02")
    var frise = FriseBlocks()
    frise.take(DossierEntered(dossier: dossier, lead: account, organisation: nil, territory: nil, on: monday))
    frise.take(ExitRecorded(dossier: dossier, account: account, until: monday.adding(days: 30), reason: "Emploi"))
    frise.take(ExitRecorded(dossier: dossier, account: account, until: nil))
    frise.take(StepReferentNamed(dossier: dossier, account: account, from: monday, until: nil))
    frise.take(
      StepReferentChanged(
        dossier: dossier, account: account, from: monday, until: monday.adding(days: 9), ended: false),
      at: monday.moment())
    let both = Self.told(frise.blocks.values.map(\.block))
    #expect(both == ["lead 2026-03-02 - Référent", "step_referent 2026-03-02 2026-03-11 Référent d’étape"])
    frise.take(
      StepReferentChanged(dossier: dossier, account: account, from: monday, until: monday, ended: true),
      at: monday.moment(hour: 9))
    frise.take(StandbyChanged(dossier: dossier, change: .started, from: monday, until: nil, reason: "Maladie"))
    // As it was told before it was said which one.
    frise.take(StandbyChanged(dossier: dossier, change: .removed, from: monday, until: nil, reason: "Maladie"))
    #expect(Self.told(frise.blocks.values.map(\.block)) == ["lead 2026-03-02 - Référent"])
  }
}
