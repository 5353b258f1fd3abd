import Domain
import Foundation

/// A table to export: its name, its columns, and rows given beside it so that they can stream.
public struct Sheet: Sendable {
  public struct Column: Sendable {
    public let title: String
    public let kind: Kind
    /// In characters of the default font.
    public let width: Double

    /// Without a width, the kind's usual one, or the title's if that is wider.
    public init(_ title: String, _ kind: Kind = .text, width: Double? = nil) {
      self.title = title
      self.kind = kind
      self.width = width ?? max(kind.width, Double(title.count) + 4)
    }
  }

  /// What a column holds, which sets how it is shown.
  public enum Kind: Sendable {
    case text, integer, date, dateTime

    var width: Double {
      switch self {
      case .text: 24
      case .integer: 10
      case .date: 12
      case .dateTime: 17
      }
    }
  }

  /// One value of a row.
  public enum Cell: Equatable, Sendable {
    /// Never read as a formula, whatever it begins with.
    case text(String)
    case integer(Int)
    case date(CalendarDate)
    /// Shown in the county's hours, to the minute.
    case dateTime(Date)
    case empty
  }

  public let name: String
  public let columns: [Column]

  public init(name: String, columns: [Column]) {
    self.name = name
    self.columns = columns
  }
}

extension Sheet.Cell {
  /// A cell for a value that may be missing.
  public static func text(_ value: String?) -> Self { value.map { .text($0) } ?? .empty }
  public static func integer(_ value: Int?) -> Self { value.map { .integer($0) } ?? .empty }
  public static func date(_ value: CalendarDate?) -> Self { value.map { .date($0) } ?? .empty }
  public static func dateTime(_ value: Date?) -> Self { value.map { .dateTime($0) } ?? .empty }
}
