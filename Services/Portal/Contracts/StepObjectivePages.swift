import API
import Domain
import Foundation
import Logging
import Service

/// « Lier à un objectif »: from a step or positioning of the dossier to an objective of any of its contracts, whatever
/// their state (rule K5).
func addStepObjectivePages(to pages: Pages) {
  let path = "dossiers/{dossier}/parcours/{step}/objectif"
  pages.form(path, rights: [.draftContracts, .moveContracts], StepObjectiveForm.self)
  pages.post("\(path)/retirer", rights: [.draftContracts, .moveContracts]) { visit in
    let form = try await StepObjectiveForm.load(visit)
    let objective = form.linked.first { $0.id.description == visit.form["objective"] }
    if let objective { try await form.link(objective, to: nil) }
    return .see(form.address, saying: "Le lien est retiré.")
  }
}

/// Where a step is linked to an objective.
func stepObjectiveAddress(_ step: ID<Step>, _ open: OpenDossier) -> String {
  open.address("parcours/\(step)/objectif")
}

extension LinkableObjective {
  /// « CER n° 2, Emploi : Refaire son CV ».
  fileprivate var words: String { "\(contractName(kind, number)), \(themeLabel) : \(personDoes.prefix(80))" }

  /// What a step's line says of it.
  var answered: String { "répond à : \(contractName(kind, number)), \(themeLabel)" }
}

/// The objectives of the person's contracts; none for operators, who see no contract, and where they cannot be had.
func linkableObjectives(_ visit: Visit, of dossier: ID<Dossier>) async -> [LinkableObjective] {
  guard !visit.person.isOperators else { return [] }
  do {
    return try await visit.services.call(ContractsAPI.listObjectives, ["dossier": dossier]).items
  } catch {
    visit.parts.logger.debug("no objectives for a step", metadata: ["error": "\(error)"])
    return []
  }
}

struct StepObjectiveForm: DossierForm {
  let open: OpenDossier
  let step: Step
  let objectives: [LinkableObjective]

  static let section = "parcours"

  struct Draft: Sendable { var objective: ID<Objective>? }

  static func load(_ visit: Visit) async throws -> StepObjectiveForm {
    let dossier = try visit.id("dossier", of: Dossier.self)
    let id = try visit.id("step", of: Step.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(FSEAPI.showStep, ["step": id])
    async let listing = visit.services.call(ContractsAPI.listObjectives, ["dossier": dossier])
    let step = try await showing
    guard step.dossier == dossier else { throw Problem.notFound("Cette étape") }
    return try await StepObjectiveForm(open: opening, step: step, objectives: listing.items)
  }

  var address: String { stepObjectiveAddress(step.id, open) }
  var linked: [LinkableObjective] { objectives.filter { $0.step == step.id } }
  private var others: [LinkableObjective] { objectives.filter { $0.step != step.id } }

  var instead: PageAnswer? {
    guard others.isEmpty else { return nil }
    let notice = Notice(
      "Aucun objectif à lier.", "Les objectifs s’ajoutent au contrat de la personne, avant de le soumettre.", .info,
      actions: [Action("Contrats de la personne", open.address("contrats"))])
    return open.page(head, in: Self.section, [notice] + already)
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .list(
          "objective", \.objective, "Objectif", none: "Choisissez un objectif",
          missing: "Choisissez l’objectif auquel l’étape répond.",
          others.map { objective in
            let note = objective.step == nil ? "" : " (remplace l’étape liée)"
            return Choice(objective.id.description, objective.words + note)
          }
        ).help("D’un contrat en cours d’élaboration, soumis ou décidé"))
    ]
  }

  var draft: Draft { Draft(objective: nil) }
  var version: Int? { nil }
  var sending: Sending { Sending("objectif", "Lier à cet objectif", cancel: open.address("parcours"), to: address) }

  var head: PageHead {
    PageHead("Lier à un objectif", lead: step.offerName, back: Link("Parcours", open.address("parcours")))
  }

  /// What the step answers already.
  private var already: [any Piece] {
    guard !linked.isEmpty else { return [] }
    let items = linked.map { objective in
      Item(
        objective.words, address: contractAddress(objective.contract), icon: .flag, badges: [objective.state.badge],
        actions: [
          Action(
            "Retirer le lien", "\(address)/retirer", weight: .plain, posts: true,
            values: [HiddenValue("objective", objective.id.description)])
        ])
    }
    return [
      Panel(
        "Objectifs auxquels elle répond", count: items.count,
        [ItemList("Objectifs liés", items, empty: EmptyState("Aucun objectif", "Rien n’est lié."))])
    ]
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    open.page(head, in: Self.section, notices + already + [form])
  }

  func link(_ objective: LinkableObjective, to step: ID<Step>?) async throws {
    _ = try await visit.services.call(
      ContractsAPI.linkObjective, ["contract": objective.contract, "objective": objective.id],
      ObjectiveStep(step: step), version: objective.contractVersion)
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let objective = others.first(where: { $0.id == draft.objective }) else {
      throw Problem.malformed("Le formulaire est incomplet.")
    }
    try await link(objective, to: step.id)
    return .see(
      open.address("parcours"), saying: "« \(step.offerName) » répond à l’objectif « \(objective.themeLabel) ».")
  }
}
