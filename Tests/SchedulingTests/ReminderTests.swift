import API
import Domain
import Foundation
import Logging
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

@testable import Scheduling

@Suite("Reminders", .database) struct ReminderTests {
  /// A process that sends by itself hardly ever, so that a test says when.
  static let still = ["JALONS_SENDING": "off"]
  private static let text =
    "Rappel: vous avez RDV pour votre dossier RSA le 19/03/26 à 10:00 avec M/Mme DURAND Paul."

  static func worker(_ service: ServiceUnderTest, _ provider: SMSProvider? = nil) -> ReminderWorker {
    let parts = service.parts
    return ReminderWorker(
      store: ReminderStore(postgres: parts.postgres),
      provider: provider ?? .outbox(parts.postgres, now: parts.now), sender: "CD ARDECHE", now: parts.now,
      logger: Logger(label: "test"))
  }

  @Test(
    "what will not leave as the dossier stands says so before it is due",
    arguments: [
      (nil, false, "Le dossier n’a pas de numéro"), ("0475660102", false, "téléphone fixe"),
      ("0612345678", true, "refuse les SMS"), ("0612345678", false, nil),
    ] as [(String?, Bool, String?)])
  func unsent(phone: String?, refused: Bool, words: String?) async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database, phone: phone)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "update dossiers.dossier set sms_refused = \(refused) where id = \(scene.dossier)")
      }
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      #expect(booked.reminderStatus == .queued)
      #expect(words.map { booked.reminderFault?.contains($0) == true } ?? (booked.reminderFault == nil))
    }
  }

  @Test("a reminder leaves exactly 48 hours before, once, however many copies run")
  func once() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      #expect(booked.reminderStatus == .queued)
      #expect(booked.reminderDueAt == booked.startsAt.addingTimeInterval(-48 * 3600))
      let worker = Self.worker(service)
      service.clock.travel(to: booked.startsAt.addingTimeInterval(-48 * 3600 - 1))
      #expect(try await worker.sendDue() == 0)
      service.clock.travel(seconds: 1)
      let taken = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try await Self.worker(service).sendDue() } }
        return try await group.reduce(0, +)
      }
      #expect(taken == 1)
      #expect(try await worker.sendDue() == 0)
      #expect(try await service.texts() == [Self.text])
      let shown = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(shown.reminderStatus == .sent)

      let page = try await service.client(as: .someone(.administrateur)).call(
        SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery())
      #expect(page.items.map(\.recipient) == ["+33612345678"])
      #expect(page.items.map(\.segments) == [1])
      let counted = try await service.client(as: .someone(.exploitant)).call(
        SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery())
      #expect(counted.items.map(\.status) == [.sent] && counted.items == page.items.map(\.withoutContent))
      #expect(counted.items.allSatisfy { $0.recipient == nil && $0.text == nil && $0.dossier == nil })
      let refused = await #expect(throws: Problem.self) {
        try await lead.call(SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery())
      }
      #expect(refused?.status == 403)
      #expect(
        try await service.database.owner {
          try await $0.query(
            "select data->>'status' from scheduling.outbox where type = 'scheduling.reminder-sent.v1'", as: String.self)
        } == ["sent"])
    }
  }

  @Test("nothing is queued for an appointment booked within 48 hours, or without the box ticked")
  func tooNear() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let near = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 2, hour: 9, reminder: true))
      let unasked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 8))
      #expect(near.reminder && near.reminderStatus == nil && unasked.reminderStatus == nil)
      service.clock.travel(days: 7)
      #expect(try await Self.worker(service).sendDue() == 0)
    }
  }

  @Test("a reminder follows an appointment that is moved, and is not sent for one that is cancelled or over")
  func follows() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      let moved = try await lead.call(
        SchedulingAPI.changeAppointment, ["appointment": booked.id], scene.interview(days: 11, reminder: true),
        version: 1)
      #expect(moved.reminderDueAt == moved.startsAt.addingTimeInterval(-48 * 3600))
      let worker = Self.worker(service)
      service.clock.travel(days: 7)
      #expect(try await worker.sendDue() == 0)
      // Moved back and forth before its time, it is still one reminder.
      let back = try await lead.call(
        SchedulingAPI.changeAppointment, ["appointment": booked.id], scene.interview(days: 12, reminder: true),
        version: 2)
      _ = try await lead.call(
        SchedulingAPI.changeAppointment, ["appointment": booked.id], scene.interview(days: 11, reminder: true),
        version: back.version)
      service.clock.travel(to: moved.startsAt.addingTimeInterval(-3600))
      #expect(try await worker.sendDue() == 1)
      #expect(try await service.texts().map { $0.contains("le 23/03/26 à 10:00") } == [true])

      let cancelled = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 20, reminder: true))
      let after = try await lead.call(
        SchedulingAPI.recordOutcome, ["appointment": cancelled.id], OutcomeDraft(outcome: .cancelledReferent),
        version: 1)
      #expect(after.reminderStatus == .tooLate)
      let missed = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: 21, reminder: true))
      service.clock.travel(to: missed.startsAt)
      #expect(try await worker.sendDue() == 1)
      let shown = try await lead.call(SchedulingAPI.showAppointment, ["appointment": missed.id])
      #expect(shown.reminderStatus == .tooLate)
      #expect(try await service.texts().count == 1)
    }
  }

  @Test(
    "a number that no SMS reaches is not tried, and the agent is told",
    arguments: [
      (nil, ReminderFault.noNumber), ("0475661234", .notMobile), ("+32470123456", .unreadable),
    ] as [(String?, ReminderFault)])
  func numbers(phone: String?, fault: ReminderFault) async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database, phone: phone)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      service.clock.travel(days: 6)
      try await Self.worker(service).sendDue()
      let shown = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(shown.reminderStatus == .failed)
      #expect(shown.reminderFault == fault.label)
      #expect(try await service.texts().isEmpty)
      #expect(try await service.titles(of: scene.lead) == ["Rappel SMS non envoyé : numéro à corriger"])
    }
  }

  @Test("who refuses SMS gets none")
  func refused() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await service.database.owner { _ = try await $0.execute("update dossiers.dossier set sms_refused = true") }
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      service.clock.travel(days: 6)
      #expect(try await Self.worker(service).sendDue() == 1)
      #expect(try await service.texts().isEmpty)
    }
  }

  @Test("a process that dies between the call and its record sends nothing twice", arguments: [true, false])
  func crash(knowsKeys: Bool) async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      service.clock.travel(days: 6)
      let outbox = SMSProvider.outbox(service.parts.postgres, now: service.parts.now)
      let calls = Mutex(0)
      let dying = SMSProvider(name: "essai", knowsKeys: knowsKeys) { message in
        calls.withLock { $0 += 1 }
        let answer = await outbox.send(message)
        return calls.withLock { $0 } == 1 ? .unknown("crash") : answer
      }
      let worker = Self.worker(service, dying)
      #expect(try await worker.sendDue() == 1)
      #expect(try await worker.sendDue() == 0, "the claim still runs")
      try await service.database.owner {
        _ = try await $0.execute("update scheduling.message set claimed_until = now() - interval '1 second'")
      }
      #expect(try await worker.sendDue() == 1)
      #expect(calls.withLock { $0 } == (knowsKeys ? 2 : 1))
      #expect(try await service.texts().count == 1)
      let shown = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(shown.reminderStatus == (knowsKeys ? .sent : .failed))
    }
  }

  @Test("what surely did not leave is tried again; what is rejected is not")
  func answers() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: Self.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      _ = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      service.clock.travel(days: 6)
      let worker = Self.worker(service, SMSProvider(name: "essai", knowsKeys: false) { _ in .notTaken("429") })
      #expect(try await worker.sendDue() == 1)
      #expect(try await worker.sendDue() == 0, "it waits")
      try await service.database.owner {
        _ = try await $0.execute("update scheduling.message set claimed_until = now() - interval '1 second'")
      }
      let rejecting = Self.worker(
        service, SMSProvider(name: "essai", knowsKeys: false) { _ in .rejected("invalid_parameter") })
      #expect(try await rejecting.sendDue() == 1)
      #expect(try await rejecting.sendDue() == 0)
      #expect(try await service.titles(of: scene.lead) == ["Rappel SMS non envoyé : numéro à corriger"])
    }
  }

  @Test("the running process sends by itself; the county's new text and delay hold from now on, with the old one kept")
  func rule() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start,
      environment: ["JALONS_REMINDER_PAUSE": "20", "JALONS_OUTBOX_OPEN": "1"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let administrator = try await service.client(as: .someone(.administrateur))
      let texts = ServiceName.scheduling.texts
      let reminder = ["text": CountyText.reminder.rawValue]
      let wording = TextWording(subject: nil, body: "RDV le {date} à {heure}[, {lieu}].")
      let preview = try await administrator.call(texts.preview, reminder, wording)
      #expect(preview.segments == 1 && preview.body.hasPrefix("RDV le 12/03/26 à 14:30, Maison"))
      // The words that Jalons comes with, for somebody with a long name and a far address.
      let shipped = try await administrator.call(texts.preview, reminder, CountyText.reminder.shipped)
      #expect(shipped.segments == 2)
      let changed = try await administrator.call(texts.change, reminder, TextDraft(wording: wording), version: 0)
      #expect(!changed.isShipped && changed.history.count == 1)
      let delays = ServiceName.scheduling.delays
      _ = try await administrator.call(
        delays.change, ["delay": CountyDelay.reminder.rawValue], DelayDraft(value: 24), version: 0)
      #expect(try await administrator.call(delays.all)[.reminder] == 24)
      let place = try await administrator.call(
        SchedulingAPI.addPlace, [:], PlaceDraft(name: "CMS de Privas", address: "rue de la Recluse"))
      let lead = try await service.client(as: scene.leadCaller)
      var draft = scene.interview(reminder: true)
      draft.place = place.id
      let booked = try await lead.call(SchedulingAPI.bookAppointment, ["dossier": scene.dossier], draft)
      service.clock.travel(to: booked.startsAt.addingTimeInterval(-24 * 3600))
      let left = try await service.eventually("the reminder leaves") {
        let left = try await service.texts()
        return left.isEmpty ? nil : left
      }
      #expect(left == ["RDV le 19/03/26 à 10:00, CMS de Privas, rue de la Recluse."])
      _ = try await service.eventually("the outbox page shows it to whoever is signed in") {
        try await lead.call(SchedulingAPI.listOutgoingMessages, [:], SchedulingPageQuery()).items.first
      }
    }
  }
}
