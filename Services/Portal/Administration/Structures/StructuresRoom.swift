import API
import Domain
import Service

let structuresRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Structures et territoires", "/administration/structures"),
      text: "Équipes, partenaires et opérateurs ; découpage du département")
  ]
) { pages in
  pages.get("administration/structures", rights: [.administer]) { visit in try await structuresPage(visit) }
  addStructureFormPages(to: pages)
  addTerritoryPages(to: pages)
}

private let pageLength = 50
private let base = "/administration/structures"

extension OrganisationKind {
  var label: String {
    switch self {
    case .departement: "Équipe du département"
    case .accompagnement: "Partenaire d’accompagnement"
    case .operateur: "Opérateur"
    }
  }
}

/// The two lists of this room.
func structureTabs(territories: Bool) -> Tabs {
  Tabs(
    "Structures et territoires",
    [
      Link("Structures", base, icon: .building, isCurrent: !territories),
      Link("Territoires", "/administration/territoires", icon: .mapPin, isCurrent: territories),
    ])
}

/// The structures by name, narrowed by words, kind, and whether they wait to be confirmed.
private func structuresPage(_ visit: Visit) async throws -> PageAnswer {
  let (q, kind) = (visit.query["q"], visit.query["nature"].flatMap(OrganisationKind.init(rawValue:)))
  let (isPending, after) = (visit.query["etat"] == "a-confirmer", visit.query["apres"])
  let query = OrganisationQuery(q: q, kind: kind, pending: isPending ? true : nil, limit: pageLength, after: after)
  async let listing = visit.services.call(IdentityAPI.listOrganisations, [:], query)
  async let naming = visit.services.call(IdentityAPI.listTerritories)
  async let asking = waiting(visit, isAsked: q == nil && kind == nil && !isPending && after == nil)
  let (found, territories, pending) = try await (listing, naming.items, asking)
  func address(_ after: String?) -> String {
    Address(base, ["q": q, "nature": kind?.rawValue, "etat": isPending ? "a-confirmer" : nil, "apres": after]).text
  }
  let bar = FilterBar(
    address: base,
    fields: [
      .text("q", "Nom de la structure", value: q, maximumLength: 100, .optional),
      .select(
        "nature", "Nature",
        [Choice("", "Toutes")] + OrganisationKind.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == kind) },
        .optional),
      .select(
        "etat", "État",
        [Choice("", "Toutes"), Choice("a-confirmer", "À confirmer", isChosen: isPending)], .optional),
    ])
  let rows = found.items.map { structure in
    Row(
      id: structure.id.description, address: "\(base)/\(structure.id)", name: structure.name,
      mark: structure.pending ? .waiting : .neutral,
      [
        Cell(structure.name, detail: structure.genesisRef.map { "Genesis \($0)" }), Cell(structure.kind.label),
        Cell(territories.first { $0.id == structure.territory }?.name), Cell(structure.badge),
      ])
  }
  let table = Table(
    id: "structures", caption: "Structures",
    columns: [Column("Structure"), Column("Nature"), Column("Territoire", isSecondary: true), Column("État")],
    rows: rows, count: French.count(rows.count, "structure affichée", "structures affichées"),
    empty: isPending
      ? EmptyState(
        "Aucune structure n’attend", "Celles que Genesis nomme pour la première fois s’affichent ici.", icon: .check,
        actions: [Action("Toutes les structures", base, icon: .building)])
      : EmptyState(
        "Aucune structure ne correspond", "Vérifiez l’orthographe, changez de nature, ou ajoutez la structure.",
        icon: .building, actions: [Action("Retirer les filtres", base, icon: .x)]),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let add = Action("Ajouter une structure", "\(base)/nouvelle", icon: .plus, weight: .primary)
  let head = PageHead(
    "Structures et territoires", back: Link("Administration", "/administration"), actions: [add])
  return visit.page(
    head, .administration, [structureTabs(territories: false)] + pending + [bar, table])
}

extension OrganisationRow {
  var badge: Badge {
    pending ? Badge("À confirmer", .waiting, icon: .clock) : Badge("Confirmée", .done, icon: .check)
  }
}

/// Says over the whole list that structures wait.
private func waiting(_ visit: Visit, isAsked: Bool) async throws -> [Notice] {
  guard isAsked else { return [] }
  let query = OrganisationQuery(pending: true, limit: pageLength)
  let found = try await visit.services.call(IdentityAPI.listOrganisations, [:], query)
  guard !found.items.isEmpty else { return [] }
  let many = found.next != nil
  let title =
    many
    ? "Plus de \(pageLength) structures attendent d’être confirmées"
    : French.count(
      found.items.count, "structure attend d’être confirmée", "structures attendent d’être confirmées")
  return [
    Notice(
      title, "Genesis les nomme pour la première fois. Vérifiez leur nature, puis enregistrez-les.", .waiting,
      actions: [Action("Voir", "\(base)?etat=a-confirmer", icon: .arrowRight, weight: .plain)])
  ]
}
