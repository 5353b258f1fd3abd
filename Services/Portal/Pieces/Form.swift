/// A form: faults at the top, fields in groups, one filled button.
struct Form: Piece {
  let piece = "pieces/form"
  let id: String
  let address: String
  let groups: [FieldGroup]
  let errors: ErrorSummary?
  /// The version read (sent back as `If-Match`), the key that makes a double click one act.
  let values: [HiddenValue]
  let submit: String
  /// Other buttons that send the same fields elsewhere: « Enregistrer comme brouillon ».
  let others: [SubmitButton]
  let cancel: Link?
  /// Carries files.
  let isMultipart: Bool
  /// Warns before leaving with unsaved answers.
  let isGuarded: Bool

  init(
    id: String = "formulaire", address: String, groups: [FieldGroup], values: [HiddenValue] = [], submit: String,
    others: [SubmitButton] = [], cancel: Link? = nil, isMultipart: Bool = false, isGuarded: Bool = true
  ) {
    self.id = id
    self.address = address
    self.groups = groups
    errors = ErrorSummary(groups.flatMap(\.fields).compactMap(\.fault))
    self.values = values
    self.submit = submit
    self.others = others
    self.cancel = cancel
    self.isMultipart = isMultipart
    self.isGuarded = isGuarded
  }
}

extension Form {
  /// The form with what was typed in it, and other hidden values.
  func answered(_ typed: FormAnswers, values: [HiddenValue]) -> Form {
    let groups = groups.map { group in
      FieldGroup(
        group.title, text: group.text, isPaired: group.isPaired, fields: group.fields.map { $0.answered(typed) })
    }
    return Form(
      id: id, address: address, groups: groups, values: values, submit: submit, others: others, cancel: cancel,
      isMultipart: isMultipart, isGuarded: isGuarded)
  }
}

/// Another way to send a form.
struct SubmitButton: Sendable {
  let label: String
  let address: String

  init(_ label: String, _ address: String) {
    self.label = label
    self.address = address
  }
}

/// Fields under a heading.
struct FieldGroup: Sendable {
  let title: String?
  let text: String?
  /// Two fields a row where the screen is wide.
  let isPaired: Bool
  let fields: [Field]

  init(_ title: String? = nil, text: String? = nil, isPaired: Bool = false, fields: [Field]) {
    self.title = title
    self.text = text
    self.isPaired = isPaired
    self.fields = fields
  }
}

/// Everything that is wrong, at the top, each linked to its field. Takes the focus when the page opens.
struct ErrorSummary: Piece {
  let piece = "pieces/error-summary"
  let title: String
  let faults: [Link]

  /// Nil when nothing is wrong.
  init?(_ faults: [Link]) {
    guard !faults.isEmpty else { return nil }
    title = faults.count == 1 ? "Un point est à corriger" : "\(faults.count) points sont à corriger"
    self.faults = faults
  }
}

/// What a list is narrowed to; its state is in the address.
struct FilterBar: Piece {
  let piece = "pieces/filter-bar"
  let address: String
  let fields: [Field]
  /// Filters less used, behind « Plus de filtres ».
  let more: [Field]
  /// The filters that act now; each link takes one away.
  let active: [Link]
  /// Takes all of them away.
  let reset: String?
  /// Keeps the search under a name.
  let save: Link?
  /// What the address says besides the filters, and goes on saying: which tab is open.
  let values: [HiddenValue]

  init(
    address: String, fields: [Field], more: [Field] = [], active: [Link] = [], reset: String? = nil,
    save: Link? = nil, values: [HiddenValue] = []
  ) {
    self.values = values
    self.address = address
    self.fields = fields
    self.more = more
    self.active = active
    self.reset = active.isEmpty ? nil : reset
    self.save = save
  }
}
