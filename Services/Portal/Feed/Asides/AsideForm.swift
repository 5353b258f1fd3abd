import API
import Domain
import Service

/// Every value of a household as a field: those at fault first, then the household's and each person's.
struct AsideForm: SettingForm {
  let visit: Visit
  let detail: FeedAsideDetail
  private let definitions: [String: FeedAsideDetail.Field]

  static let room = "Mis de côté par le flux"

  init(_ visit: Visit, _ detail: FeedAsideDetail) {
    self.visit = visit
    self.detail = detail
    definitions = Dictionary(detail.fields.map { ($0.name, $0) }) { first, _ in first }
  }

  static func load(_ visit: Visit) async throws -> AsideForm { AsideForm(visit, try await shownAside(visit)) }

  /// The values as people read them, by the name of their field: `foyer.SITFAM`, `0.NIR`.
  struct Draft: Sendable {
    var values: [String: String]

    subscript(name: String) -> String? {
      get { values[name] }
      set { values[name] = newValue }
    }
  }

  private static func name(_ field: FeedAsideDetail.Field, person: Int?) -> String {
    field.isHousehold ? "foyer.\(field.name)" : "\(person ?? 0).\(field.name)"
  }

  /// A date as people read it; the feed's rules read both.
  private static func shownValue(_ value: String, _ field: FeedAsideDetail.Field) -> String {
    field.isDate ? CalendarDate(value).map(French.short) ?? value : value
  }

  /// Every value that a field may have, with its person; the household's have none.
  private var places: [(field: FeedAsideDetail.Field, person: Int?)] {
    detail.fields.flatMap { field in
      field.isHousehold ? [(field, nil)] : detail.persons.indices.map { (field, Optional($0)) }
    }
  }

  var draft: Draft {
    var values: [String: String] = [:]
    for (field, person) in places {
      guard let value = detail.persons[person ?? 0].values[field.name], !value.isEmpty else { continue }
      values[Self.name(field, person: person)] = Self.shownValue(value, field)
    }
    return Draft(values: values)
  }

  // MARK: Questions

  private func question(_ name: String, _ label: String, person: Int?) -> Question<Draft>? {
    guard let definition = definitions[name] else { return nil }
    let width: Field.Width = definition.maximum <= 10 ? .narrow : definition.maximum <= 30 ? .medium : .wide
    return Question.line(
      Self.name(definition, person: person), \.[Self.name(definition, person: person)], label, width: width,
      most: definition.isDate ? 10 : definition.maximum
    ).help(definition.isDate ? "jj/mm/aaaa" : nil).quiet()
  }

  /// The values that some problem names, each once, by their place.
  private var faulty: [(name: String, person: Int?)] {
    var seen: Set<String> = []
    return detail.persons.enumerated().flatMap { index, person in
      person.problems.compactMap { issue -> (name: String, person: Int?)? in
        guard let definition = definitions[issue.field] else { return nil }
        let place: Int? = definition.isHousehold ? nil : index
        return seen.insert(Self.name(definition, person: place)).inserted ? (issue.field, place) : nil
      }
    }
  }

  /// Those too of which Genesis said nothing.
  private var showsEmpty: Bool { visit.query["tout"] == "oui" }

  var groups: [QuestionGroup<Draft>] {
    let first = faulty.compactMap { place -> Question<Draft>? in
      let label = AsideGroup.labels[place.name] ?? place.name
      guard detail.persons.count > 1, let person = place.person else {
        return question(place.name, label, person: place.person)
      }
      return question(place.name, "\(label) (\(personName(detail.persons[person], person)))", person: person)
    }
    let rule =
      "Corrigez ce qui doit l’être. Une donnée absente peut rester vide : le foyer est contrôlé comme un fichier."
    return [QuestionGroup(first.isEmpty ? nil : "À vérifier", text: rule, isPaired: true, all: first)]
      + groups(leavingOut: Set(first.map(\.name)))
  }

