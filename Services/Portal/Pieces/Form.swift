/// A form: faults at the top, fields in groups, one filled button.
struct Form: Piece {
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
  /// What is typed is kept as one goes.
  let isKept: Bool

  init(
    id: String = "formulaire", address: String, groups: [FieldGroup], values: [HiddenValue] = [], submit: String,
    others: [SubmitButton] = [], cancel: Link? = nil, isMultipart: Bool = false, isGuarded: Bool = true,
    isKept: Bool = false
  ) {
    self.isKept = isKept
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

  func html(in frame: Frame) -> HTML {
    """
    \(errors, in: frame)
    <form class="form" id="\(id)" action="\(address)" method="post" novalidate\
    \(#" enctype="multipart/form-data""#, if: isMultipart)\(" data-guard", if: isGuarded)\(" data-keep", if: isKept)>
    \(frame.proof)\(hidden: values)
    \(each: groups, { $0.html(in: frame) })<div class="form-foot">
    <button class="btn btn-primary">\(submit)</button>
    \(each: others, { #"<button class="btn btn-outline" formaction="\#($0.address)">\#($0.label)</button>"# })
    \(cancel, { #"<a class="btn btn-plain" href="\#($0.address)">\#($0.text)</a>"# })
    \(#"<span class="muted" role="status" data-kept></span>"#, if: isKept)
    </div>
    </form>
    """
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
      isMultipart: isMultipart, isGuarded: isGuarded, isKept: isKept)
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

  fileprivate func html(in frame: Frame) -> HTML {
    """
    <div class="field-group\(" is-paired", if: isPaired)">
    \(title, { "<h2>\($0)</h2>" })
    \(text, { #"<p class="muted">\#($0)</p>"# })
    \(fields, in: frame)</div>

    """
  }
}

/// Everything that is wrong, at the top, each linked to its field. Takes the focus when the page opens.
struct ErrorSummary: Piece {
  let title: String
  let faults: [Link]

  /// Nil when nothing is wrong.
  init?(_ faults: [Link]) {
    guard !faults.isEmpty else { return nil }
    title = faults.count == 1 ? "Un point est à corriger" : "\(faults.count) points sont à corriger"
    self.faults = faults
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="error-summary" role="alert" tabindex="-1" aria-labelledby="erreurs-titre" data-focus>
    <h2 id="erreurs-titre">\(icon: .alert)\(title)</h2>
    <ul>\(each: faults, { #"<li><a href="\#($0.address)">\#($0.text)</a></li>"# })</ul>
    </div>
    """
  }
}

/// What a list is narrowed to; its state is in the address.
struct FilterBar: Piece {
  let address: String
  let fields: [Field]
  /// Many filters, each under its heading: a page of their own.
  let groups: [FieldGroup]
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
  /// The id of the list that follows the filters while one types.
  let live: String?

  init(
    address: String, fields: [Field] = [], groups: [FieldGroup] = [], more: [Field] = [], active: [Link] = [],
    reset: String? = nil, save: Link? = nil, values: [HiddenValue] = [], live: String? = nil
  ) {
    self.groups = groups
    self.values = values
    self.live = live
    self.address = address
    self.fields = fields
    self.more = more
    self.active = active
    self.reset = active.isEmpty ? nil : reset
    self.save = save
  }

  func html(in frame: Frame) -> HTML {
    """
    <form class="filters" action="\(address)" method="get" aria-label="Filtres"\(attribute: "hx-get", live.map { _ in address })\
    \(attribute: "hx-trigger", live.map { _ in "input delay:300ms" })\(attribute: "hx-select", followed)\
    \(attribute: "hx-target", followed)\(attribute: "hx-swap", live.map { _ in "outerHTML" })\
    \(attribute: "hx-push-url", live.map { _ in "true" })>
    \(hidden: values)
    \(each: groups, { $0.html(in: frame) })\
    <div class="filter-fields">
    \(fields, in: frame)<button class="btn btn-outline">\(icon: .filter)<span>Filtrer</span></button>
    </div>
    \(moreFields(in: frame), if: !more.isEmpty)
    </form>
    <div class="active-filters">
    \(each: active, chip)
    \(reset, { #"<a href="\#($0)">Tout retirer</a>"# })
    \(save, { #"<a href="\#($0.address)">\#(icon: .star)\#($0.text)</a>"# })
    </div>
    """
  }

  /// The list that the page takes anew, a moment after the last key.
  private var followed: String? { live.map { "#\($0)" } }

  private func moreFields(in frame: Frame) -> HTML {
    """
    <details class="more-filters"><summary>Plus de filtres</summary>
    <div class="filter-fields">\(more, in: frame)</div></details>
    """
  }

  private func chip(_ filter: Link) -> HTML {
    """
    <a class="filter-chip" href="\(filter.address)">\(filter.text)\(icon: .x)\
    <span class="visually-hidden">\u{A0}: retirer ce filtre</span></a>
    """
  }
}
