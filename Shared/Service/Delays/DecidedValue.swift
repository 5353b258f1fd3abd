import API
import Domain
import Foundation

/// One value as it was decided. Of those whose day has come the last one decided holds.
public struct DecidedValue: Decodable, Sendable, Equatable {
  var position: Int
  var value: Int
  var validFrom: CalendarDate
  var decidedAt: Date
  var accountName: String

  public init(position: Int, value: Int, validFrom: CalendarDate, decidedAt: Date, accountName: String) {
    self.position = position
    self.value = value
    self.validFrom = validFrom
    self.decidedAt = decidedAt
    self.accountName = accountName
  }

  /// The number of the last decision: the version of what it is about.
  public static func version(_ decided: [DecidedValue]) -> Int { decided.map(\.position).max() ?? 0 }
}

extension [DecidedValue] {
  /// When each holds, the newest decision first: one replaces whatever was decided before it, from its day on.
  public var periods: [DecidedPeriod] {
    var replaced: CalendarDate?
    return sorted { $0.position > $1.position }.map { decided in
      let until = replaced.map { $0.adding(days: -1) }
      let holds = until.map { decided.validFrom <= $0 } ?? true
      if holds { replaced = decided.validFrom }
      return DecidedPeriod(
        value: decided.value, from: decided.validFrom, until: holds ? until : nil, holds: holds,
        decidedAt: decided.decidedAt, accountName: decided.accountName)
    }
  }
}

extension [DecidedPeriod] {
  /// What holds on a day; nil before the first decision.
  public func value(on day: CalendarDate) -> Int? {
    first { $0.holds && $0.from <= day && $0.until.map { day <= $0 } ?? true }?.value
  }
}
