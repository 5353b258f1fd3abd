import API
import Domain
import Foundation
import Service

func addContractListPages(to pages: Pages) {
  pages.get("contrats", rights: [.readDossiers]) { visit in try await contractsPage(visit) }
  pages.get("contrats/a-renouveler", rights: [.readDossiers]) { visit in try await renewalsPage(visit) }
}

private let pageLength = 50

/// Which contracts the address asks for: those to treat unless it says otherwise.
private enum Shown: Equatable {
  case toTreat, all
  case one(ContractState)

  init(_ word: String?) {
    self = word == "tous" ? .all : ContractState(word: word).map(Shown.one) ?? .toTreat
  }

  var word: String {
    switch self {
    case .toTreat: "a-traiter"
    case .all: "tous"
    case .one(let state): state.word
    }
  }

  var states: [ContractState]? {
    switch self {
    case .toTreat: ContractState.toTreat
    case .all: nil
    case .one(let state): [state]
    }
  }
}

/// The contracts of the person's scope, those that have waited longest first.
private func contractsPage(_ visit: Visit) async throws -> PageAnswer {
  let shown = Shown(visit.query["etat"])
  let (q, after) = (visit.query["q"], visit.query["apres"])
  let filter = ContractFilter(state: shown.states, q: q, after: after, limit: pageLength)
  async let counting = visit.services.call(ContractsAPI.countContracts)
  async let listing = visit.services.call(ContractsAPI.listContracts, [:], filter)
  async let delaying = visit.services.call(ServiceName.contracts.delays.all)
  let (counts, found, patience) = try await (counting.items, listing, delaying[.contractWaiting])
  func address(_ shown: Shown, q: String?, after: String? = nil) -> String {
    Address("/contrats", ["etat": shown == .toTreat ? nil : shown.word, "q": q, "apres": after]).text
  }
  func tab(_ text: String, _ target: Shown, _ count: Int) -> Link {
    Link(text, address(target, q: q), count: count, countLabel: "contrats", isCurrent: target == shown)
  }
  let toTreat = counts.filter { ContractState.toTreat.contains($0.state) }.reduce(0) { $0 + $1.count }
  let tabs = Tabs(
    "États",
    [tab("À traiter", .toTreat, toTreat)] + counts.map { tab($0.label, .one($0.state), $0.count) }
      + [tab("Tous", .all, 0)])
  let choices =
    [Choice("a-traiter", "À traiter", isChosen: shown == .toTreat)]
    + ContractState.allCases.map { Choice($0.word, $0.label, isChosen: shown == .one($0)) }
    + [Choice("tous", "Tous", isChosen: shown == .all)]
  let bar = FilterBar(
    address: "/contrats",
    fields: [
      .text("q", "Nom ou prénom", value: q, maximumLength: 80, .optional), .select("etat", "État", choices, .optional),
    ], active: q.map { [Link("« \($0) »", address(shown, q: nil))] } ?? [], reset: address(shown, q: nil))
  let table = Table(
    id: "contrats", caption: "Contrats",
    columns: [
      Column("Personne"), Column("Contrat"), Column("État"), Column("Priorité", isSecondary: true),
      Column("Période", isSecondary: true), Column("Référent", isSecondary: true),
    ], rows: found.items.map { row($0, patience: patience) },
    count: French.count(found.items.count, "contrat affiché", "contrats affichés"),
    empty: q == nil
      ? EmptyState("Aucun contrat dans cet état", "Rien n’attend ici pour le moment.", icon: .check)
      : EmptyState("Aucun contrat ne correspond", "Vérifiez l’orthographe, ou choisissez un autre état."),
    pager: Pager(
      first: after == nil ? nil : address(shown, q: q), next: found.next.map { address(shown, q: q, after: $0) }))
  let renewals = Action("À renouveler", "/contrats/a-renouveler", icon: .refresh)
  let papers = [
    Action("À remettre", "/contrats/a-remettre", icon: .send),
    Action("CER vierge (PDF)", "/contrats/vierge/document", icon: .print),
  ]
  let works = visit.may(.draftContracts) || visit.may(.moveContracts)
  let head = PageHead(
    "Contrats", lead: "Les plus anciens en attente d’abord.", actions: [renewals] + (works ? papers : []))
  return visit.page(head, .today, [tabs, bar, table])
}

private func row(_ contract: ContractRow, patience: Int) -> Row {
  Row(
    id: contract.id.description, address: contractAddress(contract.id), name: contract.beneficiary,
    mark: ContractState.toTreat.contains(contract.state) && contract.waitingDays > patience ? .waiting : .neutral,
    [
      Cell(contract.beneficiary, detail: "n° \(contract.dossierNumber)"),
      Cell(contractName(contract.kind, contract.number)),
      Cell(contract.state.badge, detail: waiting(contract.waitingDays)), Cell(contract.priorityLabel),
      Cell(contractPeriod(contract.startsOn, contract.endsOn)), Cell(contract.authorName),
    ])
}

/// « fini depuis 12 jours », « finit dans 20 jours ».
func renewalDelay(_ daysLeft: Int) -> Badge {
  daysLeft < 0
    ? Badge("Fini depuis \(French.count(-daysLeft, "jour"))", .late, icon: .alert)
    : daysLeft == 0
      ? Badge("Finit aujourd’hui", .waiting, icon: .clock)
      : Badge("Finit dans \(French.count(daysLeft, "jour"))", .waiting, icon: .clock)
}

private func renewalsPage(_ visit: Visit) async throws -> PageAnswer {
  let usual = try await visit.services.call(ServiceName.contracts.delays.all)[.renewal]
  let days = visit.query.int("jours").flatMap { (0...366).contains($0) ? $0 : nil } ?? usual
  let after = visit.query["apres"]
  let filter = RenewalFilter(days: days, after: after, limit: pageLength)
  let found = try await visit.services.call(ContractsAPI.listRenewals, [:], filter)
  func address(_ after: String?) -> String {
    Address("/contrats/a-renouveler", ["jours": days == usual ? nil : String(days), "apres": after]).text
  }
  let rows = found.items.map { renewal in
    Row(
      id: renewal.id.description, address: "/dossiers/\(renewal.dossier)/contrats", name: renewal.beneficiary,
      mark: renewal.daysLeft < 0 ? .late : .waiting,
      [
        Cell(renewal.beneficiary, detail: "n° \(renewal.dossierNumber)"),
        Cell(French.long(renewal.endsOn), detail: "contrat n° \(renewal.number)"),
        Cell(renewalDelay(renewal.daysLeft)),
        renewal.inProgress.map { Cell($0.badge, detail: "pour la suite") } ?? Cell("—"),
        Cell(renewal.leadName, detail: renewal.organisationName),
      ])
  }
  let bar = FilterBar(
    address: "/contrats/a-renouveler",
    fields: [
      .select(
        "jours", "Finissent dans",
        Set([30, 60, 90, 180, usual, days]).sorted().map {
          Choice(String($0), "\($0) jours au plus", isChosen: $0 == days)
        }, .optional)
    ])
  let table = Table(
    id: "renouvellements", caption: "Contrats à renouveler",
    columns: [
      Column("Personne"), Column("Fin"), Column("Délai"), Column("Suite en cours"),
      Column("Référent de parcours", isSecondary: true),
    ], rows: rows,
    empty: EmptyState("Aucun contrat à renouveler", "Aucun ne finit dans ce délai.", icon: .check),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let head = PageHead(
    "Contrats à renouveler", lead: "Ceux qui finissent bientôt ou sont finis, sans suite validée.",
    back: Link("Contrats", "/contrats"))
  return visit.page(head, .today, [bar, table])
}
