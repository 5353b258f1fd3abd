import Domain
import Foundation

extension Question {
  /// A day with its time, in two fields: their names are given, the question's own is the endpoint's.
  ///
  /// - Parameter isComing: whether a day without a year is the next such day.
  static func moment(
    _ name: String, _ path: Path<Date>, _ label: String, day: (name: String, label: String),
    time: (name: String, label: String, help: String?), isComing: Bool, missing: (day: String, time: String)
  ) -> Self {
    var question = Question(
      name, label, isRequired: true, written: { MomentText($0[keyPath: path]).text },
      reading: { text, visit, draft in
        let typed = MomentText(text ?? "")
        let date = FrenchDate.read(typed.day, today: visit.today, leaning: isComing ? .coming : .thisYear)
        let hour = FrenchTime.read(typed.time)
        var faults: [FieldFault] = []
        if date == nil {
          faults.append(FieldFault(day.name, typed.day.isEmpty ? missing.day : FrenchDate.fault(typed.day)))
        }
        if hour == nil {
          faults.append(FieldFault(time.name, typed.time.isEmpty ? missing.time : FrenchTime.fault(typed.time)))
        }
        guard let date, let hour else { return faults }
        if let refusal = hour.refusal(on: date) { return [FieldFault(time.name, refusal)] }
        draft[keyPath: path] = date.moment(hour: hour.hour, minute: hour.minute)
        return []
      },
      drawing: { text, common in
        let typed = MomentText(text)
        var hour = common(time.name)
        hour.help = time.help
        return [
          .date(day.name, day.label, value: typed.day, common(day.name)),
          .time(time.name, time.label, value: typed.time, hour),
        ]
      })
    question.fields = [day.name, time.name]
    question.typed = { answers in
      answers.exact(name) ?? lines([answers.exact(day.name) ?? "", answers.exact(time.name) ?? ""])
    }
    return question.words { MomentText($0).words }
  }
}

/// A day and a time as they were typed, in one text.
struct MomentText: Sendable {
  let day: String
  let time: String

  init(_ moment: Date) {
    day = French.short(CalendarDate(moment))
    time = French.time(moment)
  }

  init(_ text: String) {
    let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    day = parts.first ?? ""
    time = parts.count > 1 ? parts[1] : ""
  }

  var text: String { "\(day)\n\(time)" }

  fileprivate var words: String { "\(day) à \(time)" }
}
