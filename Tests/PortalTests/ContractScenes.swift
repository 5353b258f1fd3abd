import API
import Domain
import Foundation

/// Contracts of the tests.
enum ContractScene {
  static let id = ID<Contract>(UUID(uuid: (8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8)))
  static let objective = ID<Objective>(UUID(uuid: (9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)))
  static let address = "/contrats/\(id)"
  static let undecided = OfferedModel(code: "cer-sans-decision", kind: .contract, label: "CER sans décision")

  static func sheet(
    _ state: ContractState = .proposition, moves: [ContractMove] = [], editable: [ContractZone] = [],
    models: [OfferedModel] = [
      undecided, OfferedModel(code: "cer-vierge", kind: .contract, label: "CER vierge"),
    ], situation: String = "Mère isolée, deux enfants", version: Int = 3,
    hasObjective: Bool = true
  ) -> ContractSheet {
    ContractSheet(
      contract: ContractRecord(
        id: id, dossier: Scene.dossier, number: 2, state: state, stateSince: PortalUnderTest.moment,
        startsOn: Scene.date("2026-04-01"), endsOn: Scene.date("2026-09-30"), situation: situation,
        author: PortalUnderTest.account, authorName: "DURAND-VASSEUR Patricia", version: version,
        createdAt: PortalUnderTest.moment),
      beneficiary: "MARTIN-DELACROIX Marie-Françoise", dossierNumber: 71_042,
      objectives: hasObjective
        ? [
          Objective(
            id: objective, position: 1, theme: "emploi", themeLabel: "Emploi", personDoes: "Refaire son CV",
            referentDoes: "L’inscrire à l’atelier")
        ] : [],
      history: [
        ContractStateChange(from: nil, to: .proposition, byName: "DURAND-VASSEUR Patricia", at: PortalUnderTest.moment)
      ],
      allowedMoves: moves, editable: editable, models: models)
  }

  static let submission = ContractMove(to: .submitted, label: "Soumettre à l’étude", needsReason: false)
  static let refusal = ContractMove(to: .refused, label: "Ne pas valider", needsReason: true)
  static let authorZones: [ContractZone] = [.draft, .objectives, .consent]

  static func row(_ state: ContractState, waitingDays: Int = 3) -> ContractRow {
    ContractRow(
      id: id, dossier: Scene.dossier, dossierNumber: 71_042, familyName: "Roux", givenName: "Kévin", number: 2,
      state: state, stateSince: PortalUnderTest.moment, waitingDays: waitingDays, startsOn: Scene.date("2026-04-01"),
      author: PortalUnderTest.account, authorName: "DURAND-VASSEUR Patricia")
  }

  static let lists = [
    CountyList(
      name: .objectiveTheme,
      entries: [
        ListEntry(code: "emploi", label: "Emploi", position: 1), ListEntry(code: "sante", label: "Santé", position: 2),
      ]),
    CountyList(name: .contractPriority, entries: [ListEntry(code: "haute", label: "Prioritaire", position: 1)]),
  ]

  static func counts(_ numbers: [ContractState: Int]) -> ContractCounts {
    ContractCounts(
      items: ContractState.allCases.map { ContractCount(state: $0, label: $0.label, count: numbers[$0] ?? 0) })
  }

  /// The dossier, its contract and the county's lists.
  static func serve(_ services: FakeServices, _ sheet: ContractSheet) {
    Scene.open(services)
    services.serve(ServiceName.contracts.lists.all, lists)
    services.serve(ServiceName.contracts.delays.all, [])
    services.serve(ContractsAPI.showContract, sheet)
  }
}
