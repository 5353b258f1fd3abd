import API
import Domain
import Foundation
import Logging
import Service

func addObjectivePages(to pages: Pages) {
  let objectives = "contrats/{contract}/objectifs"
  pages.get("\(objectives)/nouveau", rights: [.draftContracts]) { visit in
    let held = try await OpenContract.load(visit)
    try held.check(.objectives)
    return await objectivePage(held, nil, FormAnswers(), held.version, FormFaults())
  }
  pages.post("\(objectives)/nouveau", rights: [.draftContracts]) { visit in try await addObjective(visit) }
  pages.get("\(objectives)/{objective}", rights: [.draftContracts]) { visit in
    let held = try await OpenContract.load(visit)
    try held.check(.objectives)
    let objective = try held.objective()
    return await objectivePage(held, objective, objective.answers, held.version, FormFaults())
  }
  pages.post("\(objectives)/{objective}", rights: [.draftContracts]) { visit in try await reviseObjective(visit) }
  pages.get("\(objectives)/{objective}/suppression", rights: [.draftContracts]) { visit in
    let held = try await OpenContract.load(visit)
    return held.open.page(asking: held.removal(of: try held.objective()), in: "contrats")
  }
  pages.post("\(objectives)/{objective}/suppression", rights: [.draftContracts]) { visit in
    try await removeObjective(visit)
  }
}

private let labels: KeyValuePairs<String, String> = [
  "theme": "Thème", "personDoes": "Ce que fait la personne", "referentDoes": "Ce que fait le référent",
  "dueOn": "Échéance", "step": "Étape du parcours",
]

extension Objective {
  fileprivate var answers: FormAnswers {
    FormAnswers([
      ("theme", theme), ("personDoes", personDoes), ("referentDoes", referentDoes),
      ("dueOn", dueOn.map(French.short) ?? ""), ("step", step?.description ?? ""),
    ])
  }
}

extension OpenContract {
  /// The objective of the address.
  ///
  /// - Throws: 404 when the contract has it no longer.
  fileprivate func objective() throws -> Objective {
    let id = try visit.id("objective", of: Objective.self)
    guard let found = sheet.objectives.first(where: { $0.id == id }) else { throw Problem.notFound("Cet objectif") }
    return found
  }

  func removal(of objective: Objective) -> Confirmation {
    Confirmation(
      id: "retirer-\(objective.id)", title: "Retirer cet objectif ?",
      consequences: ["« \(objective.themeLabel) » disparaît du contrat."],
      address: address("objectifs/\(objective.id)/suppression"), label: "Retirer l’objectif", isDangerous: true,
      values: [version], back: address())
  }

  /// The person's steps, which an objective may be served by; none when they cannot be had.
  fileprivate func steps() async -> [Step] {
    do {
      return try await visit.services.call(FSEAPI.listSteps, open.path).items
    } catch {
      visit.parts.logger.debug("no steps for an objective", metadata: ["error": "\(error)"])
      return []
    }
  }
}

private func objectivePage(
  _ held: OpenContract, _ objective: Objective?, _ typed: FormAnswers, _ version: HiddenValue, _ faults: FormFaults,
  notices: [Notice] = []
) async -> PageAnswer {
  let chosen = typed["step"]
  var steps = await held.steps().map {
    Choice($0.id.description, $0.offerName, isChosen: $0.id.description == chosen)
  }
  // The link stays even where the steps could not be had.
  if let chosen, !steps.contains(where: \.isChosen) {
    steps.append(Choice(chosen, "Étape déjà liée", isChosen: true))
  }
  let themes = held.lists[.objectiveTheme].choices(typed["theme"])
  let part = objective.map { "objectifs/\($0.id)" } ?? "objectifs/nouveau"
  let address = held.address(part)
  let form = Form(
    id: "objectif", address: address,
    groups: [
      FieldGroup(fields: [
        .select("theme", "Thème", [Choice("", "Choisissez un thème")] + themes, faults.common("theme")),
        .area(
          "personDoes", "Ce que fait la personne", value: typed["personDoes"], rows: 3, maximumLength: 8000,
          faults.common("personDoes")),
        .area(
          "referentDoes", "Ce que fait le référent", value: typed["referentDoes"], rows: 3, maximumLength: 8000,
          faults.common("referentDoes", isRequired: false)),
        .date("dueOn", "Échéance", value: typed["dueOn"], faults.common("dueOn", isRequired: false)),
        .select(
          "step", "Étape du parcours qui y répond", [Choice("", "Aucune")] + steps,
          faults.common("step", isRequired: false)),
      ])
    ], values: [version] + (objective == nil ? [Visit.freshKey] : []),
    submit: objective == nil ? "Ajouter l’objectif" : "Enregistrer",
    others: objective == nil ? [SubmitButton("Ajouter, puis un autre", "\(address)?encore=oui")] : [],
    cancel: Link(objective == nil ? "Terminer sans ajouter" : "Annuler", held.address()))
  let title = objective == nil ? "Ajouter un objectif" : "Modifier l’objectif"
  let lead = objective == nil ? "Objectif n° \(held.sheet.objectives.count + 1)" : nil
  return held.page(title, lead: lead, notices + faults.general + [form]).with(faults)
}

