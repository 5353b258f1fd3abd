import API
import Domain
import Foundation
import Service

extension ContractRecord.Kind: FormValue {}

/// What référent and person write.
extension [QuestionGroup<ContractDraft>] {
  static func contract(_ lists: [CountyList]) -> Self {
    [
      QuestionGroup(
        isPaired: true,
        .list(
          "kind", \.kind, "Type", width: .medium,
          ContractRecord.Kind.allCases.map { Choice($0.rawValue, $0.label) }),
        .number("number", \.number, "Numéro", most: 3),
        .date("startsOn", \.startsOn, "Début", missing: "Indiquez le début du contrat."),
        .date("endsOn", \.endsOn, "Fin").notBefore("startsOn", \.startsOn, \.endsOn),
        .date("signedOn", \.signedOn, "Élaboré le").help("Le jour où vous l’avez élaboré avec la personne"),
        .list("priority", \.priority, "Priorité", none: "Aucune", width: .medium, of: lists[.contractPriority]),
        .number("targetHours", \.targetHours, "Heures d’activité par semaine", unit: "heures", most: 2),
        .box("lastContract", \.lastContract, "C’est le dernier contrat").help(
          "Aucun rappel de renouvellement ne suivra")),
      QuestionGroup(
        .area("situation", \.situation, "Situation", rows: 5),
        .area("evaluation", \.evaluation, "Évaluation").help("Ce qui a été fait depuis le contrat précédent"),
        .area("expression", \.expression, "Ce que la personne veut dire", rows: 3).help(
          "Avec ses mots ; figure sur le contrat"),
        .area("comment", \.comment, "Commentaire pour le service", rows: 2).help(
          "Ne figure sur aucun document imprimé")),
    ]
  }
}

/// A new contract.
struct NewContractForm: DossierForm {
  let open: OpenDossier
  let start: DossierContracts
  let lists: [CountyList]

  static let section = "contrats"

  static func load(_ visit: Visit) async throws -> NewContractForm {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let starting = visit.services.call(ContractsAPI.dossierContracts, ["dossier": id])
    async let listing = visit.services.call(ServiceName.contracts.lists.all)
    return try await NewContractForm(open: opening, start: starting, lists: listing)
  }

  private var back: Link { Link("Contrats", open.address("contrats")) }

  var instead: PageAnswer? {
    guard !start.mayDraft else { return nil }
    let notice = Notice(
      "Seul le référent de parcours de la personne élabore son CER.",
      open.detail.lead.map { "Il s’agit de \($0.name)." }, .info)
    return open.page(PageHead("Ajouter un CER", back: back), in: Self.section, [notice])
  }

  var groups: [QuestionGroup<ContractDraft>] { .contract(lists) }

  var draft: ContractDraft {
    ContractDraft(
      kind: .cer, number: start.proposedNumber, startsOn: start.proposedStart, signedOn: open.today,
      lastContract: false)
  }

  var version: Int? { nil }
  var sending: Sending { Sending("contrat", "Enregistrer le CER", cancel: back.address) }

  var head: PageHead {
    let lead = "Élaboré avec la personne. Rien n’est transmis avant que vous le soumettiez."
    return PageHead("Ajouter un CER", lead: lead, back: back)
  }

  func save(_ draft: ContractDraft, version: Int?) async throws -> PageAnswer {
    let contract = try await visit.services.call(ContractsAPI.draftContract, open.path, draft, key: visit.key).contract
    // A contract has at least one objective, so that is what comes next.
    return .see(
      contractAddress(contract.id, "objectifs/nouveau"),
      saying: "Le \(contractName(contract.kind, contract.number)) est enregistré. Ajoutez son premier objectif.")
  }
}

/// A contract that is changed.
struct RevisionForm: ContractForm {
  let held: OpenContract

  static let zone: ContractZone? = .draft

  static func load(_ visit: Visit) async throws -> RevisionForm {
    RevisionForm(held: try await OpenContract.load(visit))
  }

  var groups: [QuestionGroup<ContractDraft>] { .contract(held.lists) }

  var draft: ContractDraft {
    let contract = held.contract
    return ContractDraft(
      kind: contract.kind, number: contract.number, startsOn: contract.startsOn, endsOn: contract.endsOn,
      signedOn: contract.signedOn, lastContract: contract.lastContract, priority: contract.priority,
      comment: contract.comment, situation: contract.situation, evaluation: contract.evaluation,
      expression: contract.expression, targetHours: contract.targetHours)
  }

  var sending: Sending { Sending("contrat", "Enregistrer", cancel: held.address()) }
  var head: PageHead { PageHead("Modifier le \(held.name)", back: held.back) }

  func save(_ draft: ContractDraft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(ContractsAPI.reviseContract, held.path, draft, version: version)
    return .see(held.address(), saying: "Le contrat est enregistré.")
  }
}
