import API
import Domain
import Foundation
import Service

let criterionPath = "/beneficiaires/caracteristiques"

/// The left column's « Caractéristiques »: a criterion is chosen, filled in and added to the list (the guide's *Recherche de
/// cas*). What the list is narrowed to already stays in the address.
func addCriterionPages(to pages: Pages) {
  pages.get("beneficiaires/caracteristiques", rights: [.readDossiers]) { visit in
    try await criterionPage(visit, visit.query)
  }
  pages.post("beneficiaires/caracteristiques", rights: [.readDossiers]) { visit in
    try await criterionPage(visit, visit.form)
  }
}

private func criterionPage(_ visit: Visit, _ answers: FormAnswers) async throws -> PageAnswer {
  var filter = BeneficiaryFilter(answers, today: visit.today)
  filter.after = nil
  let known = try await visit.services.call(DossiersAPI.listCharacteristics).items
  let chosen = answers["caracteristique"].flatMap { code in known.first { $0.code == code } }
  var faults = FormFaults()
  if let chosen, answers["test"] != nil,
    let criterion = readCriterion(of: chosen, answers, today: visit.today, &faults)
  {
    if !filter.criteria.contains(criterion) { filter.criteria.append(criterion) }
    return .see(filter.address(after: nil, always: true))
  }
  let names = try await CriterionNames.of(filter, visit, known: known)
  let facts = filter.words(names).map { Fact($0.label, $0.value) }
  let head = PageHead(
    "Caractéristiques", lead: "Ni la casse ni les accents ne comptent. Les critères s’ajoutent les uns aux autres.",
    back: Link("Bénéficiaires", filter.address(after: nil, always: true)))
  let form = chosen.map { valueForm($0, filter, answers, faults) } ?? choiceForm(known, filter)
  var body: [any Piece] = faults.general + [form]
  if !facts.isEmpty { body.append(Panel("Déjà cherché", [Facts(facts)])) }
  return visit.page(head, .beneficiaries, body).with(faults)
}

/// Which characteristic, by family.
private func choiceForm(_ known: [Characteristic], _ filter: BeneficiaryFilter) -> any Piece {
  guard !known.isEmpty else {
    return EmptyState("Aucune caractéristique", "L’administrateur fonctionnel n’en a pas encore défini.", icon: .list)
  }
  var families: [(title: String, choices: [Choice])] = []
  for characteristic in known {
    let choice = Choice(characteristic.code, characteristic.label)
    if families.last?.title == characteristic.familyLabel {
      families[families.count - 1].choices.append(choice)
    } else {
      families.append((characteristic.familyLabel, [choice]))
    }
  }
  return FilterBar(
    address: criterionPath,
    fields: [
      .select(
        "caracteristique", "Caractéristique", [Choice("", "Choisissez")],
        groups: families.map { ChoiceGroup($0.title, $0.choices) }, .optional)
    ], values: filter.values)
}

/// How it is compared, and with what.
private func valueForm(
  _ chosen: Characteristic, _ filter: BeneficiaryFilter, _ answers: FormAnswers, _ faults: FormFaults
) -> any Piece {
  let tests = CharacteristicCriterion.Test.all(of: chosen.kind)
  let test = answers["test"].flatMap(CharacteristicCriterion.Test.init(rawValue:)) ?? tests[0]
  let choices = tests.map { Choice($0.rawValue, $0.label, isChosen: $0 == test) }
  // A value is asked for by some comparisons, and an end by one.
  var common = faults.common("valeur", isRequired: false, saysOptional: false)
  common.condition = "test=\(tests.filter(\.takesValue).map(\.rawValue).joined(separator: "|"))"
  var until = faults.common("jusque", isRequired: false, saysOptional: false)
  until.condition = "test=\(CharacteristicCriterion.Test.between.rawValue)"
  let value = answers["valeur"]
  var fields: [Field] = [.select("test", chosen.label, choices)]
  switch chosen.kind {
  case .choice, .choices:
    fields.append(
      .select(
        "valeur", "Valeur", [Choice("", "Choisissez")] + chosen.choices.map { Choice($0, $0, isChosen: $0 == value) },
        common))
  case .yesNo:
    fields.append(
      .select(
        "valeur", "Valeur",
        [
          Choice("", "Choisissez"), Choice("oui", "Oui", isChosen: value == "oui"),
          Choice("non", "Non", isChosen: value == "non"),
        ], common))
  case .date:
    fields.append(.date("valeur", "Date", value: value, common))
    fields.append(.date("jusque", "Et, pour « entre »", value: answers["jusque"], until))
  case .number:
    fields.append(.text("valeur", "Nombre", value: value, width: .narrow, maximumLength: 15, common))
    fields.append(
      .text("jusque", "Et, pour « entre »", value: answers["jusque"], width: .narrow, maximumLength: 15, until))
  case .line, .text: fields.append(.text("valeur", "Valeur", value: value, maximumLength: 100, common))
  }
  return Form(
    id: "critere", address: criterionPath, groups: [FieldGroup(fields: fields)],
    values: filter.values + [HiddenValue("caracteristique", chosen.code)],
    submit: "Ajouter", cancel: Link("Choisir une autre caractéristique", filter.address(criterionPath)),
    isGuarded: false)
}

/// What was filled in as a criterion; nil with what is wrong with it.
private func readCriterion(
  of chosen: Characteristic, _ answers: FormAnswers, today: CalendarDate, _ faults: inout FormFaults
) -> CharacteristicCriterion? {
  let test =
    answers["test"].flatMap(CharacteristicCriterion.Test.init(rawValue:))
    ?? CharacteristicCriterion.Test.all(of: chosen.kind)[0]
  guard test.takesValue else { return CharacteristicCriterion(chosen.code, test) }
  func read(_ field: String) -> String? {
    guard let typed = answers[field] else {
      faults.add(field, "Écrivez ou choisissez une valeur.")
      return nil
    }
    guard chosen.kind == .date else { return String(typed.prefix(100)) }
    guard let day = FrenchDate.read(typed, today: today) else {
      faults.add(field, FrenchDate.fault(typed))
      return nil
    }
    return day.description
  }
  guard let value = read("valeur") else { return nil }
  guard test == .between else { return CharacteristicCriterion(chosen.code, test, value) }
  return read("jusque").map { CharacteristicCriterion(chosen.code, test, value, until: $0) }
}

extension CharacteristicCriterion.Test {
  /// « est », in the middle of a sentence.
  var label: String {
    switch self {
    case .is: "est"
    case .isNot: "n’est pas"
    case .contains: "contient"
    case .before: "avant, ou moins de"
    case .after: "après, ou plus de"
    case .between: "entre"
    case .empty: "n’est pas renseigné"
    case .filled: "est renseigné"
    }
  }
}

extension [Characteristic] {
  func label(of criterion: CharacteristicCriterion) -> String {
    first { $0.code == criterion.characteristic }?.label ?? "Caractéristique"
  }
}

extension CharacteristicCriterion {
  /// « est Droit clos ».
  func words(_ known: [Characteristic]) -> String {
    let kind = known.first { $0.code == characteristic }?.kind ?? .line
    let values = [value, until].compactMap { kind.shown($0) }
    return ([test.label] + [values.joined(separator: " et ")]).filter { !$0.isEmpty }.joined(separator: " ")
  }
}
