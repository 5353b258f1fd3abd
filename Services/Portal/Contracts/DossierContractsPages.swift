import API
import Domain
import Foundation
import Service

let contractsSection = DossierSection(
  "Contrats", path: "contrats", icon: .signature, position: 30, kinds: [.contract],
  actions: { open in
    open.visit.may(.draftContracts)
      ? [Action("Ajouter un CER", open.address("contrats/nouveau"), icon: .signature, weight: .plain)] : []
  },
  summary: { open in
    let found = try await open.visit.services.call(ContractsAPI.dossierContracts, open.path)
    let items = found.items.prefix(2).map { row in
      Item(
        contractName(row.kind, row.number), address: contractAddress(row.id),
        meta: contractPeriod(row.startsOn, row.endsOn), icon: .signature, badges: [row.state.badge])
    }
    let all = Action("Tous les contrats", open.address("contrats"), weight: .plain)
    let empty = EmptyState("Aucun contrat", "Le CER de la personne s’affiche ici.", icon: .signature)
    return [
      Panel("Contrats", count: found.items.count, actions: [all], [ItemList("Contrats", items, empty: empty)])
    ]
  })

func addDossierContractPages(to pages: Pages) {
  pages.get("dossiers/{dossier}/contrats", rights: [.readDossiers]) { visit in try await dossierContractsPage(visit) }
  pages.get("dossiers/{dossier}/contrats/nouveau", rights: [.draftContracts]) { visit in
    try await newContractPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("dossiers/{dossier}/contrats/nouveau", rights: [.draftContracts]) { visit in try await draft(visit) }
}

private func dossierContractsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(ContractsAPI.dossierContracts, ["dossier": id])
  let (open, found) = try await (opening, listing)
  let rows = found.items.map { row in
    Row(
      id: row.id.description, address: contractAddress(row.id), name: contractName(row.kind, row.number),
      mark: ContractState.toTreat.contains(row.state) ? .waiting : .neutral,
      [
        Cell(contractName(row.kind, row.number), detail: row.priorityLabel), Cell(row.state.badge),
        Cell(French.short(row.startsOn)), Cell(row.endsOn.map(French.short) ?? "sans date de fin"),
        Cell(row.consent.badge), Cell(row.authorName), Cell(row.decidedOn.map(French.short)),
      ])
  }
  let add = Action("Ajouter un CER", open.address("contrats/nouveau"), icon: .plus, weight: .primary)
  let table = Table(
    id: "contrats", caption: "Contrats de la personne",
    columns: [
      Column("Contrat"), Column("État"), Column("Début"), Column("Fin"), Column("Accord", isSecondary: true),
      Column("Référent", isSecondary: true), Column("Décision du", isSecondary: true),
    ], rows: rows, count: French.count(rows.count, "contrat"),
    empty: EmptyState(
      "Aucun contrat",
      found.mayDraft
        ? "Élaborez le premier avec la personne." : "Le référent de parcours élabore le premier avec la personne.",
      icon: .signature))
  return open.page(PageHead("Contrats", actions: found.mayDraft ? [add] : []), in: "contrats", [table])
}

private func newContractPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let starting = visit.services.call(ContractsAPI.dossierContracts, ["dossier": id])
  async let listing = visit.services.call(ServiceName.contracts.lists.all)
  let (open, start, lists) = try await (opening, starting, listing)
  let back = Link("Contrats", open.address("contrats"))
  guard start.mayDraft else {
    let notice = Notice(
      "Seul le référent de parcours de la personne élabore son CER.",
      open.detail.lead.map { "Il s’agit de \($0.name)." }, .info)
    return open.page(PageHead("Ajouter un CER", back: back), in: "contrats", [notice])
  }
  let proposed = FormAnswers([
    ("kind", ContractRecord.Kind.cer.rawValue), ("number", String(start.proposedNumber)),
    ("startsOn", French.short(start.proposedStart)), ("signedOn", French.short(visit.today)),
  ])
  let form = contractForm(
    address: open.address("contrats/nouveau"), typed ?? proposed, lists: lists, version: nil,
    submit: "Enregistrer le CER", cancel: Link("Annuler", open.address("contrats")), faults: faults)
  let lead = "Élaboré avec la personne. Rien n’est transmis avant que vous le soumettiez."
  let head = PageHead("Ajouter un CER", lead: lead, back: back)
  return open.page(head, in: "contrats", faults.general + [form]).with(faults)
}

private func draft(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  var faults = FormFaults()
  if let draft = contractDraft(visit.form, today: visit.today, &faults) {
    do {
      let sheet = try await visit.services.call(
        ContractsAPI.draftContract, ["dossier": id], draft, key: visit.key)
      // A contract has at least one objective, so that is what comes next.
      return .see(
        contractAddress(sheet.contract.id, "objectifs/nouveau"),
        saying: "Le \(contractName(sheet.contract.kind, sheet.contract.number)) est enregistré. "
          + "Ajoutez son premier objectif.")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: contractFields)
    }
  }
  return try await newContractPage(visit, typed: visit.form, faults: faults)
}
