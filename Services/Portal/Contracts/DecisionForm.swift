import API
import Domain
import Service

extension ContractRecord.Decision: FormValue {}

/// What the service decides of a contract, before its state changes (rule K6).
struct DecisionForm: ContractForm {
  let held: OpenContract

  static let zone: ContractZone? = .decision

  static func load(_ visit: Visit) async throws -> DecisionForm {
    DecisionForm(held: try await OpenContract.load(visit))
  }

  var groups: [QuestionGroup<ContractDecisionDraft>] {
    [
      QuestionGroup(
        isPaired: true,
        .list(
          "decision", \.decision, "Décision envisagée", none: "Pas encore", width: .medium,
          ContractRecord.Decision.allCases.map { Choice($0.rawValue, $0.label) }
        ).help("Le contrat ne change d’état qu’avec les boutons de sa page"),
        .date("decidedOn", \.decidedOn, "Date de la décision"),
        .date("endsOn", \.endsOn, "Fin du contrat").help(endHelp)),
      QuestionGroup(
        .area("decisionComment", \.decisionComment, "Commentaire").help("Figure sur le document de décision"),
        .area("noteForReferent", \.noteForReferent, "Note pour le référent", rows: 3).help(
          "Ne figure sur aucun document imprimé")),
    ]
  }

  private var endHelp: String {
    let contract = held.contract
    let end = contract.endChangedAt == nil ? contract.endsOn : contract.proposedEnd
    return "Proposée par le référent : \(end.map(French.long) ?? "aucune")"
  }

  var draft: ContractDecisionDraft {
    let contract = held.contract
    return ContractDecisionDraft(
      decision: contract.decision, decisionComment: contract.decisionComment, decidedOn: contract.decidedOn,
      endsOn: contract.endsOn, noteForReferent: contract.noteForReferent)
  }

  var sending: Sending { Sending("decision", "Enregistrer", cancel: held.address(), isKept: true) }
  var head: PageHead { PageHead("Décision", lead: "\(held.name) de \(held.sheet.beneficiary)", back: held.back) }

  func save(_ draft: ContractDecisionDraft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(ContractsAPI.reviseDecision, held.path, draft, version: version)
    return .see(held.address(), saying: "La décision est enregistrée ; l’état du contrat n’a pas changé.")
  }
}
