import API
import Domain
import Foundation
import Service

/// The kinds of questions. Each is a static function: `.date("from", \.from, "Du")`.
extension Question {
  /// A line of text.
  static func line<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, type: Field.Entry = .text, width: Field.Width = .wide,
    most: Int? = nil, inputMode: Field.InputMode? = nil, suggestions: [String] = [], missing: String? = nil
  ) -> Self {
    let most = most ?? longest(name)
    return Question(name, path, label, missing: missing) { typed, common in
      .text(
        name, label, value: typed, type: type, width: width, maximumLength: most, inputMode: inputMode,
        suggestions: suggestions, common)
    }.apart()
  }

  /// Several lines of text.
  static func area<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, rows: Int = 4, most: Int? = nil, missing: String? = nil
  ) -> Self {
    let most = most ?? longest(name)
    return Question(name, path, label, missing: missing) { typed, common in
      .area(name, label, value: typed, rows: rows, maximumLength: most, common)
    }.apart()
  }

  /// A telephone number, written as French people read it. The service says whether it is one.
  static func telephone(_ name: String, _ path: Path<String?>, _ label: String, most: Int? = nil) -> Self {
    let most = most ?? longest(name) ?? 20
    return Question(
      name, label, isRequired: false, written: { PhoneNumber.shown($0[keyPath: path]) ?? "" },
      reading: { text, _, draft in
        draft[keyPath: path] = text
        return []
      },
      drawing: { typed, common in
        [.text(name, label, value: typed, type: .tel, width: .medium, maximumLength: most, common(name))]
      })
  }

  /// An e-mail address. The service says whether it is one.
  static func email<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, missing: String? = nil
  ) -> Self {
    .line(name, path, label, type: .email, most: 254, missing: missing)
  }

  /// A whole number.
  static func number<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, unit: String? = nil, most digits: Int = 6,
    missing: String? = nil
  ) -> Self {
    Question(
      name, path, label, missing: missing,
      wrong: { "« \($0) » n’est pas un nombre entier. Écrivez-le en chiffres, par exemple 15." }
    ) { typed, common in
      .text(name, label, value: typed, width: .narrow, unit: unit, maximumLength: digits, inputMode: .numeric, common)
    }
  }

  /// A day.
  static func date<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, missing: String? = nil
  ) -> Self {
    Question(name, path, label, missing: missing, wrong: { FrenchDate.fault($0) }) { typed, common in
      .date(name, label, value: typed, common)
    }
  }

  /// A time of day.
  static func time<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, missing: String? = nil
  ) -> Self {
    Question(name, path, label, missing: missing, wrong: { FrenchTime.fault($0) }) { typed, common in
      .time(name, label, value: typed, common)
    }
  }

  /// One box to tick.
  static func box<Value: FormValue>(_ name: String, _ path: Path<Value>, _ label: String) -> Self {
    var question = Question(name, path, label, missing: nil) { typed, common in
      .checkbox(name, label, isChecked: typed == "oui", common)
    }
    // A browser says nothing of a box that is not ticked.
    question.typed = { $0[name] == "oui" ? "oui" : "non" }
    return question
  }

  /// Yes, no, or not known.
  static func yesOrNo(
    _ name: String, _ path: Path<Bool?>, _ label: String, unknown: String = "Ne sait pas"
  ) -> Self {
    .radios(name, path, label, [Choice("oui", "Oui"), Choice("non", "Non"), Choice("", unknown)], isInline: true)
  }

  /// One of a few answers.
  static func radios<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, _ choices: [Choice], isInline: Bool = false,
    missing: String? = nil
  ) -> Self {
    Question(name, path, label, missing: missing) { typed, common in
      .radios(name, label, choices.chosen([typed]), isInline: isInline, common)
    }.words { typed in choices.text(of: typed) }
  }

  /// One of a list.
  ///
  /// - Parameters:
  ///   - none: stands first, for no answer.
  ///   - choices: what is offered, given what is chosen now.
  static func list<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, none: String? = nil, width: Field.Width = .wide,
    missing: String? = nil, choices: @escaping @Sendable (_ chosen: String) -> [Choice]
  ) -> Self {
    let question = Question(name, path, label, missing: missing) { typed, common in
      let first = none.map { [Choice("", $0)] } ?? []
      return .select(name, label, (first + choices(typed)).chosen([typed]), width: width, common)
    }.words { typed in choices(typed).text(of: typed) }
    // One that always has an answer cannot be left empty.
    return none == nil ? question.quiet() : question
  }

  static func list<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, none: String? = nil, width: Field.Width = .wide,
    missing: String? = nil, _ choices: [Choice]
  ) -> Self {
    .list(name, path, label, none: none, width: width, missing: missing) { _ in choices }
  }

  /// One entry of a list that the county keeps.
  static func list<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, none: String? = nil, width: Field.Width = .wide,
    missing: String? = nil, of county: CountyList
  ) -> Self {
    .list(name, path, label, none: none, width: width, missing: missing) { county.choices($0) }
      .words { county.labels[$0] }
  }

  /// Several answers of a few.
  static func boxes<Value: FormValue & Hashable>(
    _ name: String, _ path: Path<[Value]>, _ label: String, _ choices: [Choice], isInline: Bool = false,
    missing: String? = nil
  ) -> Self {
    var question = Question(
      name, label, isRequired: missing != nil, written: { lines(choices.sorted($0[keyPath: path].map(\.written))) },
      reading: { text, visit, draft in
        if text == nil, let missing { return [FieldFault(name, missing)] }
        draft[keyPath: path] = (text ?? "").split(separator: "\n").compactMap {
          Value.read(String($0), today: visit.today)
        }
        return []
      },
      drawing: { typed, common in
        [
          .checkboxes(
            name, label, choices.chosen(Set(typed.split(separator: "\n").map(String.init))),
            isInline: isInline, common(name))
        ]
      })
    question.typed = { lines(choices.sorted($0.all(name).flatMap { $0.split(separator: "\n").map(String.init) })) }
    return question.words { typed in
      typed.isEmpty
        ? nil : typed.split(separator: "\n").map { choices.text(of: String($0)) ?? "" }.joined(separator: ", ")
    }
  }

  /// A file to deposit. It is never sent back to the browser.
  ///
  /// - Parameters:
  ///   - accept: kinds of files, as in `.pdf,.docx`.
  ///   - isSeveral: where scripts run, several may be chosen: the form is then sent once for each.
  static func file(
    _ name: String, _ path: Path<FormAnswers.File?>, _ label: String, accept: String, isSeveral: Bool = false,
    missing: String? = nil
  ) -> Self {
    Question(
      name, label, isRequired: missing != nil, written: { _ in "" },
      reading: { _, visit, draft in
        draft[keyPath: path] = visit.form.file(name)
        return draft[keyPath: path] == nil ? missing.map { [FieldFault(name, $0)] } ?? [] : []
      },
      drawing: { _, common in [.file(name, label, accept: accept, isSeveral: isSeveral, common(name))] })
  }

  /// What the form carries without asking for it.
  static func hidden<Value: FormValue>(_ name: String, _ path: Path<Value>, _ label: String) -> Self {
    Question(name, path, label, missing: nil, drawing: nil)
  }

  /// The end of a time, which is not before its beginning.
  ///
  /// - Parameter name: the question of the beginning.
  func notBefore<From: SomeDay, Until: SomeDay>(_ name: String, _ from: Path<From>, _ until: Path<Until>) -> Self {
    check(with: name) { draft in
      guard let from = draft[keyPath: from].someDay, let until = draft[keyPath: until].someDay, until < from else {
        return nil
      }
      return
        "La fin (\(French.short(until))) précède le début (\(French.short(from))). Corrigez l’une des deux dates."
    }
  }

  static func lines(_ parts: [String]) -> String { parts.joined(separator: "\n") }

  /// The most characters that the endpoint takes.
  private static func longest(_ name: String) -> Int? {
    switch (Draft.self as? any Constrained.Type)?.constraints[name] {
    case .text(let lengths, _), .pattern(_, let lengths): lengths.upperBound
    default: nil
    }
  }
}

/// A day that may be absent.
protocol SomeDay: Sendable {
  var someDay: CalendarDate? { get }
}

extension CalendarDate: SomeDay {
  var someDay: CalendarDate? { self }
}

extension Optional: SomeDay where Wrapped == CalendarDate {
  var someDay: CalendarDate? { self }
}

extension [Choice] {
  /// The same with those that are chosen.
  fileprivate func chosen(_ values: Set<String>) -> [Choice] {
    map { Choice($0.value, $0.text, help: $0.help, isChosen: values.contains($0.value)) }
  }

  /// Values in the order of the choices, so that equal answers are written alike.
  fileprivate func sorted(_ values: [String]) -> [String] {
    map(\.value).filter(values.contains) + values.filter { value in !contains { $0.value == value } }
  }

  fileprivate func text(of value: String) -> String? { first { $0.value == value }?.text }
}
