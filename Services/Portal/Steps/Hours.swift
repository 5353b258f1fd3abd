import Domain
import Foundation

extension French {
  /// « 3 h 30 », « 3 h », « 45 min ».
  static func hours(_ minutes: Int) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60)
    if hours == 0, rest > 0 { return "\(rest) min" }
    return rest == 0 ? "\(hours) h" : "\(hours) h \(rest < 10 ? "0" : "")\(rest)"
  }
}

/// A length of time as people write it: « 3 », « 3h30 », « 3 h 30 », « 3,5 ».
struct FrenchHours: FormValue, Equatable {
  let minutes: Int

  init(minutes: Int) { self.minutes = minutes }

  static func read(_ text: String?, today: CalendarDate) -> FrenchHours? { text.flatMap { FrenchHours($0) } }
  var written: String { French.hours(minutes) }

  /// Nil for what is no length of time between 0 and 8 hours.
  init?(_ text: String) {
    let bare = text.lowercased().filter { !$0.isWhitespace }
    var minutes: Int?
    if bare.hasSuffix("min"), let count = Int(bare.dropLast(3)) {
      minutes = count
    } else if let mark = bare.firstIndex(of: "h"), let hours = Int(bare[..<mark]), (0...8).contains(hours) {
      let rest = bare[bare.index(after: mark)...]
      minutes = rest.isEmpty ? hours * 60 : Int(rest).flatMap { (0..<60).contains($0) ? hours * 60 + $0 : nil }
    } else if let hours = Double(bare.replacing(",", with: ".")), (0...8).contains(hours) {
      minutes = Int((hours * 60).rounded())
    }
    guard let minutes, (0...480).contains(minutes) else { return nil }
    self.minutes = minutes
  }

  static let fault = "Écrivez une durée de 8 heures au plus, par exemple 3 h 30 ; 0 pour une absence."
}
