import API
import Domain
import Foundation
import Service

/// How far a contract of the demonstration goes.
enum DemoContract: CaseIterable, Sendable {
  case drafted, submitted, studied, awaiting, refused, accepted

  /// The contract that a person of this number makes at a stand of the clock, and its months. Together they are renewed,
  /// refused then made again, overdue, soon to be renewed and on their way; one person in six has none.
  static func due(_ index: Int, monthsAgo: Int) -> (fate: DemoContract, months: Int)? {
    switch (index % 6, monthsAgo) {
    case (0, 12...): return (.accepted, 12)
    case (1, 12): return (.refused, 6)
    case (1, 2): return (.accepted, 12)
    case (2, 12): return (.accepted, 6)
    case (3, 2): return (.accepted, 3)
    case (4, 2):
      let states: [DemoContract] = [.drafted, .awaiting, .submitted, .studied]
      return (states[index / 6 % states.count], 6)
    default: return nil
    }
  }

  /// Who moves the contract to which state, one after another.
  func ways(referent: APIClient, service: APIClient, chief: APIClient) -> [(APIClient, ContractState)] {
    switch self {
    case .drafted: []
    case .submitted: [(referent, .submitted)]
    case .studied: [(referent, .submitted), (service, .studied)]
    case .awaiting: [(referent, .submitted), (service, .awaiting)]
    case .refused: [(referent, .submitted), (service, .awaiting), (chief, .refused)]
    case .accepted: [(referent, .submitted), (service, .awaiting), (chief, .accepted)]
    }
  }
}

extension DemoCounty {
  func contractTheme(_ referent: APIClient) async throws -> String {
    let lists = try await referent.call(ServiceName.contracts.lists.all)
    guard let theme = lists[.objectiveTheme].offered().first?.code else {
      throw DemoError("no theme of contract is known")
    }
    return theme
  }

  /// A contract with one objective and the person's agreement, and its way through the circuit.
  func makeContract(
    _ dossier: DossierRow, months: Int = 6, on day: CalendarDate, about theme: String,
    ways: [(APIClient, ContractState)],
    _ referent: APIClient
  ) async throws {
    var contract = try await referent.call(
      ContractsAPI.draftContract, ["dossier": dossier.id],
      ContractDraft(
        endsOn: day.firstOfNextMonth.adding(months: months).adding(days: -1), signedOn: day,
        situation:
          "Vit seule à \(dossier.commune ?? "Privas"), sans véhicule. Cherche un emploi dans l’aide à domicile.",
        evaluation: "Les démarches engagées ont été menées à bien ; la mobilité reste le frein principal.",
        expression: "Souhaite reprendre un emploi à temps partiel."))
    contract = try await referent.call(
      ContractsAPI.addObjective, ["contract": contract.contract.id],
      ObjectiveDraft(
        theme: theme, personDoes: "S’inscrire à l’auto-école solidaire et préparer le code.",
        referentDoes: "Instruire la demande d’aide au permis.", dueOn: day.adding(months: min(months, 3))),
      version: contract.version)
    contract = try await referent.call(
      ContractsAPI.recordConsent, ["contract": contract.contract.id], ContractConsentDraft(consent: .yes),
      version: contract.version)
    for (who, state) in ways {
      let comment: String? =
        switch state {
        case .accepted: "Contrat validé."
        case .refused: "Les objectifs sont à préciser avec la personne."
        default: nil
        }
      contract = try await who.call(
        ContractsAPI.moveContract, ["contract": contract.contract.id],
        ContractMoveRequest(to: state, comment: comment), version: contract.version)
    }
  }
}
