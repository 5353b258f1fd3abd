import API
import Domain
import Foundation

extension Doubt {
  /// What is odd about the hour of an appointment; nil where nothing is.
  init?(hourOf draft: AppointmentDraft, at moment: Date) {
    let (day, today) = (CalendarDate(draft.startsAt), CalendarDate(moment))
    var reasons: [String] = []
    if day < today {
      reasons.append("Le \(French.full(day)) est passé.")
    } else if draft.startsAt < moment {
      reasons.append("Il est déjà plus de \(French.time(draft.startsAt)).")
    }
    if day > today.adding(months: 12) { reasons.append("Le \(French.full(day)) est dans plus d’un an.") }
    if let holiday = day.publicHoliday {
      reasons.append("Le \(French.long(day)) est un jour férié : \(holiday).")
    } else if day.weekday == 7 {
      reasons.append("Le \(French.long(day)) est un dimanche.")
    }
    let hour = Calendar.france.component(.hour, from: draft.startsAt)
    if !(7..<20).contains(hour) { reasons.append("\(French.time(draft.startsAt)) est une heure de nuit.") }
    if draft.startsAt.isDoubled {
      reasons.append(
        "Cette nuit-là, \(French.time(draft.startsAt)) arrive deux fois : le rendez-vous est pris à la première, "
          + "à l’heure d’été.")
    }
    guard !reasons.isEmpty else { return nil }
    self.init(
      question: "\(reasons.joined(separator: " ")) Cochez la case si c’est bien ce que vous voulez.",
      label: "Oui, le \(French.full(day)) à \(French.time(draft.startsAt))", subject: Moment.text(draft.startsAt))
  }
}

extension Date {
  /// Whether the clock in France shows this hour a second time, an hour later.
  var isDoubled: Bool {
    let zone = Calendar.france.timeZone
    return zone.secondsFromGMT(for: self) - zone.secondsFromGMT(for: addingTimeInterval(3600)) == 3600
  }

  /// Whether the clock has shown this hour already, an hour earlier.
  var isDouble: Bool { addingTimeInterval(-3600).isDoubled }
}

extension CalendarDate {
  /// The public holiday of France that the day is (Code du travail, L3133-1); nil on any other.
  var publicHoliday: String? {
    switch (day, month) {
    case (1, 1): return "jour de l’An"
    case (1, 5): return "fête du Travail"
    case (8, 5): return "victoire de 1945"
    case (14, 7): return "fête nationale"
    case (15, 8): return "Assomption"
    case (1, 11): return "Toussaint"
    case (11, 11): return "armistice de 1918"
    case (25, 12): return "Noël"
    default: break
    }
    switch Self.easter(of: year).days(to: self) {
    case 1: return "lundi de Pâques"
    case 39: return "Ascension"
    case 50: return "lundi de Pentecôte"
    default: return nil
    }
  }

  /// Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher).
  private static func easter(of year: Int) -> CalendarDate {
    let (a, b, c) = (year % 19, year / 100, year % 100)
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let n = h + l - 7 * m + 114
    return CalendarDate(year: year, month: n / 31, day: n % 31 + 1) ?? CalendarDate(dayNumber: 0)
  }
}
