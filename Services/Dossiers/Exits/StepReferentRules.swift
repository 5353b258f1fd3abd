import API
import Domain

/// What the days of a step référent must be before they are written (rule C7: from the day itself,
/// with an end).
enum StepReferentRules {
  /// Longer than this is another lead référent's nomination, not a replacement.
  static let longestMonths = 12

  /// - Parameter begun: the first day of an access that has begun, which stays what it was.
  static func faults(_ days: StepReferentDays, begun: CalendarDate? = nil, today: CalendarDate) -> [Fault] {
    var faults: [Fault] = []
    if let begun {
      if days.from != begun {
        faults.append(
          Fault("from", "commence", "L’accès a commencé le \(French.short(begun)) : ce jour ne se change plus."))
      }
    } else if days.from < today {
      faults.append(Fault("from", "passe", "Le premier jour est passé. L’accès commence aujourd’hui au plus tôt."))
    }
    if days.until < days.from {
      faults.append(
        Fault(
          "until", "ordre",
          "La fin (\(French.short(days.until))) précède le début (\(French.short(days.from))). Corrigez l’une des deux dates."
        ))
    } else if days.until < today {
      faults.append(
        Fault("until", "passe", "Le dernier jour est passé. Pour fermer l’accès tout de suite, retirez-le."))
    } else if days.until > days.from.adding(months: longestMonths) {
      faults.append(
        Fault("until", "trop-long", "Un référent d’étape l’est un an au plus. Choisissez une fin plus proche."))
    }
    return faults
  }
}
