import API
import Foundation
import Logging
import Service

extension DraftForm {
  /// Saves what was sent, or shows the form again with everything that is wrong.
  ///
  /// - Parameter attempt: how often it was sent again by itself, since others are changing the same thing.
  /// - Throws: 400 for a change that does not say which version it is of.
  func received(_ answers: FormAnswers, attempt: Int = 0) async throws -> PageAnswer {
    if version != nil, answers.int(Opened.version) == nil {
      throw Problem.malformed("Le formulaire est incomplet.")
    }
    let read = try await read(answers)
    guard read.faults.isEmpty else {
      let faults = read.isWhole ? await withTheService(read.draft, read.faults, answers) : read.faults
      return page(faults.general, drawn(answers, faults, asking: read.doubt)).with(faults)
    }
    do {
      return try await save(read.draft, version: answers.int(Opened.version))
    } catch let problem as Problem where problem.status == 412 && version != nil {
      let now = try await Self.load(visit)
      if let notice = now.changed ?? (attempt < 3 ? nil : .changedAgain) {
        return now.page([notice], now.drawn(answers, FormFaults(), isRenewed: true)).with(status: 412)
      }
      return try await now.merged(read.draft, answers, attempt: attempt)
    } catch let problem as Problem {
      if let notice = refusal(problem, read.draft) {
        return page([notice], drawn(answers, FormFaults())).with(status: problem.status)
      }
      var faults = try FormFaults(problem) { place(of: $0, in: answers) }
      if let field = place(of: problem) { faults.add(field, problem.title) }
      return page(faults.general, drawn(answers, faults)).with(faults)
    }
  }

  /// The faults with what the service would refuse besides, so that all of them are told at once. Nothing is kept.
  private func withTheService(_ draft: Draft, _ faults: FormFaults, _ answers: FormAnswers) async -> FormFaults {
    guard !sending.isMultipart else { return faults }
    var all = faults
    do {
      var trying = visit
      trying.services = visit.services.trying
      _ = try await Self.load(trying).save(draft, version: answers.int(Opened.version))
    } catch let problem as Problem where problem.status == 422 {
      for fault in problem.faults ?? [] {
        if let field = place(of: fault.field, in: answers) { all.add(field, fault.message) }
      }
    } catch {
      visit.parts.logger.debug("a form was not tried", metadata: ["error": "\(error)"])
    }
    return all
  }

  /// Every answer in a draft, with a fault at each that is wrong; whether the draft is as it was meant but for texts.
  private func read(
    _ answers: FormAnswers
  ) async throws -> (draft: Draft, faults: FormFaults, doubt: Doubt?, isWhole: Bool) {
    var (draft, faults, unread) = (draft, FormFaults(), Set<String>())
    let questions = questions
    for question in questions {
      guard question.isAsked(in: answers, questions) else {
        // What was typed here before another answer hid it counts for nothing.
        _ = try await question.reading(nil, visit, &draft)
        continue
      }
      for fault in try await question.read(answers, visit, &draft) {
        faults.add(fault.field, fault.message)
        unread.insert(question.name)
      }
    }
    for question in questions {
      for check in question.checks where unread.isDisjoint(with: check.others + [question.name]) {
        if let fault = check.fault(draft) { faults.add(question.fields[0], fault) }
      }
    }
    // What the endpoint would refuse is said together with the rest.
    for fault in try outOfBounds(draft) {
      let question = questions.first { $0.answers(for: fault.field) }
      if let question, !unread.contains(question.name) { faults.add(question.fields[0], fault.message) }
    }
    let doubts = questions.filter { !unread.contains($0.name) }.compactMap { $0.doubt?(draft) }
    let doubt = doubts.first { !$0.isMeant(in: answers) }
    if let doubt { faults.add(Doubt.answer, doubt.question) }
    let isWhole = questions.allSatisfy { $0.isText || !unread.contains($0.name) }
    return (draft, faults, doubt, isWhole)
  }

  /// The field at which a service's fault is shown; nil for one that concerns none.
  private func place(of field: String, in answers: FormAnswers) -> String? {
    let all = questions
    let asked = all.filter { $0.drawing != nil && $0.isAsked(in: answers, all) }
    if asked.contains(where: { $0.fields.contains(field) }) { return field }
    return asked.first { $0.answers(for: field) }?.fields[0]
  }
}

extension Question {
  /// Whether what was typed here counts.
  func isAsked(in answers: FormAnswers, _ questions: [Question]) -> Bool {
    guard let condition, let other = questions.first(where: { $0.name == condition.question }) else { return true }
    guard other.isAsked(in: answers, questions) else { return false }
    let typed = other.typed(answers).split(separator: "\n").map(String.init)
    return !Set(typed.isEmpty ? [""] : typed).isDisjoint(with: condition.answers)
  }

  /// Whether the endpoint's field is asked for here: `codes.0` is of `codes`, and so is `wording.codes`.
  func answers(for field: String) -> Bool {
    aliases.contains(field) || field == name || field.hasPrefix("\(name).") || field.hasSuffix(".\(name)")
      || fields.contains(field)
  }

  /// Puts the answer into the draft.
  ///
  /// - Returns: everything that is wrong with it.
  fileprivate func read(_ answers: FormAnswers, _ visit: Visit, _ draft: inout Draft) async throws -> [FieldFault] {
    let text = typed(answers).trimmingCharacters(in: .whitespacesAndNewlines)
    // What nobody touched stays exactly as it is stored.
    if !text.isEmpty, FormAnswers.isSame(text, written(draft)) { return [] }
    return try await reading(text.isEmpty ? nil : text, visit, &draft)
  }
}

extension DraftForm {
  func outOfBounds(_ draft: Draft) throws -> [Fault] { [] }
}

extension DraftForm where Draft: Payload {
  func outOfBounds(_ draft: Draft) throws -> [Fault] { try draft.outOfBounds }
}

extension Decodable where Self: Encodable & Sendable {
  /// What an endpoint refuses of this input without looking further.
  var outOfBounds: [Fault] {
    get throws { Schema.of(Self.self).faults(in: try JSONValue(encoding: self)) }
  }
}

extension Notice {
  /// Somebody was quicker several times over.
  fileprivate static let changedAgain = changed("Cette fiche change sans cesse.")

  /// What was typed is kept, and is to be looked at again before it is sent.
  static func changed(_ title: String) -> Notice {
    Notice(title, "Votre saisie est conservée : vérifiez-la, puis recommencez.", .waiting)
  }
}
