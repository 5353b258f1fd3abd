/// Something one can do from here: a link, or a button that posts.
struct Action: Piece {
  /// How much it weighs. A view has one `primary`.
  enum Weight: String, Sendable {
    case primary, outline, plain, danger
  }

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

  func html(in frame: Frame) -> HTML {
    if let refusal {
      return """
        <span class="btn btn-\(weight) is-refused">\(icon: icon)<span>\(label)\(small: refusal)</span></span>
        """
    }
    if posts {
      return """
        <form class="inline-form" action="\(address)" method="post">\(frame.proof)\(hidden: values)\
        <button class="btn btn-\(weight)">\(icon: icon)<span>\(label)</span></button></form>
        """
    }
    return """
      <a class="btn btn-\(weight)" href="\(address)"\(attribute: "data-confirm", confirmation?.id)>\
      \(icon: icon)<span>\(label)\(small: note)</span></a>\(confirmation, { $0.dialog(in: frame) })
      """
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
  /// What leaves everything as it is, where « Annuler » would be the act itself: « Garder le rendez-vous ».
  let keep: String

  init(
    id: String, title: String, consequences: [String], reassurance: String? = nil, address: String, label: String,
    isDangerous: Bool = false, values: [HiddenValue] = [], fields: [Field] = [], back: String,
    keep: String = "Annuler"
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
    self.keep = keep
  }

  func html(in frame: Frame) -> HTML {
    """
    <form class="confirm" action="\(address)" method="post">
    \(frame.proof)\(hidden: values)
    <ul class="consequences">\(each: consequences, { "<li>\($0)</li>" })</ul>
    \(fields, in: frame)
    \(reassurance, { #"<p class="muted">\#($0)</p>"# })
    <div class="dialog-foot"><a class="btn btn-plain" href="\(back)" data-close>\(keep)</a>\
    <button class="btn btn-\(weight)">\(label)</button></div>
    </form>
    """
  }

  fileprivate func dialog(in frame: Frame) -> HTML {
    """
    <dialog class="dialog" id="\(id)" aria-labelledby="\(id)-titre"><h2 id="\(id)-titre">\(title)</h2>\
    \(html(in: frame))</dialog>
    """
  }
}

extension Confirmation {
  /// The question with what was typed in its fields, and other hidden values.
  func answered(_ typed: FormAnswers, values: [HiddenValue]) -> Confirmation {
    Confirmation(
      id: id, title: title, consequences: consequences, reassurance: reassurance, address: address, label: label,
      isDangerous: weight == Action.Weight.danger.rawValue, values: values,
      fields: fields.map { $0.answered(typed) }, back: back, keep: keep)
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

  fileprivate func html(in frame: Frame) -> HTML {
    """
    <section class="action-group">
    <h2>\(title)</h2>
    \(badges, in: frame)\(actions, in: frame)\(people, in: frame)</section>

    """
  }
}

/// The right column: what can be done. On a phone, a sheet behind a button at the bottom.
struct ActionColumn: Sendable {
  let groups: [ActionGroup]

  init(_ groups: [ActionGroup]) {
    self.groups = groups
  }

  func html(in frame: Frame) -> HTML {
    """
    <aside class="actions" id="actions" aria-label="Actions" tabindex="-1">
    <a class="btn btn-primary sheet-open" href="#actions">\(icon: .menu)<span>Actions</span></a>
    <a class="btn btn-plain sheet-close" href="#page">\(icon: .x)<span>Fermer</span></a>
    \(each: groups, { $0.html(in: frame) })</aside>
    """
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

  fileprivate var html: HTML {
    """
    \(title, { #"<p class="navigation-title">\#($0)</p>"# })
    <ul>
    \(each: links, item)</ul>

    """
  }

  private func item(_ link: Link) -> HTML {
    """
    <li><a href="\(link.address)"\(#" aria-current="page""#, if: link.isCurrent)>\(icon: link.icon)\
    <span>\(link.text)</span>\(link.count, { count($0, of: link) })</a></li>

    """
  }

  private func count(_ count: Int, of link: Link) -> HTML {
    #"<span class="count">\#(count)<span class="visually-hidden"> \#(link.countLabel)</span></span>"#
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

  var html: HTML {
    """
    <nav class="navigation" aria-label="\(label)">
    \(each: groups, { $0.html })</nav>
    """
  }
}
