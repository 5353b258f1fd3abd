import API
import Domain
import Foundation
import Service

func addContractListPages(to pages: Pages) {
  pages.get("contrats", rights: [.readDossiers]) { visit in try await contractsPage(visit) }
  pages.get("contrats/fichier", rights: [.reports]) { visit in
    let view = ContractView(visit, people: try await FollowedPeople.load(visit))
    var filter = view.filter
    filter.after = nil
    return PageAnswer(.file(try await visit.services.open(ContractsAPI.exportContracts, [:], filter), isShown: false))
  }
  pages.get("contrats/a-renouveler", rights: [.readDossiers]) { visit in
    try await renewalsPage(visit, overdue: false)
  }
  pages.get("contrats/echus", rights: [.readDossiers]) { visit in try await renewalsPage(visit, overdue: true) }
  pages.get("contrats/sans-contrat", rights: [.readDossiers]) { visit in try await withoutContractPage(visit) }
}

private let pageLength = 50

/// The lists of « Suivi des CER ».
enum FollowUpList: String, CaseIterable {
  case contracts = "/contrats"
  case renewals = "/contrats/a-renouveler"
  case overdue = "/contrats/echus"
  case without = "/contrats/sans-contrat"

  private var label: String {
    switch self {
    case .contracts: "Par état"
    case .renewals: "À renouveler"
    case .overdue: "Échus"
    case .without: "Sans contrat"
    }
  }

  var tabs: Tabs {
    Tabs("Suivi des CER", Self.allCases.map { Link($0.label, $0.rawValue, isCurrent: $0 == self) })
  }
}

/// The contracts of the person's scope, those that have waited longest first.
private func contractsPage(_ visit: Visit) async throws -> PageAnswer {
  let view = ContractView(visit, people: try await FollowedPeople.load(visit))
  var filter = view.filter
  filter.limit = pageLength
  async let counting = visit.services.call(ContractsAPI.countContracts)
  async let listing = visit.services.call(ContractsAPI.listContracts, [:], filter)
  async let delaying = visit.services.call(ServiceName.contracts.delays.all)
  let (counts, found, patience) = try await (counting.items, listing, delaying[.contractWaiting])
  let table = Table(
    id: "contrats", caption: "Contrats",
    columns: [
      Column("Personne"), Column("Contrat"), Column("État"), Column("Priorité", isSecondary: true),
      Column("Période", isSecondary: true), Column("Référent", isSecondary: true),
    ], rows: found.items.map { row($0, patience: patience) },
    count: found.total.map { French.count($0, "contrat", "contrats") }, selection: selection(visit, view),
    empty: view.isNarrowed
      ? EmptyState("Aucun contrat ne correspond", "Vérifiez l’orthographe, ou choisissez un autre état.")
      : EmptyState("Aucun contrat dans cet état", "Rien n’attend ici pour le moment.", icon: .check),
    pager: Pager(
      first: view.after == nil ? nil : view.start(),
      next: found.next.map { cursor in view.address { $0.after = cursor } }))
  let export =
    visit.may(.reports) && !found.items.isEmpty
    ? [Action("Exporter", view.address("/contrats/fichier"), icon: .download)] : []
  let papers = [
    Action("À remettre", "/contrats/a-remettre", icon: .send),
    Action("CER vierge (PDF)", "/contrats/vierge/document", icon: .print),
  ]
  let works = visit.may(.draftContracts) || visit.may(.moveContracts)
  let head = PageHead(
    "Suivi des CER", lead: "Les plus anciens en attente d’abord.", actions: (works ? papers : []) + export)
  let above: [any Piece] = [FollowUpList.contracts.tabs, states(view, counts), view.bar]
  return visit.page(head, .contracts, above + view.people.notices + [table])
}

private func states(_ view: ContractView, _ counts: [ContractCount]) -> Tabs {
  func tab(_ text: String, _ target: ContractView.Shown, _ count: Int) -> Link {
    Link(
      text, view.start { $0.shown = target }, count: count, countLabel: "contrats", isCurrent: target == view.shown)
  }
  let toTreat = counts.filter { ContractState.toTreat.contains($0.state) }.reduce(0) { $0 + $1.count }
  return Tabs(
    "États",
    [tab("À traiter", .toTreat, toTreat)] + counts.map { tab($0.label, .one($0.state), $0.count) }
      + [tab("Tous", .all, 0)])
}

/// Several contracts are moved at once from one state, by those who may move one from there.
private func selection(_ visit: Visit, _ view: ContractView) -> Selection? {
  guard case .one(let state) = view.shown, state != .proposition,
    visit.person.may(anyOf: [.moveContracts, .decideContracts])
  else { return nil }
  let address = "/passages?depuis=\(state.word)"
  // All of a state, whatever the list is narrowed to, is offered where it is narrowed to nothing else.
  let all = view.isNarrowed ? nil : SubmitButton("Tous ceux de cet état…", "\(address)&tout=oui")
  return Selection("contract", [SubmitButton("Faire passer à un autre état…", address)], whole: all)
}

