/// Something one can do from here: a link, or a button that posts.
struct Action: Piece {
  /// How much it weighs. A view has one `primary`.
  enum Weight: String, Sendable {
    case primary, outline, plain, danger
  }

  let piece = "pieces/action"
  let label: String
  let address: String
  let icon: String?
  let weight: String
  /// Posts instead of following a link.
  let posts: Bool
  /// Hidden values sent along when it posts.
  let values: [HiddenValue]
  /// Asked first. The address of its page serves browsers without scripts.
  let confirmation: Confirmation?
  /// Why it cannot be done now. It is then shown, but does nothing.
  let refusal: String?
  let isRefused: Bool
  /// Said under the label.
  let note: String?

  init(
    _ label: String, _ address: String, icon: Icon? = nil, weight: Weight = .outline, posts: Bool = false,
    values: [HiddenValue] = [], confirmation: Confirmation? = nil, refusal: String? = nil, note: String? = nil
  ) {
    self.label = label
    self.address = address
    self.icon = icon?.rawValue
    self.weight = weight.rawValue
    self.posts = posts && confirmation == nil && refusal == nil
    self.values = values
    self.confirmation = confirmation
    self.refusal = refusal
    isRefused = refusal != nil
    self.note = note
  }
}

/// A value a form carries without showing it: the version read, the key that makes a double click one act.
struct HiddenValue: Sendable {
  let name: String
  let value: String

  init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// The question before an act that deserves one: what will happen, whether it can be undone.
///
/// In a dialog where scripts run; on the page at `Action.address` (`StandardPage` with this piece) elsewhere.
struct Confirmation: Piece {
  let piece = "pieces/confirm"
  /// Unique in the page.
  let id: String
  let title: String
  let consequences: [String]
  /// Said last: « Vous pourrez l'annuler pendant 30 jours. »
  let reassurance: String?
  /// Where the form posts.
  let address: String
  /// The verb of the button.
  let label: String
  let weight: String
  let values: [HiddenValue]
  let fields: [Field]
  /// Where « Annuler » leads on the page without scripts.
  let back: String

  init(
    id: String, title: String, consequences: [String], reassurance: String? = nil, address: String, label: String,
    isDangerous: Bool = false, values: [HiddenValue] = [], fields: [Field] = [], back: String
  ) {
    self.id = id
    self.title = title
    self.consequences = consequences
    self.reassurance = reassurance
    self.address = address
    self.label = label
    weight = isDangerous ? "danger" : "primary"
    self.values = values
    self.fields = fields
    self.back = back
  }
}

extension Confirmation {
  /// The question with what was typed in its fields, and other hidden values.
  func answered(_ typed: FormAnswers, values: [HiddenValue]) -> Confirmation {
    Confirmation(
      id: id, title: title, consequences: consequences, reassurance: reassurance, address: address, label: label,
      isDangerous: weight == Action.Weight.danger.rawValue, values: values,
      fields: fields.map { $0.answered(typed) }, back: back)
  }
}

/// Actions under a title, as in the right column.
struct ActionGroup: Sendable {
  let title: String
  let actions: [Action]
  let people: [PersonChip]
  let badges: [Badge]

  init(_ title: String, _ actions: [Action] = [], people: [PersonChip] = [], badges: [Badge] = []) {
    self.title = title
    self.actions = actions
    self.people = people
    self.badges = badges
  }
}

/// The right column: what can be done. On a phone, a sheet behind a button at the bottom.
struct ActionColumn: Sendable {
  let groups: [ActionGroup]

  init(_ groups: [ActionGroup]) {
    self.groups = groups
  }
}

/// Links under an optional title, as in the left column.
struct NavigationGroup: Sendable {
  let title: String?
  let links: [Link]

  init(_ title: String? = nil, links: [Link]) {
    self.title = title
    self.links = links
  }
}

/// The left column: where one can go. On a phone, a row of tabs.
struct Navigation: Sendable {
  /// Names the landmark, as in « Dossier ».
  let label: String
  let groups: [NavigationGroup]

  init(_ label: String, _ groups: [NavigationGroup]) {
    self.label = label
    self.groups = groups
  }
}
