import Domain
import Foundation

/// A time of day in France.
struct FrenchTime: Equatable, Sendable {
  let hour: Int
  let minute: Int

  /// Reads a time as people write it: `14h30`, `14 h 30`, `14:30`, `14.30`, `9h`, `9`.
  ///
  /// - Returns: nil for what is not a time of day, 24 h included.
  static func read(_ text: String) -> FrenchTime? {
    let asked = text.lowercased().trimmingCharacters(in: .whitespaces)
    guard let match = asked.wholeMatch(of: /(\d{1,2})\s*(?:[h:.]\s*(\d{2})?)?/), let hour = Int(match.1), hour < 24
    else { return nil }
    let minute = match.2.flatMap { Int($0) } ?? 0
    return minute < 60 ? FrenchTime(hour: hour, minute: minute) : nil
  }

  /// What is said of a text that is no time.
  static func fault(_ text: String) -> String { "« \(text) » n’est pas une heure. Écrivez par exemple 14h30 ou 9." }

  /// `14 h 30`
  var text: String { "\(hour) h \(minute < 10 ? "0" : "")\(minute)" }

  /// Why there is no such time on that day: the clocks go forward over it.
  func refusal(on day: CalendarDate) -> String? {
    let found = Calendar.france.dateComponents([.hour, .minute], from: day.moment(hour: hour, minute: minute))
    guard found.hour != hour || found.minute != minute else { return nil }
    return "Le \(French.long(day)), il n’est jamais \(text) : on passe à l’heure d’été. Choisissez une autre heure."
  }
}

extension FormAnswers {
  /// A time of day as people write it.
  ///
  /// - Parameter missing: what to say when it is not given.
  func time(_ name: String, missing: String, _ faults: inout FormFaults) -> FrenchTime? {
    guard let text = self[name] else {
      faults.add(name, missing)
      return nil
    }
    guard let time = FrenchTime.read(text) else {
      faults.add(name, FrenchTime.fault(text))
      return nil
    }
    return time
  }
}
