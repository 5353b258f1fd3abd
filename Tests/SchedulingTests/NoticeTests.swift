import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Notifications and handovers", .database) struct NoticeTests {
  @Test("with a new référent the coming appointments change hands; where the new one is busy the hour stays, marked")
  func handover() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let stranger = try await service.client(as: scene.strangerCaller)
      let before = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 1))
      let free = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let clash = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(hour: 14))
      let theirs = ID<Dossier>.new()
      try await scene.add(theirs, of: scene.stranger, named: "Autre", in: service.database)
      _ = try await stranger.call(SchedulingAPI.bookAppointment, ["dossier": theirs], scene.interview(hour: 14))

      try service.publish(
        ReferentChanged(
          dossier: scene.dossier, former: scene.lead, formerOrganisation: nil, lead: scene.stranger,
          organisation: nil, on: CalendarDate(SchedulingScene.start).adding(days: 3),
          accessUntil: CalendarDate(SchedulingScene.start).adding(days: 33)))
      let told = try await service.eventually("both are told") {
        let titles = try await service.titles(of: scene.stranger)
        return titles.count >= 2 ? titles : nil
      }
      #expect(
        Set(told) == [
          "Un dossier vous est confié, avec 1 rendez-vous", "1 rendez-vous à replacer : vous êtes déjà pris",
        ])
      #expect(
        try await service.titles(of: scene.lead)
          == ["Dossier confié à un autre référent ; vous le voyez jusqu’au 14 avril 2026"])
      let found = try await lead.call(
        SchedulingAPI.listAppointments, ["dossier": scene.dossier], SchedulingPageQuery()
      ).items.reduce(into: [:]) { $0[$1.id] = $1 }
      #expect(found[before.id]?.agent == scene.lead)
      #expect(found[free.id]?.agent == scene.stranger && found[free.id]?.agentName == "PETIT Jean")
      #expect(found[clash.id]?.agent == scene.lead && found[clash.id]?.needsAttention == true)
      #expect(found[before.id]?.needsAttention == false)
      let subjects = try await service.database.owner {
        try await $0.query(
          "select distinct subject_kind || ' ' || subject from scheduling.notification", as: String.self)
      }
      #expect(subjects == ["dossier \(scene.dossier)"])
    }
  }

  @Test("in a colleague's place one has that colleague's notifications and agenda, besides one's own agenda")
  func seat() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let day = CalendarDate(SchedulingScene.start)
      let delegation = Delegation(
        id: .new(), absent: AccountReference(id: scene.lead, name: "DURAND Paul"),
        replacement: AccountReference(id: scene.stranger, name: "PETIT Jean"), fromDate: day,
        untilDate: day.adding(days: 2), comment: nil, madeAt: SchedulingScene.start, madeByName: "MERCIER Louise")
      try service.publish(DelegationChanged(delegation, ended: false))
      _ = try await service.eventually("both are told") {
        let titles = try await service.titles(of: scene.stranger) + service.titles(of: scene.lead)
        return titles.count == 2 ? titles : nil
      }
      #expect(
        try await service.titles(of: scene.stranger) == ["Vous remplacez DURAND Paul du 12 mars 2026 au 14 mars 2026"])
      #expect(
        try await service.titles(of: scene.lead) == ["PETIT Jean vous remplace du 12 mars 2026 au 14 mars 2026"])

      var caller = scene.strangerCaller
      let query = AgendaQuery(agent: scene.lead, from: day, until: day.adding(days: 20))
      let alone = try await service.client(as: caller)
      await #expect(throws: Problem.notFound("Cet agenda")) {
        try await alone.call(SchedulingAPI.showAgenda, [:], query)
      }
      caller.replaces = Caller.Replaced(account: scene.lead, name: "DURAND Paul")
      let acting = try await service.client(as: caller)
      let agenda = try await acting.call(SchedulingAPI.showAgenda, [:], query)
      #expect(agenda.mayWrite && agenda.items.count == 1 && agenda.items[0].dossier == scene.dossier)
      let agents = try await acting.call(SchedulingAPI.listAgendaAgents)
      #expect(Set([scene.lead, scene.stranger]).isSubset(of: agents.map(\.account)))
      // What is told of the account itself, or to another of the absent's profiles, is not told in their place.
      try await scene.grant(.secretariatDispositif, to: scene.lead, in: service.database)
      try service.publish(
        ContractMoved(
          contract: .new(), dossier: scene.dossier, territory: scene.territory, from: nil, to: .submitted,
          author: scene.colleague, number: 3, endsOn: nil))
      try service.publish(
        StepReferentNamed(dossier: scene.dossier, account: scene.lead, from: day, until: day.adding(days: 30)))
      _ = try await service.eventually("the absent has all three") {
        try await service.titles(of: scene.lead).count == 3 ? true : nil
      }
      let notices = try await acting.call(SchedulingAPI.listNotices, [:], NoticeQuery()).items
      #expect(notices.map(\.title) == ["Vous êtes référent d’étape du 12 mars 2026 jusqu’au 11 avril 2026"])
      #expect(try await acting.call(SchedulingAPI.countNotices) == NoticeCount(unread: 1))
      #expect(try await acting.call(SchedulingAPI.readAllNotices) == NoticeCount(unread: 0))
      let hers = try await lead.call(SchedulingAPI.listNotices, [:], NoticeQuery(unread: true)).items
      #expect(hers.count == 2)
      var secretary = caller
      (secretary.profile, secretary.scope) = (.secretariatDispositif, .territory)
      let instead = try await service.client(as: secretary)
      let told = try await instead.call(SchedulingAPI.listNotices, [:], NoticeQuery()).items
      #expect(told.map(\.title) == ["CER n° 3 soumis : à instruire"])
      // What the replacement is to do is booked in their own agenda, unless they say otherwise.
      let booked = try await acting.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 8))
      #expect(booked.agent == scene.stranger)
    }
  }

  @Test("an operator's answer is told to the référent, and its silence")
  func operatorAnswers() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      for change in [StepAnswered.Change.refused, .expired] {
        try service.publish(
          StepAnswered(
            step: .new(), dossier: scene.dossier, offerName: "Atelier", organisation: nil, change: change))
      }
      let titles = try await service.eventually("both are told") {
        let titles = try await service.titles(of: scene.lead)
        return titles.count == 2 ? titles : nil
      }
      #expect(
        Set(titles) == [
          "L’opérateur refuse l’inscription sur « Atelier »",
          "L’opérateur n’a pas répondu à l’inscription sur « Atelier »",
        ])
    }
  }

  @Test("the entries of a day are one notification with their number, until it is read")
  func entries() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      for _ in 0..<12 {
        try service.publish(
          DossierEntered(
            dossier: .new(), lead: scene.lead, organisation: nil, territory: nil,
            on: CalendarDate(SchedulingScene.start)))
      }
      _ = try await service.eventually("twelve entries are told as one") {
        try await service.titles(of: scene.lead) == ["12 entrées dans votre file active"] ? true : nil
      }
      let client = try await service.client(as: scene.leadCaller)
      #expect(try await client.call(SchedulingAPI.countNotices) == NoticeCount(unread: 1))
      let notice = try #require(
        try await client.call(SchedulingAPI.listNotices, [:], NoticeQuery(unread: true)).items.first)
      let stranger = try await service.client(as: scene.strangerCaller)
      await #expect(throws: Problem.notFound("Cette notification")) {
        try await stranger.call(SchedulingAPI.readNotice, ["notification": notice.id])
      }
      #expect(
        try await client.call(SchedulingAPI.readNotice, ["notification": notice.id]) == NoticeCount(unread: 0))
      try service.publish(
        DossierEntered(
          dossier: scene.dossier, lead: scene.lead, organisation: nil, territory: nil,
          on: CalendarDate(SchedulingScene.start)))
      _ = try await service.eventually("what comes after is told anew") {
        try await service.titles(of: scene.lead).contains("Une entrée dans votre file active") ? true : nil
      }
      let latest = try await client.call(SchedulingAPI.listNotices, [:], NoticeQuery(unread: true)).items
      #expect(latest.map(\.dossierName) == ["MARTIN Léa"])
      #expect(try await client.call(SchedulingAPI.readAllNotices) == NoticeCount(unread: 0))
      let made = try await service.database.owner {
        try await $0.query(
          "select data->>'unread' from scheduling.outbox where type = 'scheduling.notification-made.v1'",
          as: String.self)
      }
      #expect(made == ["1", "1"])
    }
  }

  @Test("a contract's move is told to whom it waits for: secretariat, those who decide, author and référent")
  func contracts() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (secretary, chief, ali, away) = (ID<Account>.new(), ID<Account>.new(), ID<Account>.new(), ID<Account>.new())
      try await service.database.owner { transaction in
        for id in [secretary, chief, ali, away] {
          try await transaction.execute(
            """
            insert into identity.account (id, email, family_name)
            values (\(id), \(id.description + "@example.org"), 'X')
            """)
        }
        try await transaction.execute(
          """
          insert into identity.account_profile (id, account, profile, territories)
          values (\(ID<Account>.new()), \(away), 'secretariat_dispositif', \([ID<Territory>.new()]))
          """)
      }
      try await scene.grant(.secretariatDispositif, to: secretary, in: service.database)
      try await scene.grant(.chefDeService, to: chief, in: service.database)
      try await scene.grant(.ali, to: ali, in: service.database)
      for state in [ContractState.proposition, .submitted, .awaiting, .accepted] {
        try service.publish(
          ContractMoved(
            contract: .new(), dossier: scene.dossier, territory: scene.territory, from: nil, to: state,
            author: scene.colleague, number: 3, endsOn: nil))
      }
      _ = try await service.eventually("the last is told") {
        try await service.titles(of: scene.colleague).isEmpty ? nil : true
      }
      #expect(try await service.titles(of: secretary) == ["CER n° 3 soumis : à instruire"])
      #expect(try await service.titles(of: chief) == ["CER n° 3 en attente de votre décision"])
      #expect(try await service.titles(of: ali) == ["CER n° 3 en attente de votre décision"])
      #expect(try await service.titles(of: scene.lead) == ["CER n° 3 validé"])
      #expect(try await service.titles(of: scene.colleague) == ["CER n° 3 validé"])
      #expect(try await service.titles(of: away).isEmpty)
    }
  }

  @Test("a step référent and the person whom a note is for are told; a territory that changes is carried along")
  func others() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview())
      let day = CalendarDate(SchedulingScene.start)
      try service.publish(
        StepReferentNamed(dossier: scene.dossier, account: scene.colleague, from: day, until: day.adding(days: 30)))
      try service.publish(NoteAdded(dossier: scene.dossier, audience: .assigned, assignee: scene.stranger))
      try service.publish(NoteAdded(dossier: scene.dossier, audience: .public, assignee: nil))
      let territory = ID<Territory>.new()
      try service.publish(
        TerritoryChanged(dossier: scene.dossier, former: scene.territory, territory: territory))
      _ = try await service.eventually("the appointment is in the new territory") {
        try await service.database.owner {
          try await $0.first("select true from scheduling.appointment where territory = \(territory)", as: Bool.self)
        }
      }
      _ = try await service.eventually("the note is told") {
        try await service.titles(of: scene.stranger) == ["Une note vous est attribuée"] ? true : nil
      }
      #expect(
        try await service.titles(of: scene.colleague)
          == ["Vous êtes référent d’étape du 12 mars 2026 jusqu’au 11 avril 2026"])
    }
  }

  @Test("a transfer is told in the number that it has") func transferNumber() {
    func told(_ count: String, _ isMany: Bool, _ takenBack: Bool) -> [String] {
      let titles = NoticeEvents.titles(
        count, isMany: isMany, former: "PETIT Anne", lead: "FAURE Luc", takenBack: takenBack)
      return [titles.former, titles.lead]
    }
    #expect(
      told("1 dossier", false, false) == [
        "1 dossier de votre file active est confié à FAURE Luc", "1 dossier de PETIT Anne vous est confié",
      ])
    #expect(
      told("1 dossier", false, true) == ["1 dossier vous revient de FAURE Luc", "1 dossier revient à PETIT Anne"])
    #expect(
      told("7 dossiers", true, true) == [
        "7 dossiers vous reviennent de FAURE Luc", "7 dossiers reviennent à PETIT Anne",
      ])
  }

  @Test("a step référent is told of other days, and of the end without a link to what is no longer reached")
  func stepReferentChanged() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let day = CalendarDate(SchedulingScene.start)
      for ended in [false, true] {
        try service.publish(
          StepReferentChanged(
            dossier: scene.dossier, account: scene.colleague, from: day, until: day.adding(days: 5), ended: ended))
      }
      _ = try await service.eventually("both are told") {
        try await service.titles(of: scene.colleague).count == 2 ? true : nil
      }
      #expect(
        Set(try await service.titles(of: scene.colleague)) == [
          "Vous restez référent d’étape du 12 mars 2026 au 17 mars 2026",
          "Vous n’êtes plus référent d’étape de MARTIN Léa",
        ])
      let subjects = try await service.database.owner {
        try await $0.query(
          """
          select concat_ws(' ', subject_kind, subject) from scheduling.notification where account = \(scene.colleague)
          order by title
          """, as: String.self)
      }
      #expect(subjects == ["caseload", "dossier \(scene.dossier)"])
    }
  }
}
