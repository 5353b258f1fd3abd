import API
import Domain
import Foundation
import Service

/// With whom: a free slot of the agenda leads here, and the person chosen leads to the form with that hour in it.
func personPage(_ visit: Visit) async throws -> PageAnswer {
  let query = visit.query
  let isCaseload = visit.person.hasCaseload
  let isAsked = isCaseload || query["q"] != nil
  let search = DossierSearch(q: query["q"], sort: .recent, limit: 20)
  async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
  async let finding = isAsked ? visit.services.call(DossiersAPI.listDossiers, [:], search).items : []
  let (agents, found) = try await (naming, finding)
  let bar = FilterBar(
    address: "/agenda/prendre",
    fields: [
      .text("q", "Nom, prénom ou numéro", value: query["q"], maximumLength: 100, .optional),
      .date("jour", "Jour", value: query["jour"].map { CalendarDate($0).map(French.short) ?? $0 }, .optional),
      .time("heure", "Heure", value: query["heure"], .optional),
      .select("agent", "Agenda de", agendaChoices(agents, visit, chosen: query["agent"]), .optional),
    ])
  let items = found.map { dossier in
    let form = Address(
      "/dossiers/\(dossier.id)/entretiens/nouveau",
      ["jour": query["jour"], "heure": query["heure"], "agent": query["agent"]])
    return Item(dossier.name, address: form.text, meta: dossier.detail(today: visit.today), icon: .user)
  }
  let empty =
    isAsked
    ? EmptyState("Personne ne correspond", "Vérifiez l’orthographe du nom.")
    : EmptyState("Recherchez une personne", "Écrivez un nom, un prénom ou un numéro de dossier.")
  let head = PageHead(
    "Prendre un rendez-vous", lead: "Choisissez la personne.", back: Link("Agenda", "/agenda"))
  return visit.page(head, .agenda, [bar, ItemList("Personnes", items, empty: empty)])
}