  private func groups(leavingOut: Set<String>) -> [QuestionGroup<Draft>] {
    let kept = draft
    func group(_ group: AsideGroup, person: Int?, suffix: String?) -> QuestionGroup<Draft>? {
      let questions = group.fields.compactMap { question($0.name, $0.label, person: person) }.filter {
        !leavingOut.contains($0.name) && (showsEmpty || kept[$0.name] != nil || visit.form.exact($0.name) != nil)
      }
      let title = suffix.map { "\(group.rawValue) : \($0)" } ?? group.rawValue
      return questions.isEmpty ? nil : QuestionGroup(title, isPaired: true, all: questions)
    }
    let household = [AsideGroup.request, .family, .address].compactMap { group($0, person: nil, suffix: nil) }
    let persons = detail.persons.enumerated().flatMap { index, person in
      [AsideGroup.identity, .duties, .referent, .notice].compactMap {
        group($0, person: index, suffix: detail.persons.count > 1 ? personName(person, index) : nil)
      }
    }
    return household + persons
  }

  // MARK: The page

  var version: Int? { detail.version }
  var isNew: Bool { true }
  var sending: Sending {
    Sending("correction", "Corriger et reprendre", cancel: asidesAddress, to: detail.aside.address)
  }

  var head: PageHead {
    let aside = detail.aside
    let dismissal = Action("Laisser de côté…", "\(aside.address)/laisser", icon: .pause)
    let empties =
      showsEmpty
      ? Action("Masquer les données absentes", aside.address, icon: .minus, weight: .plain)
      : Action("Voir les données absentes", "\(aside.address)?tout=oui", icon: .plus, weight: .plain)
    return PageHead(
      aside.name.isEmpty ? "Foyer sans nom" : aside.name,
      lead: "Flux du \(French.long(aside.referenceDate)), reçu le \(French.moment(aside.receivedAt))",
      back: Link("Mis de côté par le flux", asidesAddress), badges: [aside.state.badge],
      actions: aside.state == .open ? [empties, dismissal] : [])
  }

  func body(_ form: any Piece) -> [any Piece] {
    let isOpen = detail.aside.state == .open
    var body: [any Piece] = (isOpen ? [] : [settledNotice(detail)]) + [issuesPanel(detail)]
    body += isOpen ? [form] : facts
    if !detail.history.isEmpty { body.append(Panel("Qui a fait quoi", [asideHistory(detail)])) }
    return body
  }

  /// Sends what was changed: a value left as it was is not sent.
  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let before = self.draft
    let values = places.compactMap { field, person -> FeedCorrection.Value? in
      let name = Self.name(field, person: person)
      let (answer, kept) = (draft[name] ?? "", detail.persons[person ?? 0].values[field.name] ?? "")
      guard answer != before[name] ?? "", answer != kept else { return nil }
      return FeedCorrection.Value(person: person, field: field.name, value: answer)
    }
    let after = try await visit.services.call(
      DossiersAPI.correctFeedAside, asidePath(visit), FeedCorrection(values: values), version: version,
      key: visit.key)
    guard after.aside.state == .corrected else {
      let reason = after.history.first { $0.kind == .refused }?.comment
      let again = AsideForm(visit, after)
      return again.page([Notice.refusal("Le foyer n’a pas pu être repris", reason)], again.opened).with(
        status: 422)
    }
    return .see(asidesAddress, saying: "\(after.aside.name) : le foyer est corrigé et repris.")
  }

  /// The same values where there is nothing to correct any more.
  private var facts: [Panel] {
    func facts(_ group: AsideGroup, person: Int) -> [Fact] {
      group.fields.compactMap { name, label in
        guard let value = detail.persons[person].values[name], let definition = definitions[name] else { return nil }
        return Fact(label, name == "NIR" ? "masqué" : Self.shownValue(value, definition))
      }
    }
    guard !detail.persons.isEmpty else { return [] }
    let household = [AsideGroup.request, .family, .address].flatMap { facts($0, person: 0) }
    return [Panel("Foyer", [Facts(household)])]
      + detail.persons.enumerated().map { index, person in
        Panel(
          personName(person, index),
          [Facts([AsideGroup.identity, .duties, .referent, .notice].flatMap { facts($0, person: index) })])
      }
  }
}
