import Foundation

/// What time it is: passed to whatever has to know, so that a test can stand on any day.
public struct Now: Sendable {
  private let read: @Sendable () -> Date

  public init(_ read: @escaping @Sendable () -> Date) { self.read = read }

  public func callAsFunction() -> Date { read() }
  public var today: CalendarDate { CalendarDate(read()) }

  public static let system = Now { Date() }

  /// The system's clock moved by the number of seconds that a file holds; for tests of whole processes alone.
  public static func shifted(byFile path: String) -> Now {
    Now {
      let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
      return Date().addingTimeInterval(Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0)
    }
  }
}
