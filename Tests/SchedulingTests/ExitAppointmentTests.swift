import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Appointments after an exit", .database) struct ExitAppointmentTests {
  private static let day = CalendarDate(SchedulingScene.start)

  /// Two appointments, six and eight days ahead; the second is reminded of.
  private static func booked(
    _ scene: SchedulingScene, _ service: ServiceUnderTest
  ) async throws -> (before: AppointmentDetail, after: AppointmentDetail) {
    let lead = try await service.client(as: scene.leadCaller)
    let path = ["dossier": scene.dossier]
    return (
      try await lead.call(SchedulingAPI.bookAppointment, path, scene.interview(days: 6)),
      try await lead.call(SchedulingAPI.bookAppointment, path, scene.interview(days: 8, reminder: true))
    )
  }

  private static func exit(
    _ scene: SchedulingScene, until: CalendarDate? = day.adding(days: 7), _ appointments: ComingAppointments? = nil
  ) -> ExitRecorded {
    ExitRecorded(dossier: scene.dossier, account: scene.lead, until: until, appointments: appointments)
  }

  private static func state(_ id: ID<Appointment>, _ service: ServiceUnderTest) async throws -> String {
    try await service.database.owner { transaction in
      try await transaction.first(
        """
        select a.outcome || ' ' || a.agent_name || ' ' || coalesce((
          select m.status from scheduling.message m where m.appointment = a.id), '-')
        from scheduling.appointment a where id = \(id)
        """, as: String.self)
    } ?? ""
  }

  @Test(
    "those after the last day are cancelled and not reminded of; the agent is told; taken back, they are planned again")
  func cancelled() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (before, after) = try await Self.booked(scene, service)
      #expect(try await Self.state(after.id, service) == "planned DURAND Paul queued")
      try service.publish(Self.exit(scene))
      _ = try await service.eventually("cancelled") {
        try await Self.state(after.id, service) == "cancelled_referent DURAND Paul too_late" ? true : nil
      }
      #expect(try await Self.state(before.id, service) == "planned DURAND Paul -")
      #expect(try await service.titles(of: scene.lead) == ["1 rendez-vous annulé par une sortie"])
      // The hour is free again for whoever is in the same agenda.
      let colleague = ID<Dossier>.new()
      try await scene.add(colleague, of: scene.lead, named: "Autre", in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let other = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": colleague], scene.interview(days: 8, hour: 15))
      // Put off beyond it, then taken back: what was cancelled comes back as it was.
      try service.publish(Self.exit(scene, until: Self.day.adding(days: 9)))
      _ = try await service.eventually("planned again") {
        try await Self.state(after.id, service) == "planned DURAND Paul queued" ? true : nil
      }
      try service.publish(Self.exit(scene))
      _ = try await service.eventually("cancelled again") {
        try await Self.state(after.id, service).hasPrefix("cancelled") ? true : nil
      }
      try service.publish(Self.exit(scene, until: nil))
      _ = try await service.eventually("taken back") {
        try await Self.state(after.id, service).hasPrefix("planned") ? true : nil
      }
      #expect(try await Self.state(other.id, service).hasPrefix("planned"))
    }
  }

  @Test("the exit may keep them or hand them over; where the colleague is busy the hour stays, marked")
  func handedOver() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (_, after) = try await Self.booked(scene, service)
      let lead = try await service.client(as: scene.leadCaller)
      let late = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 9))
      let theirs = ID<Dossier>.new()
      try await scene.add(theirs, of: scene.colleague, named: "Autre", in: service.database)
      let colleague = try await service.client(as: scene.colleagueCaller)
      _ = try await colleague.call(SchedulingAPI.bookAppointment, ["dossier": theirs], scene.interview(days: 9))
      try service.publish(Self.exit(scene, ComingAppointments(.handOver, to: scene.colleague)))
      _ = try await service.eventually("handed over") {
        try await Self.state(after.id, service) == "planned LEROY Anne queued" ? true : nil
      }
      #expect(try await Self.state(late.id, service).hasPrefix("planned DURAND Paul"))
      #expect(try await service.titles(of: scene.colleague) == ["1 rendez-vous vous est confié"])
      #expect(
        try await service.titles(of: scene.lead) == ["1 rendez-vous à replacer : votre collègue est déjà pris"])
      try service.publish(Self.exit(scene, until: Self.day, ComingAppointments(.keep)))
      try service.publish(NoteAdded(dossier: scene.dossier, audience: .assigned, assignee: scene.stranger))
      _ = try await service.eventually("all was heard") {
        try await service.titles(of: scene.stranger).isEmpty ? nil : true
      }
      #expect(try await Self.state(late.id, service).hasPrefix("planned DURAND Paul"))
    }
  }

  @Test("what an exit keeps stands in the agenda under the person's name, which nobody else is shown")
  func kept() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (_, after) = try await Self.booked(scene, service)
      try service.publish(Self.exit(scene, ComingAppointments(.keep)))
      _ = try await service.eventually("kept") {
        try await service.database.owner { transaction in
          try await transaction.first(
            "select kept_for from scheduling.appointment where id = \(after.id) and kept_for is not null",
            as: String.self)
        }
      }
      // The exit holds: the référent no longer reaches the dossier.
      try await service.database.owner { transaction in
        _ = try await transaction.execute("update dossiers.referent set until_date = '2026-03-12'")
        _ = try await transaction.execute("update dossiers.dossier set lead = null, state = 'left'")
      }
      service.clock.travel(days: 2)
      let week = AgendaQuery(agent: scene.lead, from: Self.day, until: Self.day.adding(days: 14))
      let own = try await service.client(as: scene.leadCaller).call(SchedulingAPI.showAgenda, [:], week)
      let item = try #require(own.items.first { $0.appointment == after.id })
      #expect(item.dossier == nil && item.dossierName == "MARTIN Léa" && item.kindLabel != nil)
      let other = try await service.client(as: scene.colleagueCaller).call(SchedulingAPI.showAgenda, [:], week)
      #expect(other.items.first { $0.appointment == after.id }?.dossierName == nil)
    }
  }

  @Test("a stand-in's appointments with the person are settled by the exit as well")
  func standIn() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await scene.grant(.referent, to: scene.colleague, in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let theirs = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 9, agent: scene.colleague))
      try service.publish(Self.exit(scene))
      _ = try await service.eventually("cancelled") {
        try await Self.state(theirs.id, service).hasPrefix("cancelled_referent LEROY Anne") ? true : nil
      }
      #expect(try await service.titles(of: scene.colleague).contains("1 rendez-vous annulé par une sortie"))
    }
  }

  @Test("an exit that does not say goes by what the county has decided")
  func county() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let (_, after) = try await Self.booked(scene, service)
      let administrator = try await service.client(as: .someone(.administrateur))
      _ = try await administrator.call(
        ServiceName.scheduling.delays.change, ["delay": CountyDelay.exitAppointments.rawValue], DelayDraft(value: 1),
        version: 0)
      try service.publish(Self.exit(scene))
      try service.publish(NoteAdded(dossier: scene.dossier, audience: .assigned, assignee: scene.stranger))
      _ = try await service.eventually("all was heard") {
        try await service.titles(of: scene.stranger).isEmpty ? nil : true
      }
      #expect(try await Self.state(after.id, service) == "planned DURAND Paul queued")
      try service.publish(Self.exit(scene, ComingAppointments(.cancel)))
      _ = try await service.eventually("cancelled") {
        try await Self.state(after.id, service).hasPrefix("cancelled") ? true : nil
      }
    }
  }

  @Test("a step référent whose access ends leaves the appointments after it to the référent de parcours")
  func stepReferent() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let path = ["dossier": scene.dossier]
      let kept = try await lead.call(
        SchedulingAPI.bookAppointment, path, scene.interview(days: 3, agent: scene.colleague))
      let given = try await lead.call(
        SchedulingAPI.bookAppointment, path, scene.interview(days: 8, agent: scene.colleague))
      try service.publish(
        StepReferentChanged(
          dossier: scene.dossier, account: scene.colleague, from: Self.day, until: Self.day.adding(days: 4),
          ended: false))
      _ = try await service.eventually("handed over") {
        try await Self.state(given.id, service) == "planned DURAND Paul -" ? true : nil
      }
      #expect(try await Self.state(kept.id, service) == "planned LEROY Anne -")
      #expect(
        try await service.titles(of: scene.lead).contains("Vous reprenez 1 rendez-vous du référent d’étape"))
    }
  }
}
