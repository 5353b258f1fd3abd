import API
import Domain
import Foundation

/// A participation as it is stored, with the step it depends on.
struct ParticipationRecord: Decodable, Sendable {
  let id: ID<Participation>
  let dossier: ID<Dossier>
  let step: ID<Step>
  let operation: ID<FSEOperation>
  let operationName: String
  let from: CalendarDate
  let until: CalendarDate
  let entries: Int
  let entryCompletedAt: Date?
  let exitCompletedAt: Date?
  let version: Int
  let stepFrom: CalendarDate
  let stepUntil: CalendarDate?
  let startsOn: CalendarDate
  let endsOn: CalendarDate
  let entryDays: Int
  let exitDays: Int
  let questionnaire: Int
  let proposedUntil: CalendarDate?

  func shown(on today: CalendarDate) -> Participation {
    Participation(
      id: id, dossier: dossier, step: step, operation: operation, operationName: operationName, from: from,
      until: until, entries: entries, isEnded: stepUntil == until,
      proposedUntil: proposedUntil, entry: status(of: .entry, on: today),
      exit: status(of: .exit, on: today), version: version)
  }

  /// The dot of a form. The exit form opens once the real end was entered, and reached, in the step and in the
  /// participation alike (rule S6).
  func status(of form: FSEForm, on today: CalendarDate) -> FormStatus {
    switch form {
    case .entry:
      if let entryCompletedAt {
        return FormStatus(state: .green, lockedBecause: nil, dueOn: nil, completedAt: entryCompletedAt)
      }
      return FormStatus(state: .red, lockedBecause: nil, dueOn: from.adding(days: entryDays), completedAt: nil)
    case .exit:
      if let exitCompletedAt {
        return FormStatus(state: .green, lockedBecause: nil, dueOn: nil, completedAt: exitCompletedAt)
      }
      let due = until <= today ? until.adding(days: exitDays) : nil
      let reason = exitLock(on: today)
      return FormStatus(state: reason == nil ? .red : .locked, lockedBecause: reason, dueOn: due, completedAt: nil)
    }
  }

  private func exitLock(on today: CalendarDate) -> String? {
    guard let stepUntil else { return "Saisissez la date de fin réelle dans l’étape." }
    if stepUntil > today {
      return "L’étape se termine le \(French.long(stepUntil)). "
        + "Le questionnaire s’ouvre ce jour-là, ou dès que sa fin réelle est corrigée."
    }
    if until > today {
      return "La participation se termine le \(French.long(until)). Saisissez sa date de fin réelle."
    }
    if stepUntil != until {
      return "L’étape se termine le \(French.long(stepUntil)) et la participation le \(French.long(until)) : "
        + "saisissez la même date dans les deux."
    }
    return nil
  }

  /// What is wrong with dates for this participation.
  func faults(from: CalendarDate, until: CalendarDate) -> [Fault] {
    var faults: [Fault] = []
    let message = "L’opération va du \(French.short(startsOn)) au \(French.short(endsOn))."
    for (field, day) in [("from", from), ("until", until)] where day < startsOn || day > endsOn {
      faults.append(Fault(field, "hors-dates", message))
    }
    if faults.isEmpty, until < from { faults.append(Fault("until", "ordre", "La fin précède l’entrée.")) }
    return faults
  }
}
