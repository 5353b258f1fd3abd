import API
import Domain
import Service

let placesRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(rights: [.administer], link: Link("Lieux", placesAddress), text: "Où se tiennent les entretiens")
  ]
) { pages in
  pages.get("administration/lieux", rights: [.administer]) { visit in try await placesPage(visit) }
  pages.form("administration/lieux/nouveau", rights: [.administer], PlaceForm.self)
  pages.form("administration/lieux/{place}", rights: [.administer], PlaceForm.self)
}

let placesAddress = "/administration/lieux"

/// How many changes the page shows.
private let changesShown = 20

/// The territories by their identifiers.
func territoryNames(_ visit: Visit) async throws -> [ID<Territory>: String] {
  let all = try await visit.services.call(IdentityAPI.listTerritories).items
  return Dictionary(all.map { ($0.id, $0.name) }) { first, _ in first }
}

private func placesPage(_ visit: Visit) async throws -> PageAnswer {
  async let listing = visit.services.call(SchedulingAPI.listPlaces)
  async let naming = territoryNames(visit)
  async let remembering = visit.services.call(
    SchedulingAPI.listPlaceChanges, [:], ListChangeQuery(limit: changesShown))
  let (places, territories, history) = try await (listing, naming, remembering.items)
  let rows = places.map { place in
    Row(
      id: place.id.description, address: "\(placesAddress)/\(place.id)", name: place.name,
      [
        Cell(place.name, detail: place.address), Cell(place.territory.map { territories[$0] ?? "—" } ?? "Tous"),
        place.active
          ? Cell(Badge("Proposé", .done, icon: .check)) : Cell(Badge("Fermé", .neutral, icon: .lock)),
      ])
  }
  let table = Table(
    id: "lieux", caption: "Lieux d’entretien", columns: [Column("Lieu"), Column("Territoire"), Column("État")],
    rows: rows, count: French.count(rows.count, "lieu", "lieux"),
    empty: EmptyState("Aucun lieu", "Ajoutez celui de vos premiers entretiens.", icon: .mapPin))
  let entries = history.map { change in
    HistoryEntry(
      French.moment(change.at), who: change.accountName,
      change.before == nil ? "« \(change.after.name) » ajouté" : "« \(change.after.name) » modifié",
      changes: change.differences(territories))
  }
  let add = Action("Ajouter un lieu", "\(placesAddress)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead(
    "Lieux", lead: "Se choisit en prenant un rendez-vous ; son adresse part dans le rappel par SMS.",
    back: Link("Administration", "/administration"), actions: [add])
  return visit.page(
    head, .administration, [table, Panel.history(entries, untouched: "Les lieux sont ceux d’origine.")])
}

extension PlaceChange {
  fileprivate func differences(_ territories: [ID<Territory>: String]) -> [Change] {
    guard let before else { return [] }
    func name(_ territory: ID<Territory>?) -> String { territory.map { territories[$0] ?? "—" } ?? "tous" }
    func state(_ draft: PlaceDraft) -> String { draft.active ? "proposé" : "fermé" }
    return [
      Change("Nom", from: before.name, to: after.name), Change("Adresse", from: before.address, to: after.address),
      Change("Territoire", from: name(before.territory), to: name(after.territory)),
      Change("État", from: state(before), to: state(after)),
    ].filter { $0.before != $0.after }
  }
}

/// A place where appointments are held, new or changed.
private struct PlaceForm: SettingForm {
  let visit: Visit
  /// Nil for a new one.
  let place: Place?
  let territories: [ID<Territory>: String]

  static let room = "Lieux"

  static func load(_ visit: Visit) async throws -> PlaceForm {
    let territories = try await territoryNames(visit)
    guard visit.parameters["place"] != nil else { return PlaceForm(visit: visit, place: nil, territories: territories) }
    let id = try visit.id("place", of: Place.self)
    // Some dozens: the list is as quick as one of them would be.
    let places = try await visit.services.call(SchedulingAPI.listPlaces)
    guard let place = places.first(where: { $0.id == id }) else { throw Problem.notFound("Ce lieu") }
    return PlaceForm(visit: visit, place: place, territories: territories)
  }

  var groups: [QuestionGroup<PlaceDraft>] {
    let offered = territories.sorted { French.isBefore($0.value, $1.value) }.map {
      Choice($0.key.description, $0.value)
    }
    return [
      QuestionGroup(
        .line("name", \.name, "Nom", missing: "Donnez un nom au lieu."),
        .line("address", \.address, "Adresse").help("Telle que la personne la lira dans le SMS"),
        .list("territory", \.territory, "Territoire", none: "Tous les territoires", offered),
        .box("active", \.active, "Proposé pour les nouveaux rendez-vous").help(
          "Fermé, il reste sur les rendez-vous qui l’ont"))
    ]
  }

  var draft: PlaceDraft {
    place.map { PlaceDraft(name: $0.name, address: $0.address, territory: $0.territory, active: $0.active) }
      ?? PlaceDraft(name: "")
  }

  var version: Int? { place?.version }

  var sending: Sending {
    Sending("lieu", place == nil ? "Ajouter le lieu" : "Enregistrer le lieu", cancel: placesAddress)
  }

  var head: PageHead { PageHead(place?.name ?? "Ajouter un lieu", back: Link("Lieux", placesAddress)) }

  func save(_ draft: PlaceDraft, version: Int?) async throws -> PageAnswer {
    if let place {
      _ = try await visit.services.call(SchedulingAPI.changePlace, ["place": place.id], draft, version: version)
    } else {
      _ = try await visit.services.call(SchedulingAPI.addPlace, [:], draft, key: visit.key)
    }
    return .see(placesAddress, saying: "Le lieu « \(draft.name) » est enregistré.")
  }
}
