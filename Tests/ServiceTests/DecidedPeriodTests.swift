import API
import Domain
import Foundation
import Testing

@testable import Service

@Suite("When a decided value holds") struct DecidedPeriodTests {
  private static func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? CalendarDate(dayNumber: 0) }

  private static func decided(_ values: [(Int, String)]) -> [DecidedValue] {
    values.enumerated().map { index, pair in
      DecidedValue(
        position: index + 1, value: pair.0, validFrom: day(pair.1),
        decidedAt: Date(timeIntervalSince1970: Double(index)), accountName: "MERCIER Louise")
    }
  }

  @Test("one value follows another, each until the eve of the next")
  func following() {
    let periods = Self.decided([(30, "2026-03-01"), (45, "2026-04-01")]).periods
    #expect(periods.map(\.value) == [45, 30])
    #expect(periods.map(\.until) == [nil, Self.day("2026-03-31")])
    #expect(periods.value(on: Self.day("2026-02-28")) == nil)
    #expect(periods.value(on: Self.day("2026-03-31")) == 30)
    #expect(periods.value(on: Self.day("2026-04-01")) == 45)
  }

  @Test("a decision replaces what was planned from its day on, and that never held")
  func replacing() {
    let periods = Self.decided([(30, "2026-03-01"), (45, "2026-06-01"), (20, "2026-05-01")]).periods
    #expect(periods.map(\.value) == [20, 45, 30])
    #expect(periods.map(\.holds) == [true, false, true])
    #expect(periods.map(\.until) == [nil, nil, Self.day("2026-04-30")])
    #expect(periods.value(on: Self.day("2026-07-01")) == 20)
  }

  @Test("of two decisions for one day the second holds; an older one before both still ends on its eve")
  func twice() {
    let periods = Self.decided([(10, "2026-01-01"), (30, "2026-03-01"), (31, "2026-03-01")]).periods
    #expect(periods.map(\.holds) == [true, false, true])
    #expect(periods.value(on: Self.day("2026-03-01")) == 31)
    #expect(periods.value(on: Self.day("2026-02-28")) == 10)
  }

  @Test("what a delay is by itself lies within its bounds, and every delay has words of its own")
  func declared() {
    for delay in CountyDelay.allCases {
      #expect(delay.range.contains(delay.standard), "\(delay)")
      #expect(!delay.label.isEmpty && delay.effect.hasSuffix(".") && !delay.source.isEmpty, "\(delay)")
      if case .choice(let words) = delay.unit { #expect(delay.range == 0...(words.count - 1), "\(delay)") }
    }
    #expect(Set(CountyDelay.allCases.map(\.label)).count == CountyDelay.allCases.count)
    #expect(CountyDelay.handover.text(1) == "1 jour" && CountyDelay.reminder.text(48) == "48 heures")
  }
}