private func row(_ contract: ContractRow, patience: Int) -> Row {
  let since = contract.decidedOn.map { "le \(French.short($0))" } ?? waiting(contract.waitingDays)
  return Row(
    id: contract.id.description, address: contractAddress(contract.id), name: contract.beneficiary,
    mark: ContractState.toTreat.contains(contract.state) && contract.waitingDays > patience ? .waiting : .neutral,
    [
      Cell(contract.beneficiary, detail: "n° \(contract.dossierNumber)"),
      Cell(contractName(contract.kind, contract.number)), Cell(contract.state.badge, detail: since),
      Cell(contract.priorityLabel), Cell(contractPeriod(contract.startsOn, contract.endsOn)),
      Cell(contract.authorName),
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

private func renewalsPage(_ visit: Visit, overdue: Bool) async throws -> PageAnswer {
  let people = try await FollowedPeople.load(visit)
  let usual = try await visit.services.call(ServiceName.contracts.delays.all)[.renewal]
  let days = overdue ? 0 : visit.query.int("jours").flatMap { (0...366).contains($0) ? $0 : nil } ?? usual
  let after = visit.query["apres"]
  let filter = RenewalFilter(
    days: days, overdue: overdue ? true : nil, lead: people.lead, organisation: people.organisation,
    territory: people.territory, after: after, limit: pageLength)
  let found = try await visit.services.call(ContractsAPI.listRenewals, [:], filter)
  let list: FollowUpList = overdue ? .overdue : .renewals
  let chosen: [(String, String?)] = [("jours", days == usual || overdue ? nil : String(days))]
  func address(_ after: String?) -> String { people.address(list.rawValue, also: chosen + [("apres", after)]) }
  let choices = Set([30, 60, 90, 180, usual, days]).sorted().map {
    Choice(String($0), "\($0) jours au plus", isChosen: $0 == days)
  }
  let bar = FilterBar(
    address: list.rawValue, fields: overdue ? people.fields : [.select("jours", "Finissent dans", choices, .optional)],
    more: overdue ? [] : people.fields, active: people.active { $0.address(list.rawValue, also: chosen) },
    reset: people.everybody.address(list.rawValue, also: chosen))
  let table = Table(
    id: "renouvellements", caption: "Contrats à renouveler",
    columns: [
      Column("Personne"), Column("Fin"), Column("Délai"), Column("Suite en cours"),
      Column("Référent de parcours", isSecondary: true),
    ], rows: found.items.map(renewalRow),
    empty: overdue
      ? EmptyState("Aucun contrat échu", "Aucun n’est fini sans suite validée.", icon: .check)
      : EmptyState("Aucun contrat à renouveler", "Aucun ne finit dans ce délai.", icon: .check),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let head =
    overdue
    ? PageHead("Contrats échus", lead: "Finis, sans suite validée.")
    : PageHead("Contrats à renouveler", lead: "Ceux qui finissent bientôt ou sont finis, sans suite validée.")
  let bars: [any Piece] = bar.fields.isEmpty ? [] : [bar]
  let above: [any Piece] = [list.tabs]
  return visit.page(head, .contracts, above + bars + people.notices + [table])
}

private func renewalRow(_ renewal: ContractRenewal) -> Row {
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

/// « 12 jours », « 3 ans ».
private func length(_ days: Int) -> String {
  days < 730 ? French.count(days, "jour") : French.count(days / 365, "an")
}

/// The people of the active file for whom no contract was ever entered.
private func withoutContractPage(_ visit: Visit) async throws -> PageAnswer {
  let people = try await FollowedPeople.load(visit)
  let after = visit.query["apres"]
  let filter = MissingFilter(
    lead: people.lead, organisation: people.organisation, territory: people.territory, after: after,
    limit: pageLength)
  let found = try await visit.services.call(ContractsAPI.listWithoutContract, [:], filter)
  let path = FollowUpList.without.rawValue
  func address(_ after: String?) -> String { people.address(path, also: [("apres", after)]) }
  let table = Table(
    id: "sans-contrat", caption: "Personnes sans contrat",
    columns: [Column("Personne"), Column("Entrée"), Column("Référent de parcours", isSecondary: true)],
    rows: found.items.map { person in
      Row(
        id: person.dossier.description, address: "/dossiers/\(person.dossier)/contrats", name: person.beneficiary,
        [
          Cell(person.beneficiary, detail: "n° \(person.dossierNumber)"),
          Cell(French.long(person.enteredOn), detail: "depuis \(length(person.days))"),
          Cell(person.leadName, detail: person.organisationName),
        ])
    },
    empty: EmptyState(
      "Tout le monde a un contrat", "Chaque personne de la file active en a au moins un, quel que soit son état.",
      icon: .check),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let bar: [any Piece] =
    people.fields.isEmpty
    ? []
    : [
      FilterBar(
        address: path, fields: people.fields, active: people.active { $0.address(path) },
        reset: people.everybody.address(path))
    ]
  let head = PageHead(
    "Sans contrat", lead: "Aucun CER saisi, quel que soit son état. Les entrées les plus anciennes d’abord.")
  let above: [any Piece] = [FollowUpList.without.tabs]
  return visit.page(head, .contracts, above + bar + people.notices + [table])
}
