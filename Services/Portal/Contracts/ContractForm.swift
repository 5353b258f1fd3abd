import API
import Domain
import Foundation

// The form of what référent and person write, the same for a new contract and a changed one.

private let contractLabels: KeyValuePairs<String, String> = [
  "kind": "Type", "number": "Numéro", "startsOn": "Début", "endsOn": "Fin", "signedOn": "Élaboré le",
  "lastContract": "Dernier contrat", "priority": "Priorité", "targetHours": "Heures d’activité par semaine",
  "situation": "Situation", "evaluation": "Évaluation", "expression": "Ce que la personne veut dire",
  "comment": "Commentaire pour le service",
]

let contractFields = contractLabels.map(\.key)

extension ContractRecord {
  /// As the form shows it.
  var answers: FormAnswers {
    FormAnswers([
      ("kind", kind.rawValue), ("number", String(number)), ("startsOn", French.short(startsOn)),
      ("endsOn", endsOn.map(French.short) ?? ""), ("signedOn", signedOn.map(French.short) ?? ""),
      ("lastContract", lastContract ? "oui" : ""), ("priority", priority ?? ""),
      ("targetHours", targetHours.map { String($0) } ?? ""), ("situation", situation), ("evaluation", evaluation),
      ("expression", expression), ("comment", comment),
    ])
  }

  /// What differs between the form as it was filled in and the contract as it is now.
  func conflicts(with mine: FormAnswers, today: CalendarDate) -> [ConflictField] {
    conflictFields(
      contractLabels, mine: mine, theirs: answers, dates: ["startsOn", "endsOn", "signedOn"], today: today)
  }
}

/// - Parameter version: nil for a new contract.
func contractForm(
  address: String, _ typed: FormAnswers, lists: [CountyList], version: HiddenValue?, submit: String, cancel: Link,
  faults: FormFaults
) -> Form {
  func optional(_ field: String, help: String? = nil) -> Field.Common {
    faults.common(field, help: help, isRequired: false)
  }
  let kinds = ContractRecord.Kind.allCases.map {
    Choice($0.rawValue, $0.label, isChosen: $0.rawValue == typed["kind"])
  }
  let priorities = lists[.contractPriority].choices(typed["priority"])
  return Form(
    id: "contrat", address: address,
    groups: [
      FieldGroup(
        isPaired: true,
        fields: [
          .select("kind", "Type", kinds, width: .medium, faults.common("kind")),
          .text("number", "Numéro", value: typed["number"], type: .number, width: .narrow, faults.common("number")),
          .date("startsOn", "Début", value: typed["startsOn"], faults.common("startsOn")),
          .date("endsOn", "Fin", value: typed["endsOn"], optional("endsOn")),
          .date(
            "signedOn", "Élaboré le", value: typed["signedOn"],
            optional("signedOn", help: "Le jour où vous l’avez élaboré avec la personne")),
          .select("priority", "Priorité", [Choice("", "Aucune")] + priorities, width: .medium, optional("priority")),
          .text(
            "targetHours", "Heures d’activité par semaine", value: typed["targetHours"], type: .number,
            width: .narrow, unit: "heures", optional("targetHours")),
          .checkbox(
            "lastContract", "C’est le dernier contrat", isChecked: typed["lastContract"] != nil,
            optional("lastContract", help: "Aucun rappel de renouvellement ne suivra")),
        ]),
      FieldGroup(fields: [
        .area(
          "situation", "Situation", value: typed["situation"], rows: 5, maximumLength: 20_000, optional("situation")),
        .area(
          "evaluation", "Évaluation", value: typed["evaluation"], rows: 4, maximumLength: 20_000,
          optional("evaluation", help: "Ce qui a été fait depuis le contrat précédent")),
        .area(
          "expression", "Ce que la personne veut dire", value: typed["expression"], rows: 3, maximumLength: 10_000,
          optional("expression", help: "Avec ses mots ; figure sur le contrat")),
        .area(
          "comment", "Commentaire pour le service", value: typed["comment"], rows: 2, maximumLength: 4000,
          optional("comment", help: "Ne figure sur aucun document imprimé")),
      ]),
    ], values: [version ?? Visit.freshKey], submit: submit, cancel: cancel)
}

/// The draft that the form asks for, or nil with every fault.
func contractDraft(_ form: FormAnswers, today: CalendarDate, _ faults: inout FormFaults) -> ContractDraft? {
  func number(_ field: String, _ message: String) -> Int? {
    guard form[field] != nil else { return nil }
    guard let number = form.int(field) else {
      faults.add(field, message)
      return nil
    }
    return number
  }
  let count = number("number", "Écrivez le numéro en chiffres, par exemple 2.")
  let hours = number("targetHours", "Écrivez le nombre d’heures en chiffres, par exemple 15.")
  let startsOn = form.date("startsOn", today: today, missing: "Indiquez le début du contrat.", &faults)
  let endsOn = form.date("endsOn", today: today, &faults)
  let signedOn = form.date("signedOn", today: today, &faults)
  if let startsOn, let endsOn, endsOn < startsOn {
    faults.add(
      "endsOn",
      "La fin (\(French.short(endsOn))) précède le début (\(French.short(startsOn))). Corrigez l’une des deux dates.")
  }
  guard faults.isEmpty else { return nil }
  return ContractDraft(
    kind: form["kind"].flatMap(ContractRecord.Kind.init(rawValue:)), number: count, startsOn: startsOn,
    endsOn: endsOn, signedOn: signedOn, lastContract: form["lastContract"] != nil, priority: form["priority"],
    comment: form["comment"], situation: form["situation"], evaluation: form["evaluation"],
    expression: form["expression"], targetHours: hours)
}
