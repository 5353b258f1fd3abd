/// Days from one to another, both included; without an end it goes on.
public struct Period: Hashable, Sendable, Codable {
  public var from: CalendarDate
  public var until: CalendarDate?

  /// Nil when the end precedes the start.
  public init?(from: CalendarDate, until: CalendarDate? = nil) {
    if let until, until < from { return nil }
    self.from = from
    self.until = until
  }

  public func contains(_ day: CalendarDate) -> Bool { day >= from && (until.map { day <= $0 } ?? true) }

  public func overlaps(_ other: Period) -> Bool {
    (until.map { $0 >= other.from } ?? true) && (other.until.map { $0 >= from } ?? true)
  }
}
