import API
import Domain

/// The days that are known of a participant when a form is filled in.
struct FormContext: Sendable {
  var today: CalendarDate
  var entry: CalendarDate
  var end: CalendarDate
  var orientation: CalendarDate?

  func day(_ known: FormQuestion.KnownDay) -> CalendarDate? {
    switch known {
    case .today: today
    case .entry: entry
    case .end: end
    case .orientation: orientation
    }
  }
}

typealias Answers = [String: JSONValue]

extension Questionnaire {
  /// The questions that these answers call for, in order. An answer to a question that is hidden calls for nothing.
  func visible(_ answers: Answers) -> [FormQuestion] {
    var shown: [FormQuestion] = []
    var codes: Set<String> = []
    for question in questions {
      let holds = question.when.allSatisfy { condition in
        codes.contains(condition.question)
          && (answers[condition.question]?.codes ?? []).contains(where: condition.among.contains)
      }
      guard holds else { continue }
      shown.append(question)
      codes.insert(question.code)
    }
    return shown
  }

  /// The answers without those to hidden questions and without empty ones.
  func kept(_ answers: Answers) -> Answers {
    visible(answers).reduce(into: [:]) { kept, question in
      if let answer = answers[question.code], !answer.isBlank { kept[question.code] = answer }
    }
  }

  /// Everything that is wrong with the answers, at once. What is only missing has the code `obligatoire`.
  func faults(_ answers: Answers, _ context: FormContext) -> [Fault] {
    let known = Set(questions.map(\.code))
    let unknown = answers.keys.filter { !known.contains($0) }.sorted().map {
      Fault("answers.\($0.prefix(60))", "inconnu", "Cette question n’existe pas dans ce questionnaire.")
    }
    return unknown
      + visible(answers).compactMap { question in
        guard let answer = answers[question.code], !answer.isBlank else {
          return question.required
            ? Fault("answers.\(question.code)", "obligatoire", "Répondez à « \(question.label) ».") : nil
        }
        return question.fault(in: answer, context)
      }
  }

  /// The codes of the questions that are required and unanswered, or answered without the paper that they ask for (rule
  /// S20).
  func missing(_ answers: Answers, filed: Set<Evidence.Kind> = Set(Evidence.Kind.allCases)) -> [String] {
    visible(answers).filter { question in
      question.required && answers[question.code]?.isBlank != false
        || question.evidence.map { !filed.contains($0) } ?? false
    }.map(\.code)
  }

  /// What the county suggests, as far as it may be answered: a day after the latest one allowed is not suggested.
  func suggestions(_ context: FormContext) -> Answers {
    questions.reduce(into: [:]) { suggested, question in
      let answer =
        question.suggested
        ?? question.suggestedFrom.flatMap(context.day).map { JSONValue.string($0.description) }
      if let answer, question.fault(in: answer, context) == nil { suggested[question.code] = answer }
    }
  }

  /// What keeps a questionnaire from being used: a code twice, a condition on what does not come before.
  func contradictions(at field: String) -> [Fault] {
    var before: [String: FormQuestion] = [:]
    var faults: [Fault] = []
    for (index, question) in questions.enumerated() {
      let place = "\(field).\(index)"
      if before[question.code] != nil {
        faults.append(Fault("\(place).code", "double", "Le code « \(question.code) » sert deux fois."))
      }
      if question.kind == .choice || question.kind == .multiple, question.choices.isEmpty {
        faults.append(Fault("\(place).choices", "obligatoire", "Proposez au moins une réponse."))
      }
      for condition in question.when {
        let codes = Set((before[condition.question]?.choices ?? []).map(\.code))
        if condition.among.isEmpty || !codes.isSuperset(of: condition.among) {
          faults.append(
            Fault("\(place).when", "condition", "La condition porte sur une réponse qui n’existe pas plus haut."))
        }
      }
      if !Set(question.choices.map(\.code)).isSuperset(of: (question.forbidden ?? []) + (question.must ?? [])) {
        faults.append(
          Fault("\(place).forbidden", "choix", "Une réponse interdite ou exigée n’est pas parmi les réponses."))
      }
      before[question.code] = question
    }
    return faults
  }
}

extension FormQuestion {
  /// What is wrong with an answer to this question.
  func fault(in answer: JSONValue, _ context: FormContext) -> Fault? {
    let field = "answers.\(code)"
    let codes = Set(choices.map(\.code))
    switch kind {
    case .choice:
      guard case .string(let chosen) = answer, codes.contains(chosen) else {
        return Fault(field, "choix", "Choisissez une réponse de la liste à « \(label) ».")
      }
      return refusal(of: [chosen], at: field)
    case .multiple:
      guard case .array = answer, codes.isSuperset(of: answer.codes), Set(answer.codes).count == answer.codes.count
      else { return Fault(field, "choix", "Choisissez des réponses de la liste à « \(label) ».") }
      if answer.codes.count > 1, let single = (alone ?? []).first(where: answer.codes.contains) {
        let name = choices.first { $0.code == single }?.label ?? single
        return Fault(field, "seule", "« \(name) » exclut les autres réponses.")
      }
      return refusal(of: answer.codes, at: field)
    case .date:
      guard case .string(let text) = answer, let day = CalendarDate(text) else {
        return Fault(field, "format", "Une date (AAAA-MM-JJ) est attendue à « \(label) ».")
      }
      if let first = earliest.flatMap(context.day), day < first {
        return Fault(field, "trop-tot", "Cette date ne peut pas précéder le \(French.long(first)).")
      }
      if let last = latest.flatMap(context.day), day > last {
        return Fault(field, "trop-tard", "Cette date ne peut pas suivre le \(French.long(last)).")
      }
    case .text:
      guard case .string(let text) = answer, text.unicodeScalars.count <= 2000 else {
        return Fault(field, "trop-long", "Un texte de 2 000 caractères au plus est attendu à « \(label) ».")
      }
    }
    return nil
  }
}

extension FormQuestion {
  /// What the guide does not allow among the answers chosen, and what it asks for and is not (rule S9).
  private func refusal(of chosen: [String], at field: String) -> Fault? {
    let names = Dictionary(choices.map { ($0.code, $0.label) }) { first, _ in first }
    let reason = advice.map { " \($0)" } ?? ""
    if let wrong = (forbidden ?? []).first(where: chosen.contains) {
      return Fault(field, "interdit", "« \(names[wrong] ?? wrong) » n’est pas admis ici.\(reason)")
    }
    if let missing = (must ?? []).first(where: { !chosen.contains($0) }) {
      return Fault(field, "exige", "« \(names[missing] ?? missing) » doit figurer parmi les réponses.\(reason)")
    }
    return nil
  }
}

extension JSONValue {
  /// The codes that were chosen; a list with anything but texts in it counts as an answer that does not exist.
  var codes: [String] {
    switch self {
    case .string(let code): [code]
    case .array(let items): items.map { $0.text ?? "" }
    default: []
    }
  }

  var isBlank: Bool {
    switch self {
    case .null: true
    case .string(let text): text.allSatisfy(\.isWhitespace)
    case .array(let items): items.isEmpty
    default: false
    }
  }
}
