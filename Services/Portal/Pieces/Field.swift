/// A field of a form with its label, help and error. Made by `text`, `area`, `select`, `date`, `time`, `checkbox`,
/// `checkboxes`, `radios` and `file`.
struct Field: Piece {
  /// How long the answer is expected to be.
  enum Width: String, Sendable {
    case narrow, medium, wide
  }

  /// What the keyboard of a phone should offer, and what the browser may check and fill in.
  enum Entry: String, Sendable {
    case text, email, tel, number, password, url
  }

  /// What the keyboard of a phone offers where the kind of entry does not say: a code is text in digits.
  enum InputMode: String, Sendable {
    case numeric
  }

  /// How it is asked for.
  enum Kind: Sendable {
    case text, area, select, date, time, checkbox, checkboxes, radios, file
  }

  let kind: Kind
  let id: String
  let name: String
  let label: String
  let type: String
  private(set) var value: String?
  let help: String?
  /// What is wrong and what to do, in a sentence.
  let error: String?
  let isRequired: Bool
  /// Whether it says beside its label that it may be left empty: a form of many such fields says it once.
  let saysOptional: Bool
  let width: String
  /// Stands after the answer: « minutes », « € ».
  let unit: String?
  /// Where the value came from: « Genesis, le 12 mars 2026 ».
  let source: String?
  let isReadOnly: Bool
  let maximumLength: Int?
  let rows: Int
  let autocomplete: String?
  let inputMode: String?
  let suggestions: [String]
  /// Where more of them come from while one types.
  let searching: String?
  /// Of a new password: what it must be, so that its strength is shown while one types.
  let strength: PasswordTerms?
  private(set) var choices: [Choice]
  /// Of a list so long that it has headings; after the choices that stand under none.
  private(set) var choiceGroups: [ChoiceGroup]
  private(set) var isChecked: Bool
  let isInline: Bool
  /// Kinds of files one may deposit, as in `.pdf,.docx`.
  let accept: String?
  /// Several files may be chosen where scripts run.
  let isSeveral: Bool
  /// Posts the form here when the field is left, to hear at once what is wrong. Answers this piece again.
  let validation: String?
  /// Shown only while another field has one of these answers: `formation=oui|en-cours`. The server decides too.
  let condition: String?
  /// Ids of the help, error and source, for a screen reader.
  let describedBy: String?

  private init(
    _ kind: Kind, _ name: String, _ label: String, type: Entry = .text, value: String? = nil,
    common: Common, width: Width = .wide, unit: String? = nil, maximumLength: Int? = nil, rows: Int = 1,
    autocomplete: String? = nil, inputMode: InputMode? = nil, suggestions: [String] = [],
    searching: String? = nil, strength: PasswordTerms? = nil, choices: [Choice] = [],
    choiceGroups: [ChoiceGroup] = [], isChecked: Bool = false, isInline: Bool = false, accept: String? = nil,
    isSeveral: Bool = false
  ) {
    self.kind = kind
    let id = "champ-\(name)"
    self.id = id
    self.name = name
    self.label = label
    self.type = type.rawValue
    self.value = value
    help = common.help
    error = common.error
    isRequired = common.isRequired
    saysOptional = !common.isRequired && common.saysOptional
    self.width = width.rawValue
    self.unit = unit
    source = common.source
    isReadOnly = common.isReadOnly
    self.maximumLength = maximumLength
    self.rows = rows
    self.autocomplete = autocomplete
    self.inputMode = inputMode?.rawValue
    self.suggestions = suggestions
    self.searching = searching
    self.strength = strength
    self.choices = choices.enumerated().map { $1.within(id: id, position: $0, name: name) }
    self.choiceGroups = choiceGroups
    self.isChecked = isChecked
    self.isInline = isInline
    self.accept = accept
    self.isSeveral = isSeveral
    validation = common.validation
    condition = common.condition
    let parts = [
      common.help == nil && kind != .date ? nil : "\(id)-aide", common.error == nil ? nil : "\(id)-erreur",
      common.source == nil ? nil : "\(id)-source",
    ]
    let described = parts.compactMap { $0 }.joined(separator: " ")
    describedBy = described.isEmpty ? nil : described
  }

  /// What any field may say about itself.
  struct Common: Sendable {
    var help: String?
    var error: String?
    var isRequired = true
    var saysOptional = true
    var source: String?
    var isReadOnly = false
    var validation: String?
    var condition: String?

    static let required = Common()
    static let optional = Common(isRequired: false)
  }

  /// A line of text, with suggestions where the list is long: collaborateur, commune.
  static func text(
    _ name: String, _ label: String, value: String? = nil, type: Entry = .text, width: Width = .wide,
    unit: String? = nil, maximumLength: Int? = nil, autocomplete: String? = nil, inputMode: InputMode? = nil,
    suggestions: [String] = [], searching: String? = nil, strength: PasswordTerms? = nil, _ common: Common = .required
  ) -> Field {
    Field(
      .text, name, label, type: type, value: value, common: common, width: width, unit: unit,
      maximumLength: maximumLength, autocomplete: autocomplete, inputMode: inputMode, suggestions: suggestions,
      searching: searching, strength: strength)
  }

