import Domain
import Foundation

/// A question of a form: its name, which is the field's in the endpoint's input, its label, how it is asked, what an
/// answer must be, and where in the draft it goes. `QuestionKinds.swift` has the kinds.
struct Question<Draft: Sendable>: Sendable {
  typealias Path<Value> = any WritableKeyPath<Draft, Value> & Sendable
  /// Draws the fields with what was typed, or what is stored.
  typealias Drawing = @Sendable (_ typed: String, _ common: (_ field: String) -> Field.Common) -> [Field]
  /// Puts an answer into a draft, or says everything that is wrong with it.
  typealias Reading = @Sendable (_ typed: String?, _ visit: Visit, inout Draft) async throws -> [FieldFault]

  let name: String
  let label: String
  private(set) var isRequired: Bool
  /// The fields it has in the page: itself, but for a day with its hour.
  var fields: [String]
  /// What was typed, as one text. A form may also carry that text under the question's own name.
  var typed: @Sendable (FormAnswers) -> String
  /// The draft's value as that text.
  let written: @Sendable (Draft) -> String
  let reading: Reading
  /// Nil for what a form carries without showing it.
  let drawing: Drawing?
  /// What it carries beside its fields.
  var carried: @Sendable (_ typed: String) -> [HiddenValue] = { _ in [] }
  /// An answer in words, where it is a code.
  var words: @Sendable (String) -> String? = { _ in nil }
  /// Other names under which the endpoint speaks of it.
  private(set) var aliases: [String] = []
  private(set) var help: String?
  private(set) var source: String?
  private(set) var condition: Condition?
  /// Whether it says that it may be left empty.
  private(set) var saysOptional = true
  /// Whether it is a text by itself: no rule of a service about other answers needs it.
  private(set) var isText = false
  private(set) var checks: [Check] = []
  private(set) var doubt: (@Sendable (Draft) -> Doubt?)?

  /// Asked only while another question has one of these answers.
  struct Condition: Sendable {
    let question: String
    let answers: [String]

    var text: String { "\(question)=\(answers.joined(separator: "|"))" }
  }

  /// A rule about several answers. It waits while one of them cannot be read.
  struct Check: Sendable {
    let others: [String]
    let fault: @Sendable (Draft) -> String?
  }

  init(
    _ name: String, _ label: String, isRequired: Bool, written: @escaping @Sendable (Draft) -> String,
    reading: @escaping Reading, drawing: Drawing?
  ) {
    self.name = name
    self.label = label
    self.isRequired = isRequired
    fields = [name]
    typed = { $0.exact(name) ?? "" }
    self.written = written
    self.reading = reading
    self.drawing = drawing
  }

  /// A question of one field whose value reads and writes itself.
  ///
  /// - Parameters:
  ///   - missing: said where nothing is answered; one that may be left empty needs none.
  ///   - wrong: said of what cannot be read.
  init<Value: FormValue>(
    _ name: String, _ path: Path<Value>, _ label: String, missing: String?,
    wrong: @escaping @Sendable (String) -> String = { _ in "Choisissez une réponse parmi celles proposées." },
    drawing: (@Sendable (_ typed: String, Field.Common) -> Field)?
  ) {
    self.init(
      name, label, isRequired: Value.isRequired || missing != nil, written: { $0[keyPath: path].written },
      reading: { text, visit, draft in
        if text == nil, let missing { return [FieldFault(name, missing)] }
        guard let value = Value.read(text, today: visit.today) else {
          return [FieldFault(name, text.map(wrong) ?? "Ce champ est obligatoire.")]
        }
        draft[keyPath: path] = value
        return []
      },
      drawing: drawing.map { drawing -> Drawing in { typed, common in [drawing(typed, common(name))] } })
  }

  private func with(_ change: (inout Self) -> Void) -> Self {
    var copy = self
    change(&copy)
    return copy
  }

  func help(_ text: String?) -> Self { with { $0.help = text } }

  /// The endpoint's name for it, where the page has another field of that name.
  func known(as alias: String) -> Self { with { $0.aliases.append(alias) } }

  /// Where the value came from.
  func source(_ text: String?) -> Self { with { $0.source = text } }

  /// A text by itself, which no rule about other answers needs.
  func apart() -> Self { with { $0.isText = true } }

  /// One of many that may be left empty, which the form says once.
  func quiet() -> Self { with { $0.saysOptional = false } }

  /// Asked only while another question has one of these answers. Otherwise what was typed here counts for nothing.
  func when(_ question: String, is answers: String...) -> Self { when(question, among: answers) }

  func when(_ question: String, among answers: [String]) -> Self {
    with { $0.condition = Condition(question: question, answers: answers) }
  }

  /// Whether an answer is awaited, though the form is saved without it.
  func awaited(_ isAwaited: Bool) -> Self { with { $0.isRequired = isAwaited } }

  /// A rule that this answer makes with others, told at this question.
  ///
  /// - Parameter others: the names of those.
  func check(with others: String..., fault: @escaping @Sendable (Draft) -> String?) -> Self {
    with { $0.checks.append(Check(others: others, fault: fault)) }
  }

  /// What is odd about the answer: it is asked about once before it is taken.
  func doubt(_ doubt: @escaping @Sendable (Draft) -> Doubt?) -> Self { with { $0.doubt = doubt } }

  /// An answer in words.
  func words(_ words: @escaping @Sendable (String) -> String?) -> Self { with { $0.words = words } }

  /// The question's fields in the page.
  func drawn(_ typed: String, _ faults: FormFaults) -> [Field] {
    drawing?(typed) { field in
      Field.Common(
        help: help, error: faults[field], isRequired: isRequired, saysOptional: saysOptional, source: source,
        condition: condition?.text)
    } ?? []
  }
}

/// What is wrong, and at which field.
struct FieldFault: Sendable {
  let field: String
  let message: String

  init(_ field: String, _ message: String) {
    self.field = field
    self.message = message
  }
}

/// Questions under a heading.
struct QuestionGroup<Draft: Sendable>: Sendable {
  let title: String?
  let text: String?
  /// Two fields a row where the screen is wide.
  let isPaired: Bool
  let questions: [Question<Draft>]

  init(_ title: String?, text: String? = nil, isPaired: Bool = false, all questions: [Question<Draft>]) {
    self.title = title
    self.text = text
    self.isPaired = isPaired
    self.questions = questions
  }

  init(_ title: String, text: String? = nil, isPaired: Bool = false, _ questions: Question<Draft>...) {
    self.init(title, text: text, isPaired: isPaired, all: questions)
  }

  init(text: String? = nil, isPaired: Bool = false, _ questions: Question<Draft>...) {
    self.init(nil, text: text, isPaired: isPaired, all: questions)
  }
}

/// Something odd in what was answered: it is saved once a box says that it is meant.
struct Doubt: Sendable {
  /// The box that says so, and what it was shown for.
  static let answer = "confirme"
  static let shownFor = "confirmePour"

  /// What is odd, in sentences.
  let question: String
  /// What ticking the box says.
  let label: String
  /// What is meant: an answer given for something else says nothing.
  let subject: String

  func isMeant(in answers: FormAnswers) -> Bool {
    answers[Self.answer] == "oui" && answers[Self.shownFor] == subject
  }

  func field(_ faults: FormFaults) -> Field {
    .checkbox(Self.answer, label, faults.common(Self.answer, isRequired: false, saysOptional: false))
  }
}
