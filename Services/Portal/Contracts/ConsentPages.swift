import API
import Domain
import Foundation
import Service

func addConsentPages(to pages: Pages) {
  pages.get("contrats/{contract}/accord", rights: [.draftContracts]) { visit in
    let held = try await OpenContract.load(visit)
    try held.check(.consent)
    return consentPage(held, held.consentAnswers, held.version, FormFaults())
  }
  pages.post("contrats/{contract}/accord", rights: [.draftContracts]) { visit in try await recordConsent(visit) }
}

private let labels: KeyValuePairs<String, String> = [
  "consent": "Accord", "expression": "Ce que la personne veut dire",
]

extension OpenContract {
  fileprivate var consentAnswers: FormAnswers {
    let answer = contract.consent == .no ? "no" : contract.consent == .none ? "" : "yes"
    return FormAnswers([("consent", answer), ("expression", contract.expression)])
  }
}

private func consentPage(
  _ held: OpenContract, _ typed: FormAnswers, _ version: HiddenValue, _ faults: FormFaults
) -> PageAnswer {
  let form = Form(
    id: "accord", address: held.address("accord"),
    groups: [
      FieldGroup(fields: [
        .radios(
          "consent", "La personne est-elle d’accord avec ce contrat ?",
          [
            Choice("yes", "Oui", isChosen: typed["consent"] == "yes"),
            Choice("no", "Non", isChosen: typed["consent"] == "no"),
          ], isInline: true, faults.common("consent")),
        .area(
          "expression", "Ce que la personne veut dire", value: typed["expression"], rows: 4, maximumLength: 10_000,
          faults.common("expression", help: "Avec ses mots ; figure sur le contrat", isRequired: false)),
      ])
    ], values: [version], submit: "Enregistrer l’accord", cancel: Link("Annuler", held.address()))
  return held.page(
    "Accord de la personne", lead: "À remplir devant elle, une fois le contrat relu ensemble.",
    faults.general + [form]
  ).with(faults)
}

private func recordConsent(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("contract", of: Contract.self)
  let version = try visit.version
  var faults = FormFaults()
  if let answer = visit.form["consent"].flatMap(ContractConsentDraft.Answer.init(rawValue:)) {
    do {
      // An emptied field is meant to be empty; an absent one would keep what is there.
      let draft = ContractConsentDraft(consent: answer, expression: visit.form["expression"] ?? "")
      _ = try await visit.services.call(ContractsAPI.recordConsent, ["contract": id], draft, version: version)
      return .see(
        contractAddress(id),
        saying: answer == .yes ? "L’accord de la personne est noté." : "Le désaccord de la personne est noté.")
    } catch let problem as Problem where problem.status == 412 {
      let held = try await OpenContract.load(visit)
      let fields = conflictFields(
        labels, mine: visit.form, theirs: held.consentAnswers, dates: [], today: visit.today)
      return held.open.conflict(
        fields, version: held.sheet.version, address: held.address("accord"), in: "contrats")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: labels.map(\.key))
    }
  } else {
    faults.add("consent", "Indiquez si la personne est d’accord.")
  }
  let held = try await OpenContract.load(visit)
  return consentPage(held, visit.form, HiddenValue("version", String(version)), faults)
}
