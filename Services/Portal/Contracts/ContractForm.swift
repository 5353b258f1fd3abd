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
        .contractEnd.notBefore("startsOn", \.startsOn, \.endsOn),
        .date("signedOn", \.signedOn, "Élaboré le").help("Le jour où vous l’avez élaboré avec la personne"),
        .list("priority", \.priority, "Priorité", none: "Aucune", width: .medium, of: lists[.contractPriority]),
        .number("targetHours", \.targetHours, "Heures d’activité par semaine", unit: "heures", most: 2),
        .box("lastContract", \.lastContract, "C’est le dernier contrat").help(
          "Aucun rappel de renouvellement ne suivra")),
      QuestionGroup(
        .area("situation", \.situation, "Situation", rows: 8).help(
          """
          Âge, famille, logement, mobilité (permis, véhicule), ancienneté dans le dispositif et avec vous ; le parcours \
          en bref ; les objectifs du dernier contrat ; ce qui a été fait depuis. Pour un travailleur non salarié : \
          ancienneté, chiffre d’affaires, ressources attendues
          """),
        .area("evaluation", \.evaluation, "Évaluation", rows: 6).help(
          "Ce qui a été possible ou non, pour la personne et pour vous ; les ressources mobilisées, les freins"),
        .area("expression", \.expression, "Ce que la personne veut dire", rows: 3).help(
          "Avec ses mots ; si elle ne souhaite rien dire, notez-le. Figure sur le contrat"),
        .area("comment", \.comment, "Commentaire pour le service", rows: 2).help(
          """
          Passage en commission, EP, GEI, GAD ou GECI, réorientation à discuter, rappel souhaité. Ne figure sur aucun \
          document imprimé
          """)),
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
    let previous = start.previous
    return ContractDraft(
      kind: previous?.kind ?? .cer, number: start.proposedNumber, startsOn: start.proposedStart,
      signedOn: open.today, lastContract: false, situation: previous?.situation ?? open.situation,
      evaluation: previous?.toAssess, targetHours: previous?.targetHours)
  }

  var version: Int? { nil }
  var sending: Sending { Sending("contrat", "Enregistrer le CER", cancel: back.address, isKept: true) }

  var head: PageHead {
    let lead = "Élaboré avec la personne. Rien n’est transmis avant que vous le soumettiez."
    guard let previous = start.previous else { return PageHead("Ajouter un CER", lead: lead, back: back) }
    let name = contractName(previous.kind, previous.number)
    return PageHead(
      "Ajouter un CER", lead: "\(lead) Repris du \(name) : mettez la situation à jour, évaluez ses objectifs.",
      back: back)
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

  var sending: Sending { Sending("contrat", "Enregistrer", cancel: held.address(), isKept: true) }
  var head: PageHead { PageHead("Modifier le \(held.name)", back: held.back) }

  func save(_ draft: ContractDraft, version: Int?) async throws -> PageAnswer {
    let sheet = try await visit.services.call(ContractsAPI.reviseContract, held.path, draft, version: version)
    return .see(held.address(), saying: held.saying("Le contrat est enregistré.", sheet))
  }
}
