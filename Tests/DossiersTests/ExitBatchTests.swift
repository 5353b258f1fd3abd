import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Exits, many at once", .database) struct ExitBatchTests {
  static let today = CalendarDate(year: 2026, month: 3, day: 12) ?? CalendarDate(Date())
  static let morning = today.moment(hour: 9)
  static let endOfMonth = today.endOfMonth()

  private func state(_ dossier: ID<Dossier>, _ service: ServiceUnderTest) async throws -> String? {
    try await service.database.owner { transaction in
      try await transaction.first(
        """
        select concat_ws(' ', r.until_date, coalesce(p.decision, 'open'), d.lead is not null)
        from dossiers.dossier d join dossiers.referent r on r.dossier = d.id and r.kind = 'lead'
        left join dossiers.proposed_exit p on p.dossier = d.id where d.id = \(dossier)
        """, as: String.self)
    }
  }

  @Test("one out of reach, and one already decided, are refused by themselves; the others are done")
  func refusedByThemselves() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let mine = try await Scene.one(in: service.database, from: Self.today)
      let theirs = try await Scene.one(in: service.database, from: Self.today)
      let (second, decided) = (ID<Dossier>.new(), ID<Dossier>.new())
      try await mine.add("ROUX", "Kévin", as: second, in: service.database)
      try await mine.add("BLANC", "Inès", as: decided, in: service.database)
      for dossier in [mine.dossier, second, theirs.dossier] {
        try await mine.propose(.closed, for: dossier, on: Self.endOfMonth, in: service.database)
      }
      let referent = try await service.client(as: .someone(.referent, account: mine.lead))
      let all = [mine.dossier, second, theirs.dossier, decided, second]
      let batch = try await referent.call(
        DossiersAPI.decideProposedExits, [:], ProposedExitBatchDraft(accepted: true, dossiers: all))
      // Named twice is one; a référent's exits are the secretariat's to take back.
      #expect(batch.total == 4 && batch.done == 2 && batch.refused == 2 && batch.endedAt != nil && !batch.undoable)
      let rows = try await referent.call(DossiersAPI.listBatchRows, ["batch": batch.id], BatchRowQuery()).items
      #expect(rows.map(\.outcome) == [.done, .done, .refused, .refused])
      #expect(rows.map(\.name) == ["MARTIN Léa", "ROUX Kévin", nil, "BLANC Inès"])
      #expect(rows[2].reason?.hasPrefix("Ce dossier n’existe pas.") == true)
      #expect(rows[3].reason?.hasPrefix("Cette sortie n’est plus proposée.") == true)
      #expect(try await state(second, service) == "2026-03-31 accepted t")
      #expect(try await state(theirs.dossier, service) == "open t")
      // Nobody else sees the batch, a référent may not undo it, and the audit log names each dossier.
      let other = try await service.client(as: .someone(.chefDeService, territories: [mine.territory]))
      await #expect(throws: Problem.notFound("Ce traitement")) {
        try await other.call(DossiersAPI.showBatch, ["batch": batch.id])
      }
      let refusal = await #expect(throws: Problem.self) {
        try await referent.call(DossiersAPI.undoBatch, ["batch": batch.id])
      }
      #expect(refusal?.status == 403)
      let acts = try await service.database.owner {
        try await $0.query(
          """
          select data #>> '{act,dossier}' as dossier from dossiers.outbox
          where type = 'audit.act.v1' and data #>> '{act,name}' = 'dossiers.decideProposedExit'
          """, as: ID<Dossier>.self)
      }
      #expect(Set(acts) == [mine.dossier, second])
    }
  }

  @Test("all of a filter are decided, whatever their number, and a past day takes them away at once")
  func allOfAFilter() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -90))
      try await scene.propose(.feedStopped, for: scene.dossier, on: Self.endOfMonth, in: service.database)
      for number in 1...60 {
        let dossier = ID<Dossier>.new()
        try await scene.add("ROUX", "Kévin \(number)", as: dossier, in: service.database)
        try await scene.propose(
          number % 2 == 0 ? .closed : .exempt, for: dossier, on: Self.endOfMonth, in: service.database)
      }
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let counts = try await referent.call(DossiersAPI.countProposedExits)
      #expect(counts.reasons.map(\.count).sorted() == [1, 30, 30])
      let query = ProposedExitQuery(reason: .closed, limit: 20)
      let first = try await referent.call(DossiersAPI.listProposedExits, [:], query)
      #expect(first.total == 30 && first.items.count == 20 && first.next != nil)
      let next = try await referent.call(
        DossiersAPI.listProposedExits, [:], ProposedExitQuery(reason: .closed, limit: 20, after: first.next))
      #expect(Set((first.items + next.items).map(\.dossier)).count == 30 && next.next == nil)

      let yesterday = Self.today.adding(days: -1)
      let asked = try await referent.call(
        DossiersAPI.decideProposedExits, [:],
        ProposedExitBatchDraft(accepted: true, exitOn: yesterday, filter: .init(reason: .closed)))
      #expect(asked.total == 30)
      let ended = try await service.eventually("the batch ends by itself") {
        let batch = try await referent.call(DossiersAPI.showBatch, ["batch": asked.id])
        return batch.endedAt == nil ? nil : batch
      }
      #expect(ended.done == 30 && ended.refused == 0)
      // At once: gone from the caseload, and shown as nobody's to those who still reach them.
      #expect(try await referent.call(DossiersAPI.listDossiers, [:], DossierSearch(limit: 200)).items.count == 31)
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await referent.call(DossiersAPI.showDossier, ["dossier": first.items[0].dossier])
      }
      let secretariat = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let gone = try await secretariat.call(DossiersAPI.showDossier, ["dossier": first.items[0].dossier])
      #expect(gone.lead == nil && gone.proposedExit == nil)
      #expect(gone.referents.first?.untilDate == yesterday)
      let row = try await secretariat.call(DossiersAPI.listDossiers, [:], DossierSearch(q: "\(gone.number)")).items
        .first
      #expect(row?.lead == nil)
    }
  }

  @Test("the secretariat takes exits back, one batch at a time, and their proposals await a decision again")
  func takenBack() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -90))
      try await scene.propose(.closed, for: scene.dossier, on: Self.endOfMonth, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let secretariat = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let past = ProposedExitBatchDraft(accepted: true, exitOn: Self.today.adding(days: -1), dossiers: [scene.dossier])
      _ = try await referent.call(DossiersAPI.decideProposedExits, [:], past)
      let decided = try await secretariat.call(
        DossiersAPI.listProposedExits, [:], ProposedExitQuery(decision: .accepted)
      ).items
      #expect(decided.map(\.leavesOn) == [Self.today.adding(days: -1)])
      await #expect(throws: Problem.forbidden()) {
        try await referent.call(DossiersAPI.cancelExits, [:], ExitCancellations(dossiers: [scene.dossier]))
      }
      let back = try await secretariat.call(
        DossiersAPI.cancelExits, [:], ExitCancellations(dossiers: [scene.dossier]))
      #expect(back.done == 1)
      #expect(try await referent.call(DossiersAPI.showDossier, ["dossier": scene.dossier]).lead?.untilDate == nil)
      #expect(try await state(scene.dossier, service) == "open t")

      // What the secretariat accepted itself it may undo from where it was done; once.
      let accepted = try await secretariat.call(
        DossiersAPI.decideProposedExits, [:], ProposedExitBatchDraft(accepted: true, dossiers: [scene.dossier]))
      #expect(accepted.undoable)
      let undone = try await secretariat.call(DossiersAPI.undoBatch, ["batch": accepted.id])
      #expect(undone.kind == .exitsCancelled && undone.done == 1)
      #expect(try await secretariat.call(DossiersAPI.showBatch, ["batch": accepted.id]).undoable == false)
      await #expect(throws: Problem.self) {
        try await secretariat.call(DossiersAPI.undoBatch, ["batch": accepted.id])
      }
      #expect(try await state(scene.dossier, service) == "open t")
    }
  }

  @Test("keeping somebody in the caseload is undone by whoever did it")
  func kept() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today)
      try await scene.propose(.exempt, for: scene.dossier, on: Self.endOfMonth, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let kept = try await referent.call(
        DossiersAPI.decideProposedExits, [:],
        ProposedExitBatchDraft(accepted: false, exitOn: Self.today, dossiers: [scene.dossier]))
      #expect(kept.undoable)
      #expect(try await state(scene.dossier, service) == "declined t")
      _ = try await referent.call(DossiersAPI.undoBatch, ["batch": kept.id])
      #expect(try await state(scene.dossier, service) == "open t")
    }
  }

  @Test("who was in a batch, and in the one that took it back, is forgotten after ninety days")
  func forgotten() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today)
      try await scene.propose(.exempt, for: scene.dossier, on: Self.endOfMonth, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let draft = ProposedExitBatchDraft(accepted: false, dossiers: [scene.dossier])
      let kept = try await referent.call(DossiersAPI.decideProposedExits, [:], draft)
      _ = try await referent.call(DossiersAPI.undoBatch, ["batch": kept.id])
      let day = DayTurn(postgres: service.parts.postgres, now: service.parts.now, logger: service.parts.logger)
      for (days, left) in [(90, 2), (91, 0)] {
        try await day.turn(to: Self.today.adding(days: days).moment(hour: 1))
        let count = try await service.database.owner {
          try await $0.first("select count(*)::int from dossiers.batch", as: Int.self)
        }
        #expect(count == left)
      }
    }
  }

  @Test("a batch whose process stopped in the middle is ended by the next one, and nothing is done twice")
  func resumed() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today)
      let other = ID<Dossier>.new()
      try await scene.add("ROUX", "Kévin", as: other, in: service.database)
      for dossier in [scene.dossier, other] {
        try await scene.propose(.closed, for: dossier, on: Self.endOfMonth, in: service.database)
      }
      let caller = Caller.someone(.referent, account: scene.lead)
      let referent = try await service.client(as: caller)
      let batch = try await referent.call(
        DossiersAPI.decideProposedExits, [:], ProposedExitBatchDraft(accepted: true, dossiers: [scene.dossier]))
      // As if it had stopped after the first of two rows.
      try await service.database.owner { transaction in
        try await transaction.execute(
          "insert into dossiers.batch_row (batch, position, dossier) values (\(batch.id), 2, \(other))")
        try await transaction.execute("update dossiers.batch set ended_at = null, total = 2 where id = \(batch.id)")
      }
      let ended = try await service.eventually("another one ends it") {
        let found = try await referent.call(DossiersAPI.showBatch, ["batch": batch.id])
        return found.endedAt == nil ? nil : found
      }
      #expect(ended.done == 2 && ended.refused == 0)
      let announced = try await service.database.owner {
        try await $0.first(
          "select count(*)::int from dossiers.outbox where type = 'dossiers.exit-recorded.v1'", as: Int.self)
      }
      #expect(announced == 2)
    }
  }

  @Test("a dossier that the database refuses is told as such, and holds up neither its batch nor the next")
  func refusedByTheDatabase() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today)
      let other = ID<Dossier>.new()
      try await scene.add("ROUX", "Kévin", as: other, in: service.database)
      for dossier in [scene.dossier, other] {
        try await scene.propose(.closed, for: dossier, on: Self.endOfMonth, in: service.database)
      }
      // A row that was damaged by hand, say.
      try await service.database.owner { transaction in
        try await transaction.script(
          """
          alter table dossiers.referent add constraint damaged
            check (dossier <> '\(scene.dossier)' or until_date is null)
          """)
      }
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let batch = try await referent.call(
        DossiersAPI.decideProposedExits, [:],
        ProposedExitBatchDraft(accepted: true, dossiers: [scene.dossier, other]))
      #expect(batch.done == 1 && batch.refused == 1 && batch.endedAt != nil)
      let refused = try await referent.call(
        DossiersAPI.listBatchRows, ["batch": batch.id], BatchRowQuery(outcome: .refused)
      ).items
      #expect(refused.map(\.dossier) == [scene.dossier])
      #expect(refused.first?.reason?.contains("Prévenez l’exploitant") == true)
      #expect(try await state(scene.dossier, service) == "open t")
      #expect(try await state(other, service) == "2026-03-31 accepted t")
    }
  }

  @Test("a batch that cannot be read holds up no other") func unreadable() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today)
      try await scene.propose(.closed, for: scene.dossier, on: Self.endOfMonth, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let batch = try await referent.call(
        DossiersAPI.decideProposedExits, [:], ProposedExitBatchDraft(accepted: true, dossiers: [scene.dossier]))
      try await service.database.owner { transaction in
        // One that a newer version kept comes first; the other has its only row to do again.
        try await transaction.execute(
          """
          insert into dossiers.batch (id, account, caller, kind, task, total, created_at)
          select gen_random_uuid(), account, caller, kind, '{"fromTomorrow":{}}', 0, created_at - interval '1 hour'
          from dossiers.batch where id = \(batch.id)
          """)
        try await transaction.execute("update dossiers.batch_row set outcome = null where batch = \(batch.id)")
        try await transaction.execute("update dossiers.batch set ended_at = null where id = \(batch.id)")
      }
      let ended = try await service.eventually("it ends all the same") {
        let found = try await referent.call(DossiersAPI.showBatch, ["batch": batch.id])
        return found.endedAt == nil ? nil : found
      }
      // Its dossier was done before: it is not done twice.
      #expect(ended.refused == 1)
    }
  }

  @Test("a couple's other exit is proposed where the right closed for both, and withdrawn when the first is taken back")
  func partner() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -90))
      let hugo = ID<Dossier>.new()
      try await scene.add("MARTIN", "Hugo", as: hugo, in: service.database)
      try await service.database.owner { transaction in
        try await transaction.execute("update dossiers.dossier set partner = \(hugo) where id = \(scene.dossier)")
        try await transaction.execute("update dossiers.dossier set partner = \(scene.dossier) where id = \(hugo)")
      }
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let secretariat = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      // Work that was found is her own business: nothing is proposed for him.
      _ = try await referent.call(
        DossiersAPI.recordExit, ["dossier": scene.dossier], ExitDraft(on: Self.endOfMonth, reason: "Emploi"))
      try await service.settled("exits")
      #expect(try await referent.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery()).items.isEmpty)
      // To come, it is taken back by whoever entered it; a step référent takes nothing of the lead's back.
      #expect(try await referent.call(DossiersAPI.cancelExit, ["dossier": scene.dossier]).untilDate == nil)
      let stepping = ID<Account>.new()
      _ = try await service.database.owner { transaction in
        try await transaction.execute(
          """
          insert into dossiers.referent (id, dossier, account, kind, from_date)
          values (\(ID<Dossier>.new()), \(scene.dossier), \(stepping), 'step', \(Self.today))
          """)
      }
      let helper = try await service.client(as: .someone(.referent, account: stepping))
      await #expect(throws: LeadRule.refusal) {
        try await helper.call(DossiersAPI.cancelExit, ["dossier": scene.dossier])
      }

      _ = try await service.database.owner { transaction in
        try await transaction.execute("update dossiers.dossier set entitlement = '5' where id = \(scene.dossier)")
      }
      _ = try await referent.call(DossiersAPI.recordExit, ["dossier": scene.dossier], ExitDraft(on: Self.endOfMonth))
      let proposed = try await service.eventually("his exit is proposed") {
        try await referent.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery(reason: .partner)).items.first
      }
      #expect(proposed.dossier == hugo && proposed.exitOn == Self.endOfMonth)
      _ = try await secretariat.call(DossiersAPI.cancelExit, ["dossier": scene.dossier])
      _ = try await service.eventually("it is withdrawn") {
        try await referent.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery()).items.isEmpty ? true : nil
      }
    }
  }

  @Test(
    "a move to another territory proposes an exit to the référent of the former one, and to nobody who works everywhere",
    arguments: [true, false])
  func moved(isLocal: Bool) async throws {
    try await ServiceUnderTest.run(DossiersProcess.process, at: Self.morning) { service in
      let scene = try await Scene.one(in: service.database, from: Self.today.adding(days: -90))
      let (organisation, elsewhere) = (ID<Organisation>.new(), ID<Territory>.new())
      try await service.database.owner { transaction in
        try await transaction.execute(
          "insert into identity.territory (id, code, name) values (\(scene.territory), 'A', 'A'), (\(elsewhere), 'B', 'B')"
        )
        try await transaction.execute(
          """
          insert into identity.organisation (id, name, territory)
          values (\(organisation), 'CMS', \(isLocal ? scene.territory : nil))
          """)
        try await transaction.execute("update dossiers.referent set organisation = \(organisation)")
        try await transaction.execute("update dossiers.dossier set territory = \(elsewhere)")
      }
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      func move(_ former: ID<Territory>, _ territory: ID<Territory>) async throws {
        try await service.parts.postgres.withTransaction(as: .system("test")) { transaction in
          try await transaction.announce(
            TerritoryChanged(dossier: scene.dossier, former: former, territory: territory), at: service.clock.now())
        }
        try await service.settled("exits")
      }
      try await move(scene.territory, elsewhere)
      let proposed = try await referent.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery()).items
      #expect(proposed.map(\.reason) == (isLocal ? [.otherTerritory] : []))
      try await move(elsewhere, scene.territory)
      #expect(try await referent.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery()).items.isEmpty)
    }
  }
}
