import API
import Domain
import Foundation
import Testing

@testable import Scheduling

@Suite("Text messages") struct ShortMessageTests {
  @Test("160 GSM-7 characters are one SMS, then 153 each; 70 and 67 with a single character outside")
  func lengths() {
    #expect(ShortMessage.segments(of: String(repeating: "a", count: 160)) == 1)
    #expect(ShortMessage.segments(of: String(repeating: "a", count: 161)) == 2)
    #expect(ShortMessage.segments(of: String(repeating: "a", count: 306)) == 2)
    #expect(ShortMessage.segments(of: String(repeating: "a", count: 307)) == 3)
    #expect(ShortMessage.segments(of: String(repeating: "ç", count: 70)) == 1)
    #expect(ShortMessage.segments(of: String(repeating: "ç", count: 71)) == 2)
    #expect(ShortMessage.segments(of: String(repeating: "ç", count: 135)) == 3)
  }

  @Test("characters of the extension table count twice", arguments: Array("^{}[]~\\|€"))
  func extended(character: Character) {
    #expect(ShortMessage.encoding(of: String(character)) == .gsm7)
    #expect(ShortMessage.segments(of: String(repeating: character, count: 80)) == 1)
    #expect(ShortMessage.segments(of: String(repeating: character, count: 81)) == 2)
  }

  @Test("é è à ù ì ò É Ç ä ö ü ñ are GSM-7; ç ê ë â î ï ô û œ À È Ê ’ « » ° … are not, and are spelled otherwise")
  func alphabet() {
    let kept = "éèàùìòÉÇäöüñ"
    #expect(ShortMessage.encoding(of: kept) == .gsm7)
    #expect(ShortMessage.transliterated(kept) == kept)
    for character in "çêëâîïôûœÀÈÊ’«»°…" {
      #expect(ShortMessage.encoding(of: String(character)) == .ucs2)
      #expect(ShortMessage.encoding(of: ShortMessage.transliterated(String(character))) == .gsm7)
    }
    #expect(ShortMessage.transliterated("L’œuvre de Françoise Noël… à côté") == "L'oeuvre de Francoise Noel... à coté")
    #expect(ShortMessage.transliterated("e\u{301}") == "é", "written with a combining accent")
    #expect(ShortMessage.transliterated("猫") == "?")
  }

  @Test("the guide's text of 177 characters with a ç is 3 SMS, and 2 once transliterated")
  func measured() {
    let text =
      "Rappel: vous avez RDV pour votre dossier RSA le 12/03/26 à 14:30 avec M/Mme DUPONT-LAVIGNE Marie-Françoise."
      + " Le RDV aura lieu à : Maison départementale des solidarités, Privas."
    let padded = text + String(repeating: ".", count: 177 - text.count)
    #expect(padded.count == 177)
    #expect(ShortMessage.segments(of: padded) == 3)
    #expect(ShortMessage.segments(of: ShortMessage.transliterated(padded)) == 2)
  }

  @Test("the reminder says date, hour, agent and place, and leaves the place out where there is none")
  func wording() {
    let wording = ReminderWording(hoursBefore: 48, wording: CountyText.reminder.shipped)
    // Half past two in summer, two hours ahead of UTC.
    let moment = Moment.parse("2026-07-03T12:30:00Z") ?? Date()
    #expect(
      wording.text(startsAt: moment, agentName: "NOËL Françoise", place: "CMS de Privas")
        == "Rappel: vous avez RDV pour votre dossier RSA le 03/07/26 à 14:30 avec M/Mme NOEL Francoise."
        + " Le RDV aura lieu à : CMS de Privas.")
    #expect(wording.text(startsAt: moment, agentName: "A", place: nil).hasSuffix("avec M/Mme A."))
  }

  @Test("a reminder is due only where the appointment is further away than its delay")
  func due() {
    let wording = ReminderWording(hoursBefore: 48, wording: CountyText.reminder.shipped)
    let booked = Date(timeIntervalSince1970: 1_000_000)
    #expect(wording.dueAt(startsAt: booked.addingTimeInterval(48 * 3600), bookedAt: booked) == nil)
    #expect(
      wording.dueAt(startsAt: booked.addingTimeInterval(48 * 3600 + 1), bookedAt: booked)
        == booked.addingTimeInterval(1))
  }
}

@Suite("Free slots") struct FreeSlotTests {
  private let openings = [Opening(weekday: 4, opens: 510, closes: 720), Opening(weekday: 4, opens: 810, closes: 1050)]
  private let thursday = CalendarDate("2026-03-12")

  private func hours(_ from: Int, _ until: Int) throws -> Hours {
    let day = try #require(thursday)
    return Hours(
      startsAt: day.moment(hour: from / 60, minute: from % 60),
      endsAt: day.moment(hour: until / 60, minute: until % 60))
  }

  @Test("the next slot lies within the openings and outside what is taken")
  func next() throws {
    let day = try #require(thursday)
    let taken = try [hours(600, 660), hours(690, 720), hours(810, 870)]
    #expect(
      FreeSlot.next(minutes: 30, from: day.moment(hour: 10), within: 14, openings: openings, taken: taken)
        == day.moment(hour: 11))
    #expect(
      FreeSlot.next(minutes: 60, from: day.moment(hour: 10), within: 14, openings: openings, taken: taken)
        == day.moment(hour: 14, minute: 30))
    #expect(
      FreeSlot.next(minutes: 60, from: day.moment(hour: 17), within: 14, openings: openings, taken: taken)
        == day.adding(days: 7).moment(hour: 8, minute: 30))
    #expect(FreeSlot.next(minutes: 60, from: day.moment(hour: 17), within: 14, openings: [], taken: []) == nil)
  }

  @Test("somebody is busy until what follows on without a gap has ended")
  func busy() throws {
    let day = try #require(thursday)
    let taken = try [hours(600, 660), hours(660, 690), hours(720, 780)]
    #expect(FreeSlot.busyUntil(try hours(615, 630), taken: taken) == day.moment(hour: 11, minute: 30))
    #expect(FreeSlot.busyUntil(try hours(690, 720), taken: taken) == nil)
  }
}
