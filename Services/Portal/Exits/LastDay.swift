import Domain
import Foundation

/// The last day in a caseload, as it is chosen: by convention the last of this month or of the next (rule C2).
enum LastDay: String {
  /// Of many: the day that was proposed to each.
  case proposed = "propose"
  case thisMonth = "ce-mois"
  case nextMonth = "mois-prochain"
  case other = "autre"

  func date(_ today: CalendarDate) -> CalendarDate? {
    switch self {
    case .thisMonth: today.endOfMonth()
    case .nextMonth: today.endOfMonth(adding: 1)
    case .proposed, .other: nil
    }
  }

  /// The question and the field for a day of one's own, as they were answered.
  ///
  /// - Parameters:
  ///   - proposal: how the proposed day is called; nil where there is none.
  ///   - day: the proposed day, which is not offered a second time; nil where each has their own.
  static func fields(
    proposal: String? = nil, on day: CalendarDate? = nil, typed: FormAnswers?, faults: FormFaults, today: CalendarDate
  ) -> [Field] {
    let chosen = LastDay(rawValue: typed?["choix"] ?? "") ?? (proposal == nil ? .thisMonth : .proposed)
    func choice(_ value: LastDay, _ text: String) -> Choice { Choice(value.rawValue, text, isChosen: chosen == value) }
    var choices = faults.common("choix")
    var other = faults.common("on")
    other.condition = "choix=\(LastDay.other.rawValue)"
    if chosen != .other {
      choices.error = choices.error ?? faults["on"]
      other.error = nil
    }
    let months = [LastDay.thisMonth, .nextMonth].compactMap { month in
      month.date(today).flatMap { $0 == day ? nil : choice(month, "Le \(French.long($0))") }
    }
    return [
      .radios(
        "choix", "Dernier jour dans la file active",
        (proposal.map { [choice(.proposed, $0)] } ?? []) + months + [choice(.other, "Un autre jour")], choices),
      .date("on", "Autre jour", value: typed?["on"], other),
    ]
      + confirmation(typed, faults, today: today)
  }

  /// The box that says that a day far away is meant, once it was asked about.
  private static func confirmation(_ typed: FormAnswers?, _ faults: FormFaults, today: CalendarDate) -> [Field] {
    var unread = FormFaults()
    guard let typed, let day = chosen(typed, today: today, &unread), faults[far(day)] != nil else { return [] }
    let common = faults.common(far(day), isRequired: false, saysOptional: false)
    return [.checkbox(far(day), "Oui, le \(French.long(day))", common)]
  }

  /// It bears the day, so that it says nothing of another.
  private static func far(_ day: CalendarDate) -> String { "confirme-\(day)" }

  /// Asks about a day after the end of the next month, which the guide never chooses.
  static func ask(about day: CalendarDate, _ form: FormAnswers, today: CalendarDate, _ faults: inout FormFaults) {
    guard day > today.endOfMonth(adding: 1), form[far(day)] == nil else { return }
    faults.add(
      far(day),
      "Le \(French.long(day)) est après la fin du mois prochain, où une sortie prend fin d’ordinaire. Cochez la case si "
        + "c’est bien ce que vous voulez.")
  }

  /// The answers that say a day that was saved.
  static func answers(_ day: CalendarDate, reason: String?, today: CalendarDate) -> FormAnswers {
    let choice = [LastDay.thisMonth, .nextMonth].first { $0.date(today) == day } ?? .other
    return FormAnswers([("choix", choice.rawValue), ("on", French.short(day)), ("reason", reason ?? "")])
  }

  /// The day that was chosen: nil where it is the proposed one, or where a fault was added.
  static func chosen(_ form: FormAnswers, today: CalendarDate, _ faults: inout FormFaults) -> CalendarDate? {
    let choice = LastDay(rawValue: form["choix"] ?? "") ?? .other
    if choice == .proposed { return nil }
    return choice.date(today) ?? form.date("on", today: today, missing: "Indiquez le dernier jour.", &faults)
  }
}
