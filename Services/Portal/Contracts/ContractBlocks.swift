import API
import Domain
import Foundation
import Service

/// For those who move or decide: what has waited longest.
let contractsToTreatBlock = HomeBlock("Contrats à traiter", rights: [.moveContracts, .decideContracts]) { visit in
  let filter = ContractFilter(state: ContractState.toTreat, limit: 5)
  async let counting = visit.services.call(ContractsAPI.countContracts)
  async let listing = visit.services.call(ContractsAPI.listContracts, [:], filter)
  let (counts, found) = try await (counting.items, listing)
  let count = counts.filter { ContractState.toTreat.contains($0.state) }.reduce(0) { $0 + $1.count }
  let counter = Counter(
    count, "contrats à traiter", detail: found.items.first.map { "le premier \(waiting($0.waitingDays))" },
    address: "/contrats", count > 0 ? .waiting : .neutral)
  guard count > 0 else { return HomeContent(counters: [counter]) }
  let all = Action("Tous les traiter", "/contrats", weight: .plain)
  let list = ItemList(
    "Contrats à traiter", found.items.map(item),
    empty: EmptyState("Aucun contrat", "Rien n’attend.", icon: .check))
  return HomeContent(counters: [counter], panel: Panel("Contrats à traiter", count: count, actions: [all], [list]))
}

/// For référents: what they have to submit, what was decided lately, what ends soon.
let ownContractsBlock = HomeBlock("Mes CER", rights: [.draftContracts]) { visit in
  async let drafting = visit.services.call(
    ContractsAPI.listContracts, [:], ContractFilter(state: [.proposition], limit: 4))
  async let deciding = decidedLately(visit)
  async let renewing = visit.services.call(ContractsAPI.listRenewals, [:], RenewalFilter(limit: 4))
  async let counting = visit.services.call(ContractsAPI.countContracts)
  let (drafts, decided, renewals, counts) = try await (drafting.items, deciding, renewing.items, counting.items)
  let waitingDrafts = counts.first { $0.state == .proposition }?.count ?? 0
  let counter = Counter(
    waitingDrafts, "CER à soumettre", address: "/contrats?etat=\(ContractState.proposition.word)",
    waitingDrafts > 0 ? .waiting : .neutral)
  guard !(drafts.isEmpty && decided.isEmpty && renewals.isEmpty) else { return HomeContent(counters: [counter]) }
  var items = decided.prefix(4).map(item) + drafts.map(item)
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

/// How many days a decision is news.
private let newsDays = 14

/// The decisions of the last days, the latest first. The list gives the oldest first, so it is read to its end: a
/// caseload's decided contracts are a few pages, and five of them are the most that a home page waits for.
private func decidedLately(_ visit: Visit) async throws -> [ContractRow] {
  var rows: [ContractRow] = []
  var after: String?
  for _ in 0..<5 {
    let filter = ContractFilter(state: [.accepted, .refused], after: after, limit: 200)
    let page = try await visit.services.call(ContractsAPI.listContracts, [:], filter)
    rows += page.items.filter { $0.waitingDays <= newsDays }
    after = page.next
    if after == nil { break }
  }
  return rows.sorted { $0.stateSince > $1.stateSince }
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
