import API
import Domain
import Foundation
import Logging
import Service

/// The objectives of a contract.
enum Objectives {
  static func add(to pages: Pages) {
    let all = "contrats/{contract}/objectifs"
    pages.form("\(all)/nouveau", rights: [.draftContracts], ObjectiveForm.self)
    pages.form("\(all)/{objective}", rights: [.draftContracts], ObjectiveForm.self)
    pages.get("\(all)/{objective}/suppression", rights: [.draftContracts]) { visit in
      let held = try await OpenContract.load(visit)
      return held.open.page(asking: held.removal(of: try held.objective()), in: "contrats")
    }
    pages.post("\(all)/{objective}/suppression", rights: [.draftContracts]) { visit in
      let contract = try visit.id("contract", of: Contract.self)
      let id = try visit.id("objective", of: Objective.self)
      let before = try await visit.services.call(ContractsAPI.showContract, ["contract": contract])
      let after = try await visit.services.call(
        ContractsAPI.removeObjective, ["contract": contract, "objective": id], version: try visit.version)
      let fell = before.contract.consent != .none && after.contract.consent == .none
      return .see(
        contractAddress(contract) + "#objectifs",
        saying: fell
          ? "L’objectif est retiré. L’accord de la personne ne vaut plus : recueillez-le de nouveau."
          : "L’objectif est retiré.")
    }
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

/// An objective, new or changed.
struct ObjectiveForm: ContractForm {
  let held: OpenContract
  /// Nil for a new one.
  let objective: Objective?
  let steps: [Step]

  static let zone: ContractZone? = .objectives

  static func load(_ visit: Visit) async throws -> ObjectiveForm {
    let held = try await OpenContract.load(visit)
    let objective = visit.parameters["objective"] == nil ? nil : try held.objective()
    return ObjectiveForm(held: held, objective: objective, steps: await held.steps())
  }

  var groups: [QuestionGroup<ObjectiveDraft>] {
    let steps = steps
    return [
      QuestionGroup(
        .list(
          "theme", \.theme, "Thème", none: "Choisissez un thème", missing: "Choisissez un thème.",
          of: held.lists[.objectiveTheme]),
        .area(
          "personDoes", \.personDoes, "Ce que fait la personne", rows: 3, missing: "Dites ce que fait la personne."),
        .area("referentDoes", \.referentDoes, "Ce que fait le référent", rows: 3),
        .date("dueOn", \.dueOn, "Échéance"),
        .list("step", \.step, "Étape du parcours qui y répond", none: "Aucune") { chosen in
          let known = steps.map { step in
            Choice(
              step.id.description,
              step.kind == .positioning ? "\(step.offerName) (positionnement)" : step.offerName)
          }
          // The link stays even where the steps could not be had.
          return chosen.isEmpty || known.contains { $0.value == chosen }
            ? known : known + [Choice(chosen, "Étape déjà liée")]
        })
    ]
  }

  var draft: ObjectiveDraft {
    objective.map {
      ObjectiveDraft(
        theme: $0.theme, personDoes: $0.personDoes, referentDoes: $0.referentDoes, dueOn: $0.dueOn, step: $0.step)
    } ?? ObjectiveDraft(theme: "", personDoes: "")
  }

  var isNew: Bool { objective == nil }

  var sending: Sending {
    guard isNew else { return Sending("objectif", "Enregistrer", cancel: held.address(), isKept: true) }
    let another = SubmitButton("Ajouter, puis un autre", "\(held.address("objectifs/nouveau"))?encore=oui")
    return Sending(
      "objectif", "Ajouter l’objectif", cancel: held.address(), givingUp: "Terminer sans ajouter", others: [another],
      isKept: true)
  }

  var head: PageHead {
    objective == nil
      ? PageHead(
        "Ajouter un objectif", lead: "Objectif n° \(held.sheet.objectives.count + 1)", back: held.back)
      : PageHead("Modifier l’objectif", back: held.back)
  }

  func save(_ draft: ObjectiveDraft, version: Int?) async throws -> PageAnswer {
    guard let objective else {
      let sheet = try await visit.services.call(
        ContractsAPI.addObjective, held.path, draft, version: version, key: visit.key)
      return .see(
        visit.query["encore"] == nil ? held.address() + "#objectifs" : held.address("objectifs/nouveau"),
        saying: held.saying("L’objectif est ajouté.", sheet))
    }
    let sheet = try await visit.services.call(
      ContractsAPI.reviseObjective, ["contract": held.contract.id, "objective": objective.id], draft,
      version: version)
    return .see(held.address() + "#objectifs", saying: held.saying("L’objectif est modifié.", sheet))
  }
}