  /// Several lines of text.
  static func area(
    _ name: String, _ label: String, value: String? = nil, rows: Int = 4, maximumLength: Int? = nil,
    _ common: Common = .required
  ) -> Field {
    Field(.area, name, label, value: value, common: common, maximumLength: maximumLength, rows: rows)
  }

  /// One of a list too long for radio buttons.
  static func select(
    _ name: String, _ label: String, _ choices: [Choice], groups: [ChoiceGroup] = [], width: Width = .wide,
    _ common: Common = .required
  ) -> Field {
    Field(.select, name, label, common: common, width: width, choices: choices, choiceGroups: groups)
  }

  /// A date as people write it: `12/3`, `12 mars`, `+15j`. The server reads the same.
  static func date(
    _ name: String, _ label: String, value: String? = nil, _ common: Common = .required
  ) -> Field {
    Field(.date, name, label, value: value, common: common, width: .narrow)
  }

  /// A time of day: `14h30`, `14:30`, `9`.
  static func time(
    _ name: String, _ label: String, value: String? = nil, _ common: Common = .required
  ) -> Field {
    Field(.time, name, label, value: value, common: common, width: .narrow)
  }

  /// One box to tick, sent as `oui`.
  static func checkbox(
    _ name: String, _ label: String, isChecked: Bool = false, _ common: Common = .optional
  ) -> Field {
    Field(.checkbox, name, label, common: common, isChecked: isChecked)
  }

  /// Several boxes under a question.
  static func checkboxes(
    _ name: String, _ label: String, _ choices: [Choice], isInline: Bool = false, _ common: Common = .optional
  ) -> Field {
    Field(.checkboxes, name, label, common: common, choices: choices, isInline: isInline)
  }

  /// One of a few answers.
  static func radios(
    _ name: String, _ label: String, _ choices: [Choice], isInline: Bool = false, _ common: Common = .required
  ) -> Field {
    Field(.radios, name, label, common: common, choices: choices, isInline: isInline)
  }

  /// A file to deposit.
  static func file(
    _ name: String, _ label: String, accept: String, isSeveral: Bool = false, _ common: Common = .required
  ) -> Field {
    Field(.file, name, label, common: common, accept: accept, isSeveral: isSeveral)
  }

  /// The field with what was typed in it. A password is not given back, and a file cannot be.
  func answered(_ typed: FormAnswers) -> Field {
    var copy = self
    let answers = typed.all(name)
    switch kind {
    case .text, .area, .date, .time:
      if type != Entry.password.rawValue, let first = answers.first { copy.value = first }
    case .checkbox: copy.isChecked = !answers.isEmpty
    case .checkboxes, .radios, .select:
      // Nothing at all is said of one that was hidden; of boxes it says that none was ticked.
      guard !answers.isEmpty || kind == .checkboxes else { break }
      copy.choices = choices.map { $0.chosen(answers.contains($0.value)) }
      copy.choiceGroups = choiceGroups.map { group in
        ChoiceGroup(group.title, group.choices.map { $0.chosen(answers.contains($0.value)) })
      }
    case .file: break
    }
    return copy
  }

  /// What the summary at the top of the form links to, when something is wrong here.
  var fault: Link? {
    error.map { Link($0, "#\(id)") }
  }
}

/// Answers under a heading of a long list.
struct ChoiceGroup: Sendable {
  let title: String
  let choices: [Choice]

  init(_ title: String, _ choices: [Choice]) {
    self.title = title
    self.choices = choices
  }
}

/// An answer one may choose.
struct Choice: Sendable {
  let id: String
  let name: String
  let value: String
  let text: String
  let help: String?
  let isChosen: Bool

  init(_ value: String, _ text: String, help: String? = nil, isChosen: Bool = false) {
    self.init(id: "", name: "", value: value, text: text, help: help, isChosen: isChosen)
  }

  private init(id: String, name: String, value: String, text: String, help: String?, isChosen: Bool) {
    self.id = id
    self.name = name
    self.value = value
    self.text = text
    self.help = help
    self.isChosen = isChosen
  }

  fileprivate func chosen(_ isChosen: Bool) -> Choice {
    Choice(id: id, name: name, value: value, text: text, help: help, isChosen: isChosen)
  }

  /// The choice within its field. The first takes the field's own id, so that links to the field land on it.
  fileprivate func within(id: String, position: Int, name: String) -> Choice {
    Choice(
      id: position == 0 ? id : "\(id)-\(position + 1)", name: name, value: value, text: text, help: help,
      isChosen: isChosen)
  }
}
