import API
import Domain
import Foundation

extension Question {
  /// A question in several fields: a day with its hour, a line of a table.
  ///
  /// - Parameters:
  ///   - name: the field of the endpoint that they make together.
  ///   - fields: the names of its fields in the page. What was typed comes in this order, without the spaces around it.
  ///   - hidden: names of what it carries without showing it, which comes after that.
  static func parts(
    _ name: String, _ label: String, fields: [String], hidden: [String] = [], isRequired: Bool,
    written: @escaping @Sendable (Draft) -> [String],
    reading: @escaping @Sendable (_ typed: [String], _ visit: Visit, inout Draft) async throws -> [FieldFault],
    drawing: @escaping @Sendable (_ typed: [String], _ common: (_ field: String) -> Field.Common) -> [Field]
  ) -> Self {
    let split = { @Sendable (text: String) -> [String] in
      let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
      return (fields + hidden).indices.map {
        parts.indices.contains($0) ? parts[$0].trimmingCharacters(in: .whitespaces) : ""
      }
    }
    var question = Question(
      name, label, isRequired: isRequired, written: { lines(written($0)) },
      reading: { text, visit, draft in try await reading(split(text ?? ""), visit, &draft) },
      drawing: { text, common in drawing(split(text), common) })
    question.fields = fields
    question.typed = { answers in answers.exact(name) ?? lines((fields + hidden).map { answers.exact($0) ?? "" }) }
    question.carried = { text in zip(hidden, split(text).dropFirst(fields.count)).map { HiddenValue($0, $1) } }
    return question
  }

  /// A day with its time, in two fields.
  ///
  /// - Parameter isComing: whether a day without a year is the next such day.
  static func moment(
    _ name: String, _ path: Path<Date>, _ label: String, day: (name: String, label: String),
    time: (name: String, label: String, help: String?), isComing: Bool, missing: (day: String, time: String)
  ) -> Self {
    .parts(
      name, label, fields: [day.name, time.name], isRequired: true,
      written: { draft in
        let moment = draft[keyPath: path]
        return [French.short(CalendarDate(moment)), French.time(moment)]
      },
      reading: { typed, visit, draft in
        let date = FrenchDate.read(typed[0], today: visit.today, leaning: isComing ? .coming : .thisYear)
        let hour = FrenchTime.read(typed[1])
        var faults: [FieldFault] = []
        if date == nil {
          faults.append(FieldFault(day.name, typed[0].isEmpty ? missing.day : FrenchDate.fault(typed[0])))
        }
        if hour == nil {
          faults.append(FieldFault(time.name, typed[1].isEmpty ? missing.time : FrenchTime.fault(typed[1])))
        }
        guard let date, let hour else { return faults }
        if let refusal = hour.refusal(on: date) { return [FieldFault(time.name, refusal)] }
        draft[keyPath: path] = date.moment(hour: hour.hour, minute: hour.minute)
        return []
      },
      drawing: { typed, common in
        var hour = common(time.name)
        hour.help = time.help
        return [
          .date(day.name, day.label, value: typed[0], common(day.name)),
          .time(time.name, time.label, value: typed[1], hour),
        ]
      }
    ).words { $0.replacing("\n", with: " à ") }
  }
}
