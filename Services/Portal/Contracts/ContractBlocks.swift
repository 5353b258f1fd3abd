import API
import Domain
import Foundation
import Service

/// For those who move or decide: what has waited longest.
let contractsToTreatBlock = HomeBlock(
  "Contrats à traiter", rights: [.moveContracts, .decideContracts], reads: [ContractsAPI.listContracts.fullName]
) { visit in
  let filter = ContractFilter(state: ContractState.toTreat, limit: 5)
  let found = try await visit.services.call(ContractsAPI.listContracts, [:], filter)
  guard !found.items.isEmpty else { return HomeContent() }
  let all = Action("Tous les traiter", "/contrats", weight: .plain)
  let list = ItemList(
    "Contrats à traiter", found.items.map(item),
    empty: EmptyState("Aucun contrat", "Rien n’attend.", icon: .check))
  return HomeContent(panel: Panel("Contrats à traiter", count: found.total, actions: [all], [list]))
}

/// For référents: what they have to submit, what was decided lately, what ends soon.
let ownContractsBlock = HomeBlock(
  "Mes CER", rights: [.draftContracts],
  reads: [ContractsAPI.listContracts.fullName, ContractsAPI.listRenewals.fullName]
) { visit in
  async let drafts = visit.services.call(
    ContractsAPI.listContracts, [:], ContractFilter(state: [.proposition], limit: 4))
  async let deciding = decidedLately(visit)
  async let renewing = visit.services.call(ContractsAPI.listRenewals, [:], RenewalFilter(limit: 4))
  let (drafting, decided, renewals) = try await (drafts, deciding, renewing.items)
  let counter = Counter(
    drafting.total ?? drafting.items.count, "CER à soumettre",
    address: "/contrats?etat=\(ContractState.proposition.word)", drafting.items.isEmpty ? .neutral : .waiting)
  guard !(drafting.items.isEmpty && decided.isEmpty && renewals.isEmpty) else {
    return HomeContent(counters: [counter])
  }
  var items = decided.prefix(4).map(item) + drafting.items.map(item)
  items += renewals.map { renewal in
    Item(
      renewal.beneficiary, address: "/dossiers/\(renewal.dossier)/contrats",
      meta: "contrat n° \(renewal.number) · fin le \(French.long(renewal.endsOn))", icon: .refresh,
      badges: [renewalDelay(renewal.daysLeft)] + (renewal.inProgress.map { [$0.badge] } ?? []))
  }
  let actions = [
    Action("Mes contrats", "/contrats?etat=tous", weight: .plain),
    Action("À renouveler", "/contrats/a-renouveler", weight: .plain),
  ]
  let list = ItemList(
    "Contrats à soumettre, décisions reçues, contrats à renouveler", items,
    empty: EmptyState("Aucun contrat", "Rien à faire.", icon: .check))
  return HomeContent(counters: [counter], panel: Panel("Mes CER", actions: actions, [list]))
}

/// The decisions of the last days, as many as the county calls recent, the latest first.
private func decidedLately(_ visit: Visit) async throws -> [ContractRow] {
  let days = try await visit.services.call(ServiceName.contracts.delays.all)[.contractNews]
  let filter = ContractFilter(state: [.accepted, .refused], since: visit.today.adding(days: -days), limit: 200)
  let page = try await visit.services.call(ContractsAPI.listContracts, [:], filter)
  return page.items.sorted { $0.stateSince > $1.stateSince }
}

private func item(_ contract: ContractRow) -> Item {
  let since =
    contract.state.isDecided
    ? contract.decidedOn.map { "décidé le \(French.long($0))" } ?? waiting(contract.waitingDays)
    : waiting(contract.waitingDays)
  return Item(
    contract.beneficiary, address: contractAddress(contract.id),
    meta: [contractName(contract.kind, contract.number), since, contract.priorityLabel].compactMap { $0 }
      .joined(separator: " · "), icon: .signature, badges: [contract.state.badge])
}
