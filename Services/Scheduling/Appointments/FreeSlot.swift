import Domain
import Foundation

/// The hours of a weekday (1 for Monday) between which appointments are offered, in minutes since midnight in France.
struct Opening: Hashable, Sendable, Codable {
  var weekday: Int
  var opens: Int
  var closes: Int
}

/// Looks for the next hour at which everybody is free.
enum FreeSlot {
  /// Slots begin on the quarter of an hour.
  private static let step = 15

  /// The first slot of `minutes` at or after `moment` within the openings and outside what is taken; nil when there is
  /// none within `days`.
  static func next(
    minutes: Int, from moment: Date, within days: Int, openings: [Opening], taken: [Hours]
  ) -> Date? {
    let first = CalendarDate(moment)
    for offset in 0...days {
      let day = first.adding(days: offset)
      for opening in openings.filter({ $0.weekday == day.weekday }).sorted(by: { $0.opens < $1.opens }) {
        for start in stride(from: opening.opens, through: opening.closes - minutes, by: step) {
          let startsAt = day.moment(hour: start / 60, minute: start % 60)
          let wanted = Hours(startsAt: startsAt, endsAt: startsAt.addingTimeInterval(Double(minutes) * 60))
          if startsAt >= moment, !taken.contains(where: wanted.overlaps) { return startsAt }
        }
      }
    }
    return nil
  }

  /// Until when somebody is busy who is asked for `wanted`: the end of what follows on without a gap.
  static func busyUntil(_ wanted: Hours, taken: [Hours]) -> Date? {
    var end: Date?
    for hours in taken.sorted(by: { $0.startsAt < $1.startsAt }) {
      if hours.overlaps(wanted) || end.map({ hours.startsAt <= $0 && hours.endsAt > $0 }) == true {
        end = max(end ?? hours.endsAt, hours.endsAt)
      }
    }
    return end
  }
}
