import Domain
import Foundation
import Testing

@testable import API

@Suite("The words of events") struct EventWordTests {
  private static func read<E: Event>(_ type: E.Type, _ json: String) throws -> E {
    try JSONDecoder.jalons.decode(E.self, from: Data(json.utf8))
  }

  /// As the streams and outboxes have held them since before their words were types.
  @Test("what was announced before is read as it was meant")
  func old() throws {
    let (dossier, other) = ("0b9e2f7a-27a8-4f43-9b1b-6f6a3fd9a001", "0b9e2f7a-27a8-4f43-9b1b-6f6a3fd9a002")
    let moved = try Self.read(
      ContractMoved.self,
      """
      {"contract":"\(other)","dossier":"\(dossier)","from":"soumis","to":"non_valide","author":"\(other)","number":2}
      """)
    #expect(moved.from == .submitted && moved.to == .refused && moved.territory == nil)
    let consent = try Self.read(
      ConsentRecorded.self, #"{"contract":"\#(other)","dossier":"\#(dossier)","consent":"sms"}"#)
    #expect(consent.consent == .sms)
    let right = try Self.read(
      EntitlementChanged.self, #"{"dossier":"\#(dossier)","entitlement":"2","duties":true,"on":"2026-03-12"}"#)
    #expect(right.entitlement == .open)
    let contact = try Self.read(ContactChanged.self, #"{"dossier":"\#(dossier)","fields":["phone","email"]}"#)
    #expect(contact.fields == [.phone, .email])
    let note = try Self.read(NoteAdded.self, #"{"dossier":"\#(dossier)","audience":"private"}"#)
    #expect(note.audience == .private && note.assignee == nil)
    let form = try Self.read(
      FormChanged.self, #"{"participation":"\#(other)","dossier":"\#(dossier)","form":"exit","status":"due"}"#)
    #expect(form.form == .exit && form.status == .due)
    let reminder = try Self.read(
      ReminderSent.self,
      #"{"appointment":"\#(other)","dossier":"\#(dossier)","channel":"sms","status":"too_late"}"#)
    #expect(reminder.channel == .sms && reminder.status == .tooLate)
    let made = try Self.read(
      NotificationMade.self, #"{"account":"\#(other)","unread":1,"kind":"feed-missing","title":"Le flux manque"}"#)
    #expect(made.kind == .feedMissing)
    let mail = try Self.read(
      MailRequested.self, #"{"mail":"\#(other)","recipient":"\#(dossier)","kind":"password-reset","sealed":"YQ=="}"#)
    #expect(mail.kind == .passwordReset)
    let deleted = try Self.read(
      AppointmentChanged.self,
      """
      {"appointment":"\(other)","dossier":"\(dossier)","agent":"\(other)","change":"outcome",
        "startsAt":"2026-03-12T08:15:00.000Z","kind":"Entretien","outcome":"deleted"}
      """)
    #expect(deleted.change == .outcome && deleted.outcome == "deleted")
  }

  @Test("they travel by the same words as before")
  func same() throws {
    let form = FormChanged(participation: .new(), dossier: .new(), form: .entry, status: .completed)
    let text = String(decoding: try JSONEncoder.jalons.encode(form), as: UTF8.self)
    #expect(text.contains(#""form":"entry""#) && text.contains(#""status":"completed""#))
  }
}
