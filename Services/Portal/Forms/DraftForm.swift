import API
import Domain
import Service

/// A form as one value: what it asks, how its page is made, and what saves it.
///
/// `Pages.form` opens it, reads what is sent, and shows it again with every fault and with what was typed. When somebody
/// else changed the same thing meanwhile (412), it keeps what only one of the two changed and asks for the rest.
protocol DraftForm: Sendable {
  /// What the answers are read into, most often the input of an endpoint.
  associatedtype Draft: Sendable

  /// What the page shows and what may be chosen, as it is now.
  static func load(_ visit: Visit) async throws -> Self

  var visit: Visit { get }

  var groups: [QuestionGroup<Draft>] { get }

  /// What is stored, or the start of something new.
  var draft: Draft { get }

  /// The version of what is stored, or of what something new is added to; nil where there is none.
  var version: Int? { get }

  /// Whether sending it creates something, which is done once however often it is sent.
  var isNew: Bool { get }

  /// The answer where there is nothing to fill in; nil where there is.
  ///
  /// - Throws: why the form is not open to the caller.
  var instead: PageAnswer? { get throws }

  /// Said above the form where the thing changed since the form was opened (412): the caller must look at it before it
  /// is sent again, as before a decision. Nil where answers are merged.
  var changed: Notice? { get }

  /// The answers that the form opens with, where those are not the draft's.
  var opening: FormAnswers? { get }

  /// Where the form is sent, and the words of its buttons.
  var sending: Sending { get }

  /// The page around the form.
  ///
  /// - Parameters:
  ///   - notices: what concerns the form as a whole.
  ///   - form: the form, or the choice between two versions of it.
  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer

  /// Saves what was answered and leads on.
  ///
  /// - Parameter version: the one that the form was opened with; nil for something new.
  /// - Throws: the service's problem; its faults are shown at their fields.
  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer

  /// What the endpoint would refuse without looking further; a draft that is its input is checked by itself.
  func outOfBounds(_ draft: Draft) throws -> [Fault]

  /// The field at which a refusal is told that names none; nil to tell it above the form.
  func place(of problem: Problem) -> String?

  /// A way on from a refusal that is this form's own; nil for any other.
  func refusal(_ problem: Problem, _ draft: Draft) -> Notice?
}

extension DraftForm {
  var isNew: Bool { version == nil }

  var instead: PageAnswer? { nil }

  var changed: Notice? { nil }

  var opening: FormAnswers? { nil }

  func place(of problem: Problem) -> String? { nil }

  func refusal(_ problem: Problem, _ draft: Draft) -> Notice? { nil }

  var questions: [Question<Draft>] { groups.flatMap(\.questions) }
}

/// A form on a page of a dossier.
protocol DossierForm: DraftForm {
  var open: OpenDossier { get }

  /// The path of the section that its page belongs to.
  static var section: String { get }

  var head: PageHead { get }
}

extension DossierForm {
  var visit: Visit { open.visit }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    open.page(head, in: Self.section, notices + [form])
  }
}

/// Where a form is sent, and the words of its buttons.
struct Sending: Sendable {
  let id: String
  let submit: String
  /// Where one goes who gives up, and what that is called.
  let cancel: String?
  var givingUp = "Annuler"
  /// Where the form is sent; the page's own address where it does not say.
  var address: String?
  var others: [SubmitButton] = []
  var isMultipart = false
  /// What is typed is kept as one goes: for long texts.
  var isKept = false

  init(
    _ id: String, _ submit: String, cancel: String? = nil, givingUp: String = "Annuler", to address: String? = nil,
    others: [SubmitButton] = [],
    isMultipart: Bool = false, isKept: Bool = false
  ) {
    self.isKept = isKept
    self.id = id
    self.submit = submit
    self.cancel = cancel
    self.givingUp = givingUp
    self.address = address
    self.others = others
    self.isMultipart = isMultipart
  }
}

extension Pages {
  /// A form to look at and to send, at one address.
  ///
  /// - Parameter reading: rights that open the page, where those who may not send the form may see it.
  func form<Asked: DraftForm>(
    _ path: String, rights: [Right], reading: [Right]? = nil, limit: Int = 256 * 1024, _ type: Asked.Type
  ) {
    get(path, rights: reading ?? rights) { visit in
      let form = try await Asked.load(visit)
      if let instead = try form.instead { return instead }
      let notices = await form.sending.isKept ? visit.keptNotices() : []
      return form.page(notices, form.opened)
    }
    post(path, rights: rights, limit: limit) { visit in
      let form = try await Asked.load(visit)
      // The same form with other choices, as another class of offers: what was typed stays.
      if visit.query["retour"] != nil { return form.page([], form.drawn(visit.form, FormFaults())) }
      return try await form.received(visit.form)
    }
  }
}

extension DraftForm {
  /// The form as it opens.
  var opened: Form {
    let stored = FormAnswers(questions.map { ($0.name, $0.written(draft)) })
    return drawn(opening ?? stored, FormFaults(), proof)
  }

  /// What one click sends instead of the form: these answers, on what is stored now.
  func values(_ answered: Draft) -> [HiddenValue] {
    questions.map { HiddenValue($0.name, $0.written(answered)) }.filter { !$0.value.isEmpty }
      + proof
  }

  private var proof: [HiddenValue] {
    // Not `version.map`: Swift 6.3's optimiser ends with an error of its own on that.
    guard let version else { return key }
    return Opened(draft, questions).values(version: version) + key
  }

  private var key: [HiddenValue] { isNew ? [Visit.freshKey] : [] }

  /// The form as it was filled in, under the version that it was opened with. One that creates something is another
  /// request when it is sent again: it never bears the key of the one that was refused.
  ///
  /// - Parameter isRenewed: under the version that is stored now instead.
  func drawn(
    _ typed: FormAnswers, _ faults: FormFaults, asking doubt: Doubt? = nil, isRenewed: Bool = false
  ) -> Form {
    let base = [Opened.version, Opened.digests, KeptForms.parameter].compactMap { name in
      typed[name].map { HiddenValue(name, $0) }
    }
    return drawn(typed, faults, isRenewed ? proof : base + key, asking: doubt)
  }

  private func drawn(
    _ typed: FormAnswers, _ faults: FormFaults, _ values: [HiddenValue], asking doubt: Doubt? = nil
  ) -> Form {
    var groups = groups.map { group in
      FieldGroup(
        group.title, text: group.text, isPaired: group.isPaired,
        fields: group.questions.flatMap { $0.drawn($0.typed(typed), faults) })
    }
    let carried = questions.filter { $0.drawing == nil }.map { HiddenValue($0.name, $0.typed(typed)) }
    let beside = questions.flatMap { $0.carried($0.typed(typed)) }
    var values = (carried + beside).filter { !$0.value.isEmpty } + values
    if let doubt {
      groups.append(FieldGroup(fields: [doubt.field(faults)]))
      values.append(HiddenValue(Doubt.shownFor, doubt.subject))
    }
    return Form(
      id: sending.id, address: sending.address ?? visit.path, groups: groups, values: values, submit: sending.submit,
      others: sending.others, cancel: sending.cancel.map { Link(sending.givingUp, $0) },
      isMultipart: sending.isMultipart, isKept: sending.isKept)
  }
}
