import API
import Domain
import Foundation
import Postgres
import Service

/// The hours of the day in which reminders leave, as the county says (rule M12). A code that the person waits for leaves at
/// any hour.
struct SendingHours: Sendable, Equatable, Decodable {
  /// 0 to 23.
  var opens: Int
  /// Not included.
  var closes: Int

  static func current(in transaction: Transaction) async throws -> SendingHours {
    try await transaction.first(
      "select \(CountyDelay.smsFrom.sql) as opens, \(CountyDelay.smsUntil.sql) as closes", as: SendingHours.self)
      ?? SendingHours(opens: CountyDelay.smsFrom.standard, closes: CountyDelay.smsUntil.standard)
  }

  func allow(_ moment: Date) -> Bool {
    let day = CalendarDate(moment)
    return day.moment(hour: opens) <= moment && moment < day.moment(hour: closes)
  }

  /// When a message that is due at `due` leaves: then, else as soon as messages leave again, else before they ceased to.
  /// - Returns: nil where there is no such moment between the booking and an hour before the appointment.
  func moment(for due: Date, bookedAt: Date, startsAt: Date) -> Date? {
    if allow(due) { return due }
    let day = CalendarDate(due)
    let morning = due < day.moment(hour: opens) ? day : day.adding(days: 1)
    let next = morning.moment(hour: opens)
    if next.addingTimeInterval(3600) <= startsAt { return next }
    let evening = morning.adding(days: -1).moment(hour: closes).addingTimeInterval(-60)
    return evening > bookedAt ? evening : nil
  }
}
