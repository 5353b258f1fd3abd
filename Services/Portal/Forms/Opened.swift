import API
import Crypto
import Foundation

/// What the answers of a form were when it was opened, so that who changed what is known when two people change the same
/// thing. It travels with the form beside the version: a digest of each answer.
struct Opened: Sendable {
  static let version = "version"
  static let digests = "depart"

  private let digests: [String: String]

  init<Draft>(_ draft: Draft, _ questions: [Question<Draft>]) {
    digests = Dictionary(questions.map { ($0.name, Self.digest($0.written(draft))) }) { first, _ in first }
  }

  /// As a form sends it back. Of a form that does not say, every answer counts as changed.
  init(_ answers: FormAnswers) {
    let pairs = (answers[Self.digests] ?? "").split(separator: " ").map { $0.split(separator: ":") }
    digests = Dictionary(pairs.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) }) { first, _ in first }
  }

  func values(version: Int) -> [HiddenValue] {
    let text = digests.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " ")
    return [HiddenValue(Self.version, String(version)), HiddenValue(Self.digests, text)]
  }

  /// Whether the answer is still what it was.
  func keeps(_ answer: String, of question: String) -> Bool { digests[question] == Self.digest(answer) }

  private static func digest(_ text: String) -> String {
    let plain = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return Data(SHA256.hash(data: Data(plain.utf8)).prefix(9)).base64EncodedString()
  }
}

extension DraftForm {
  /// What was typed, on what somebody else saved meanwhile (412): what only one of them changed is kept and said, what
  /// both changed is asked. Called on the form as it is now.
  func merged(_ mine: Draft, _ answers: FormAnswers, attempt: Int) async throws -> PageAnswer {
    guard let version else { throw Problem.notFound() }
    let (base, questions) = (Opened(answers), questions)
    var values: [HiddenValue] = []
    var differences: [Difference] = []
    var taken: [String] = []
    for question in questions {
      let (typed, theirs) = (question.written(mine), question.written(draft))
      if FormAnswers.isSame(typed, theirs) || base.keeps(theirs, of: question.name) {
        values.append(HiddenValue(question.name, typed))
      } else if base.keeps(typed, of: question.name) {
        values.append(HiddenValue(question.name, theirs))
        taken.append(question.label)
      } else {
        differences.append(
          Difference(
            question.name, question.label, mine: typed, theirs: theirs, mineShown: question.words(typed),
            theirsShown: question.words(theirs)))
      }
    }
    values += rest(of: answers, questions) + Opened(draft, questions).values(version: version)
    let said =
      taken.isEmpty
      ? nil : "Gardé aussi, changé entre-temps par quelqu’un d’autre : \(taken.joined(separator: ", "))."
    guard !differences.isEmpty else {
      let answer = try await received(answers.with(values.map { ($0.name, $0.value) }), attempt: attempt + 1)
      return said.map { answer.saying(also: $0) } ?? answer
    }
    let choice = ConflictChoice(
      "Cette fiche a été modifiée pendant que vous l’aviez ouverte.", said, address: sending.address ?? visit.path,
      values: values, differences: differences, cancel: Link("Abandonner ma saisie", sending.cancel ?? visit.path))
    return page([], choice).with(status: 412)
  }

  /// What the form carried besides its answers: that something odd is meant, where the form was kept.
  private func rest(of answers: FormAnswers, _ questions: [Question<Draft>]) -> [HiddenValue] {
    let known = Set(questions.flatMap { $0.fields + [$0.name] } + [Opened.version, Opened.digests, "csrf", "cle"])
    return answers.pairs.filter { !known.contains($0.name) }.map { HiddenValue($0.name, $0.value) }
  }
}
