import API
import Domain
import Foundation
import Service

func addDecisionPages(to pages: Pages) {
  let rights: [Right] = [.moveContracts, .decideContracts]
  pages.get("contrats/{contract}/decision", rights: rights) { visit in
    let held = try await OpenContract.load(visit)
    try held.check(.decision)
    return decisionPage(held, held.contract.decisionAnswers, held.version, FormFaults())
  }
  pages.post("contrats/{contract}/decision", rights: rights) { visit in try await reviseDecision(visit) }
}

private let labels: KeyValuePairs<String, String> = [
  "decision": "Décision", "decisionComment": "Commentaire", "decidedOn": "Date de la décision",
  "endsOn": "Fin du contrat", "noteForReferent": "Note pour le référent",
]

extension ContractRecord {
  fileprivate var decisionAnswers: FormAnswers {
    FormAnswers([
      ("decision", decision?.rawValue ?? ""), ("decisionComment", decisionComment),
      ("decidedOn", decidedOn.map(French.short) ?? ""), ("endsOn", endsOn.map(French.short) ?? ""),
      ("noteForReferent", noteForReferent),
    ])
  }
}

private func decisionPage(
  _ held: OpenContract, _ typed: FormAnswers, _ version: HiddenValue, _ faults: FormFaults
) -> PageAnswer {
  func optional(_ field: String, help: String? = nil) -> Field.Common {
    faults.common(field, help: help, isRequired: false)
  }
  let decisions = ContractRecord.Decision.allCases.map {
    Choice($0.rawValue, $0.label, isChosen: $0.rawValue == typed["decision"])
  }
  let form = Form(
    id: "decision", address: held.address("decision"),
    groups: [
      FieldGroup(
        isPaired: true,
        fields: [
          .select(
            "decision", "Décision envisagée", [Choice("", "Pas encore")] + decisions, width: .medium,
            optional("decision", help: "Le contrat ne change d’état qu’avec les boutons de sa page")),
          .date("decidedOn", "Date de la décision", value: typed["decidedOn"], optional("decidedOn")),
          .date(
            "endsOn", "Fin du contrat", value: typed["endsOn"],
            optional("endsOn", help: "Une fin plus proche que celle proposée, si besoin")),
        ]),
      FieldGroup(fields: [
        .area(
          "decisionComment", "Commentaire", value: typed["decisionComment"], rows: 4, maximumLength: 10_000,
          optional("decisionComment", help: "Figure sur le document de décision")),
        .area(
          "noteForReferent", "Note pour le référent", value: typed["noteForReferent"], rows: 3, maximumLength: 10_000,
          optional("noteForReferent", help: "Ne figure sur aucun document imprimé")),
      ]),
    ], values: [version], submit: "Enregistrer", cancel: Link("Annuler", held.address()))
  return held.page("Décision", lead: "\(held.name) de \(held.sheet.beneficiary)", faults.general + [form]).with(faults)
}

private func reviseDecision(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("contract", of: Contract.self)
  let version = try visit.version
  var faults = FormFaults()
  let decidedOn = visit.form.date("decidedOn", today: visit.today, &faults)
  let endsOn = visit.form.date("endsOn", today: visit.today, &faults)
  if faults.isEmpty {
    do {
      let draft = ContractDecisionDraft(
        decision: visit.form["decision"].flatMap(ContractRecord.Decision.init(rawValue:)),
        decisionComment: visit.form["decisionComment"], decidedOn: decidedOn, endsOn: endsOn,
        noteForReferent: visit.form["noteForReferent"])
      _ = try await visit.services.call(ContractsAPI.reviseDecision, ["contract": id], draft, version: version)
      return .see(contractAddress(id), saying: "La décision est enregistrée ; l’état du contrat n’a pas changé.")
    } catch let problem as Problem where problem.status == 412 {
      let held = try await OpenContract.load(visit)
      let fields = conflictFields(
        labels, mine: visit.form, theirs: held.contract.decisionAnswers, dates: ["decidedOn", "endsOn"],
        today: visit.today)
      return held.open.conflict(
        fields, version: held.sheet.version, address: held.address("decision"), in: "contrats")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: labels.map(\.key))
    }
  }
  let held = try await OpenContract.load(visit)
  return decisionPage(held, visit.form, HiddenValue("version", String(version)), faults)
}
