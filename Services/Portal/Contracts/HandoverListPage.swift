import API
import Domain
import Foundation
import Service

/// « À remettre »: the contracts signed or decided that the person was not given yet, the oldest first.
func handoverListPage(_ visit: Visit) async throws -> PageAnswer {
  let after = visit.query["apres"]
  let found = try await visit.services.call(
    ContractsAPI.listToHandOver, [:], HandoverFilter(after: after, limit: 50))
  func address(_ after: String?) -> String { Address("/contrats/a-remettre", ["apres": after]).text }
  let rows = found.items.map { row in
    Row(
      id: row.id.description, address: contractAddress(row.id) + "#remise", name: row.beneficiary, mark: .waiting,
      [
        Cell(row.beneficiary, detail: "n° \(row.dossierNumber)"), Cell(contractName(row.kind, row.number)),
        Cell(row.state.badge), Cell(French.long(CalendarDate(row.since))), Cell(row.authorName),
      ])
  }
  let table = Table(
    id: "a-remettre", caption: "Contrats à remettre",
    columns: [
      Column("Personne"), Column("Contrat"), Column("État"), Column("Signé ou décidé le"),
      Column("Référent", isSecondary: true),
    ], rows: rows,
    empty: EmptyState(
      "Rien à remettre", "Tout ce qui a été signé ou décidé ces 90 derniers jours a été remis.", icon: .check),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let head = PageHead(
    "Contrats à remettre", lead: "Signés ou décidés, et que la personne n’a pas encore reçus.",
    back: Link("Contrats", "/contrats"))
  return visit.page(head, .contracts, [table])
}
