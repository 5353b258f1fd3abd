/// How much of a date of birth is known: some people are registered with a year alone.
public enum BirthPrecision: String, Codable, Sendable, CaseIterable { case day, month, year }

extension French {
  /// « 14 juillet 1985 », « juillet 1985 » or « 1985 »: what is known of a birth.
  public static func birth(_ date: CalendarDate, _ precision: BirthPrecision?) -> String {
    switch precision {
    case nil, .day: long(date)
    case .month: "\(months[date.month - 1]) \(date.year)"
    case .year: String(date.year)
    }
  }

  /// « 14/07/1985 », « 07/1985 » or « 1985 ».
  public static func shortBirth(_ date: CalendarDate, _ precision: BirthPrecision?) -> String {
    switch precision {
    case nil, .day: short(date)
    case .month: String(short(date).dropFirst(3))
    case .year: String(date.year)
    }
  }

  /// « 41 ans », or « naissance en 1985 » where the day of the birthday is not known at all.
  public static func age(_ date: CalendarDate, _ precision: BirthPrecision?, on today: CalendarDate) -> String {
    precision == .year ? "naissance en \(date.year)" : "\(date.years(to: today)) ans"
  }
}
