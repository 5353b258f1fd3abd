import Domain
import Foundation
import Testing

@Suite("A value's written form")
struct WrittenFormTests {
  @Test("of every day from 1850 to 2200 is read back as that day, and is what a format string would write")
  func days() throws {
    let first = try #require(CalendarDate(year: 1850, month: 1, day: 1)).dayNumber
    let last = try #require(CalendarDate(year: 2200, month: 12, day: 31)).dayNumber
    for number in stride(from: first, through: last, by: 17) {
      let day = CalendarDate(dayNumber: number)
      #expect(day.description == String(format: "%04d-%02d-%02d", day.year, day.month, day.day))
      #expect(CalendarDate(day.description) == day)
    }
    #expect(CalendarDate(year: 7, month: 3, day: 9)?.description == "0007-03-09")
  }

  @Test("of a day outside four digits is still one, which cannot be read")
  func farDays() throws {
    let far = try #require(CalendarDate(year: 9999, month: 12, day: 31)).adding(days: 1)
    #expect(far.description == "10000-01-01")
    #expect(CalendarDate(far.description) == nil)
  }

  @Test(
    "of a day is ten bytes and nothing else",
    arguments: [
      "", "2026-3-12", "2026-03-12 ", " 2026-03-12", "2026-03-1a", "2026/03/12", "20260312", "2026-02-29", "2026-00-10",
      "2026-13-01", "2026-01-00", "0000-01-01", "２026-01-01", "-026-01-01", "2026-03-12\0",
    ])
  func noDay(text: String) { #expect(CalendarDate(text) == nil) }

  @Test(
    "of a moment is the same in UTC, whatever form it came in",
    arguments: [
      ("2026-03-12T08:15:00Z", "2026-03-12T08:15:00.000Z"),
      ("2026-03-12 08:15:00.123456+00", "2026-03-12T08:15:00.123Z"),
      ("2026-03-12T10:15:00.5+02:00", "2026-03-12T08:15:00.500Z"),
      ("2026-03-12T02:15:00-0600", "2026-03-12T08:15:00.000Z"),
      ("2026-02-28T23:59:59.9996Z", "2026-03-01T00:00:00.000Z"),
      ("1969-12-31T23:59:59.25Z", "1969-12-31T23:59:59.250Z"),
      ("1899-01-01T00:00:00.001Z", "1899-01-01T00:00:00.001Z"),
      ("2026-03-12T08:15:00.123456789987Z", "2026-03-12T08:15:00.123Z"),
    ])
  func moments(text: String, written: String) throws {
    let moment = try #require(Moment.parse(text))
    #expect(Moment.text(moment) == written)
    #expect(Moment.parse(written).map(Moment.text) == written)
  }

  @Test(
    "of a moment is nothing else",
    arguments: [
      "", "2026-03-12", "2026-03-12T08:15:00", "2026-03-12T08:15Z", "2026-03-12T24:00:00Z", "2026-03-12T08:60:00Z",
      "2026-03-12T08:15:00.5", "2026-03-12T08:15:00 02:00", "2026-03-12T08:15:00+2", "2026-03-12T08:15:00+02:",
      "2026-03-12T08:15:00+02:0", "2026-03-12T08:15:00Zz", "2026-02-30T08:15:00Z",
    ])
  func noMoment(text: String) { #expect(Moment.parse(text) == nil) }

  @Test("of an identifier has small letters, as JSON, SQL and addresses have them")
  func identifiers() {
    for _ in 0..<50 {
      let id = ID<Account>.new()
      #expect(id.description == id.value.uuidString.lowercased())
      #expect(ID<Account>(id.value.uuidString) == id)
    }
    #expect(UUID.zero.text == "00000000-0000-0000-0000-000000000000")
  }

  @Test("of bytes is two digits of base 16 each")
  func hexadecimal() {
    #expect([0, 9, 10, 0xA0, 0xFF].hexadecimal == "00090aa0ff")
    #expect([UInt8]().hexadecimal == "")
  }

  @Test("of a day and an hour for people is French")
  func french() throws {
    #expect(French.short(try #require(CalendarDate("2026-03-09"))) == "09/03/2026")
    #expect(French.time(try #require(Moment.parse("2026-03-12T08:05:00Z"))) == "9 h 05")
  }
}
