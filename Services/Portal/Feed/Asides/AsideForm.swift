import API
import Domain

/// Every value of a household as fields: those at fault first, then the household's and each person's.
struct AsideForm {
  let detail: FeedAsideDetail
  let typed: FormAnswers?
  let faults: FormFaults
  /// Those too of which Genesis said nothing.
  let showsEmpty: Bool
  private let definitions: [String: FeedAsideDetail.Field]

  init(_ detail: FeedAsideDetail, typed: FormAnswers?, faults: FormFaults, showsEmpty: Bool = false) {
    self.detail = detail
    self.showsEmpty = showsEmpty
    self.typed = typed
    self.faults = faults
    definitions = Dictionary(detail.fields.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The name of a value's field: `foyer.SITFAM`, `0.NIR`.
  private static func name(_ field: FeedAsideDetail.Field, person: Int?) -> String {
    field.isHousehold ? "foyer.\(field.name)" : "\(person ?? 0).\(field.name)"
  }

  /// The names of all fields, by which a service's faults land at theirs.
  static func names(of detail: FeedAsideDetail) -> [String] {
    detail.fields.flatMap { field in
      field.isHousehold ? [name(field, person: nil)] : detail.persons.indices.map { name(field, person: $0) }
    }
  }

  /// What was changed in the form: a value left as it was is not sent.
  static func correction(_ form: FormAnswers, of detail: FeedAsideDetail) -> FeedCorrection {
    var values: [FeedCorrection.Value] = []
    for field in detail.fields {
      for person in field.isHousehold ? [nil] : detail.persons.indices.map(Optional.some) {
        let name = name(field, person: person)
        guard form.exact(name) != nil else { continue }
        let answer = form[name] ?? ""
        let before = detail.persons[person ?? 0].values[field.name] ?? ""
        guard answer != shownValue(before, field), answer != before else { continue }
        values.append(.init(person: person, field: field.name, value: answer))
      }
    }
    return FeedCorrection(values: values)
  }

  /// A date as people read it; the feed's rules read both.
  private static func shownValue(_ value: String, _ field: FeedAsideDetail.Field) -> String {
    field.isDate ? CalendarDate(value).map(French.short) ?? value : value
  }

  private func field(_ name: String, _ label: String, person: Int?) -> Field? {
    guard let definition = definitions[name] else { return nil }
    let key = Self.name(definition, person: person)
    let kept = detail.persons[person ?? 0].values[name] ?? ""
    let value = typed.map { $0[key] ?? "" } ?? Self.shownValue(kept, definition)
    return .text(
      key, label, value: value, width: definition.maximum <= 10 ? .narrow : definition.maximum <= 30 ? .medium : .wide,
      maximumLength: definition.isDate ? 10 : definition.maximum,
      faults.common(
        key, help: definition.isDate ? "jj/mm/aaaa" : nil, isRequired: false, saysOptional: false))
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

  private func groups(leavingOut: Set<String>) -> [FieldGroup] {
    func group(_ group: AsideGroup, person: Int?, suffix: String?) -> FieldGroup? {
      let fields = group.fields.compactMap { field($0.name, $0.label, person: person) }
        .filter { !leavingOut.contains($0.name) && (showsEmpty || $0.value?.isEmpty == false || $0.error != nil) }
      let title = suffix.map { "\(group.rawValue) : \($0)" } ?? group.rawValue
      return fields.isEmpty ? nil : FieldGroup(title, isPaired: true, fields: fields)
    }
    let household = [AsideGroup.request, .family, .address].compactMap { group($0, person: nil, suffix: nil) }
    let persons = detail.persons.enumerated().flatMap { index, person in
      [AsideGroup.identity, .duties, .referent, .notice].compactMap {
        group($0, person: index, suffix: detail.persons.count > 1 ? personName(person, index) : nil)
      }
    }
    return household + persons
  }

  var form: Form {
    let first = faulty.compactMap { place -> Field? in
      let label = AsideGroup.labels[place.name] ?? place.name
      guard detail.persons.count > 1, let person = place.person else {
        return field(place.name, label, person: place.person)
      }
      return field(place.name, "\(label) (\(personName(detail.persons[person], person)))", person: person)
    }
    let rule =
      "Corrigez ce qui doit l’être. Une donnée absente peut rester vide : le foyer est contrôlé comme un fichier."
    let top = FieldGroup(first.isEmpty ? nil : "À vérifier", text: rule, isPaired: true, fields: first)
    return Form(
      id: "correction", address: detail.aside.address, groups: [top] + groups(leavingOut: Set(first.map(\.name))),
      values: [HiddenValue("version", String(detail.version)), Visit.freshKey], submit: "Corriger et reprendre",
      cancel: Link("Annuler", asidesAddress))
  }

  /// The same values where there is nothing to correct any more.
  var facts: [Panel] {
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
