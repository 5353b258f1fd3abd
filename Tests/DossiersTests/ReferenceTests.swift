import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("An identifier in a body", .database) struct ReferenceTests {
  /// An account with one profile; `organisation` is the account's.
  private static func person(
    _ profile: Profile, territories: [ID<Territory>] = [], organisation: ID<Organisation>? = nil,
    status: String = "active", in database: TestDatabase
  ) async throws -> ID<Account> {
    let account = ID<Account>.new()
    try await database.owner { transaction in
      if let organisation {
        try await transaction.execute(
          "insert into identity.organisation (id, name) values (\(organisation), 'CMS') on conflict do nothing")
      }
      try await transaction.execute(
        """
        insert into identity.account (id, email, family_name, given_name, organisation, status)
        values (\(account), \(account.description + "@exemple.fr"), 'PETIT', 'Anne', \(organisation), \(status))
        """)
      try await transaction.execute(
        """
        insert into identity.account_profile (id, account, profile, territories)
        values (gen_random_uuid(), \(account), \(profile), \(territories))
        """)
    }
    return account
  }

  @Test("names for a note somebody who reaches the dossier, by whichever of their profiles; nobody else")
  func assignee() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let database = service.database
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      func refused(_ assignee: ID<Account>) async throws -> [String]? {
        do {
          let draft = NoteDraft(text: "À rappeler", audience: .assigned, assignee: assignee)
          let note = try await lead.call(DossiersAPI.addNote, ["dossier": scene.dossier], draft)
          #expect(note.assignee == assignee)
          return nil
        } catch let problem as Problem {
          #expect(problem.status == 422)
          return problem.faults?.map(\.field)
        }
      }
      let near = try await Self.person(.chefDeService, territories: [scene.territory], in: database)
      let far = try await Self.person(.chefDeService, territories: [.new()], in: database)
      let county = try await Self.person(.siege, in: database)
      let dpo = try await Self.person(.dpo, in: database)
      let idle = try await Self.person(.referent, in: database)
      let closed = try await Self.person(.siege, status: "closed", in: database)
      let team = ID<Organisation>.new()
      let secretary = try await Self.person(.secretariatStructure, organisation: team, in: database)
      for account in [far, dpo, idle, closed, secretary, .new()] {
        #expect(try await refused(account) == ["assignee"], "\(account)")
      }
      try await database.owner { transaction in
        _ = try await transaction.execute(
          """
          insert into dossiers.referent (id, dossier, account, organisation, kind, from_date, until_date)
          values (gen_random_uuid(), \(scene.dossier), \(idle), \(team), 'step',
            \(CalendarDate(TestClock.present).adding(days: -1)), \(CalendarDate(TestClock.present).adding(days: 30)))
          """)
      }
      // One who follows a step, and who works for the structure that does, have come to reach it.
      for account in [near, county, idle, secretary] { #expect(try await refused(account) == nil, "\(account)") }
      // Looking through others' eyes does not change whose transaction it is.
      #expect(try await lead.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items.count == 4)
    }
  }

  @Test("keeps in a saved search only people, structures and territories that there are")
  func savedSearch() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let client = try await service.client(as: .someone(.siege))
      func fields(_ search: DossierSearch) async throws -> [String]? {
        do {
          _ = try await client.call(
            DossiersAPI.saveSearch, [:], SavedSearchDraft(name: "Essai", audience: .mine, search: search))
          return nil
        } catch let problem as Problem {
          return problem.faults?.map(\.field)
        }
      }
      let invented = try await fields(DossierSearch(lead: [.new()], organisation: [.new()], territory: [.new()]))
      #expect(invented == ["search.lead.0", "search.organisation.0", "search.territory.0"])
      let organisation = ID<Organisation>.new()
      let account = try await Self.person(
        .referent, organisation: organisation, status: "closed", in: service.database)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "insert into identity.territory (id, code, name) values (\(scene.territory), 'T', 'Privas')")
      }
      // Somebody who left is still searched for.
      let known = DossierSearch(lead: [account], organisation: [organisation], territory: [scene.territory])
      #expect(try await fields(known) == nil)
    }
  }

  @Test("names for the appointments to come a colleague with an open account, whichever way somebody leaves")
  func colleague() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let day = CalendarDate(service.clock.now()).adding(days: 20)
      try await scene.propose(.closed, for: scene.dossier, on: day, in: service.database)
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      for appointments in [ComingAppointments(.handOver), ComingAppointments(.handOver, to: .new())] {
        let exit = await #expect(throws: Problem.self) {
          try await lead.call(DossiersAPI.recordExit, path, ExitDraft(on: day, appointments: appointments))
        }
        let decision = await #expect(throws: Problem.self) {
          try await lead.call(
            DossiersAPI.decideProposedExit, path, ProposedExitDecision(accepted: true, appointments: appointments))
        }
        let batch = await #expect(throws: Problem.self) {
          try await lead.call(
            DossiersAPI.decideProposedExits, [:],
            ProposedExitBatchDraft(accepted: true, dossiers: [scene.dossier], appointments: appointments))
        }
        for refused in [exit, decision, batch] {
          #expect(refused?.status == 422 && refused?.faults?.map(\.field) == ["appointments.colleague"])
        }
      }
      let colleague = try await Self.person(.referent, in: service.database)
      let entry = try await lead.call(
        DossiersAPI.recordExit, path,
        ExitDraft(on: day, appointments: ComingAppointments(.handOver, to: colleague)))
      #expect(entry.untilDate == day)
    }
  }
}
