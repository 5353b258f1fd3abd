import API
import Domain
import Foundation
import Service

let contractsSection = DossierSection(
  "Contrats", path: "contrats", icon: .signature, position: 30,
  actions: { open in
    open.visit.may(.draftContracts)
      ? [Action("Ajouter un CER", open.address("contrats/nouveau"), icon: .signature, weight: .plain)] : []
  },
  reads: [ContractsAPI.dossierContracts.fullName],
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
  pages.form("dossiers/{dossier}/contrats/nouveau", rights: [.draftContracts], NewContractForm.self)
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
  let blank = Action("CER vierge (PDF)", open.address("contrats/vierge/document"), icon: .print)
  let works = visit.may(.draftContracts) || visit.may(.moveContracts)
  return open.page(
    PageHead("Contrats", actions: (found.mayDraft ? [add] : []) + (works ? [blank] : [])), in: "contrats", [table])
}