extension Notice {
  /// Somebody was quicker, and nothing typed is lost.
  static let keptAnswers = Notice(
    "Le contrat a changé entre-temps.", "Votre saisie est conservée : vérifiez-la, puis recommencez.", .waiting)
}

private func objectiveDraft(_ visit: Visit, _ faults: inout FormFaults) -> ObjectiveDraft? {
  let form = visit.form
  if form["theme"] == nil { faults.add("theme", "Choisissez un thème.") }
  if form["personDoes"] == nil { faults.add("personDoes", "Dites ce que fait la personne.") }
  let dueOn = form.date("dueOn", today: visit.today, &faults)
  guard faults.isEmpty, let theme = form["theme"], let personDoes = form["personDoes"] else { return nil }
  return ObjectiveDraft(
    theme: theme, personDoes: personDoes, referentDoes: form["referentDoes"], dueOn: dueOn,
    step: form.id("step"))
}

private func addObjective(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("contract", of: Contract.self)
  let version = try visit.version
  var faults = FormFaults()
  let stored = HiddenValue("version", String(version))
  if let draft = objectiveDraft(visit, &faults) {
    do {
      _ = try await visit.services.call(
        ContractsAPI.addObjective, ["contract": id], draft, version: version, key: visit.key)
      let next = visit.query["encore"] == nil ? "" : "objectifs/nouveau"
      return .see(
        next.isEmpty ? contractAddress(id) + "#objectifs" : contractAddress(id, next),
        saying: "L’objectif est ajouté.")
    } catch let problem as Problem where problem.status == 412 {
      // Adding takes nothing from what somebody else wrote: the same answers are kept under the new version.
      let held = try await OpenContract.load(visit)
      return await objectivePage(held, nil, visit.form, held.version, FormFaults(), notices: [.keptAnswers])
        .with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: labels.map(\.key))
    }
  }
  return await objectivePage(try await OpenContract.load(visit), nil, visit.form, stored, faults)
}

private func reviseObjective(_ visit: Visit) async throws -> PageAnswer {
  let contract = try visit.id("contract", of: Contract.self)
  let id = try visit.id("objective", of: Objective.self)
  let version = try visit.version
  var faults = FormFaults()
  if let draft = objectiveDraft(visit, &faults) {
    do {
      _ = try await visit.services.call(
        ContractsAPI.reviseObjective, ["contract": contract, "objective": id], draft, version: version)
      return .see(contractAddress(contract) + "#objectifs", saying: "L’objectif est modifié.")
    } catch let problem as Problem where problem.status == 412 {
      let held = try await OpenContract.load(visit)
      let fields = conflictFields(
        labels, mine: visit.form, theirs: try held.objective().answers, dates: ["dueOn"], today: visit.today)
      return held.open.conflict(
        fields, version: held.sheet.version, address: held.address("objectifs/\(id)"), in: "contrats")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: labels.map(\.key))
    }
  }
  let held = try await OpenContract.load(visit)
  return await objectivePage(
    held, try held.objective(), visit.form, HiddenValue("version", String(version)), faults)
}

private func removeObjective(_ visit: Visit) async throws -> PageAnswer {
  let contract = try visit.id("contract", of: Contract.self)
  let id = try visit.id("objective", of: Objective.self)
  _ = try await visit.services.call(
    ContractsAPI.removeObjective, ["contract": contract, "objective": id], version: try visit.version)
  return .see(contractAddress(contract) + "#objectifs", saying: "L’objectif est retiré.")
}
