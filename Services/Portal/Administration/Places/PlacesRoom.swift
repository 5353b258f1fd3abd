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
  pages.get("administration/lieux/nouveau", rights: [.administer]) { visit in
    try await placeForm(visit, nil, FormAnswers([("active", "oui")]), version: nil, FormFaults())
  }
  pages.post("administration/lieux/nouveau", rights: [.administer]) { visit in try await savePlace(visit, nil) }
  pages.get("administration/lieux/{place}", rights: [.administer]) { visit in
    let place = try await shownPlace(visit)
    return try await placeForm(visit, place, place.answers, version: place.version, FormFaults())
  }
  pages.post("administration/lieux/{place}", rights: [.administer]) { visit in
    try await savePlace(visit, try await shownPlace(visit))
  }
}

let placesAddress = "/administration/lieux"

/// How many changes the page shows.
private let changesShown = 20

extension Place {
  fileprivate var answers: FormAnswers {
    FormAnswers([
      ("name", name), ("address", address ?? ""), ("territory", territory?.description ?? ""),
      ("active", active ? "oui" : ""),
    ])
  }
}

private func territoryNames(_ visit: Visit) async throws -> [ID<Territory>: String] {
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
  let past: any Piece =
    entries.isEmpty
    ? EmptyState("Rien n’a encore été changé", "Chaque changement s’affichera ici.", icon: .history)
    : History(entries)
  let add = Action("Ajouter un lieu", "\(placesAddress)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead(
    "Lieux", lead: "Se choisit en prenant un rendez-vous ; son adresse part dans le rappel par SMS.",
    back: Link("Administration", "/administration"), actions: [add])
  return visit.page(head, .administration, [table, Panel("Historique", id: "historique", [past])])
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

private func shownPlace(_ visit: Visit) async throws -> Place {
  let id = try visit.id("place", of: Place.self)
  // Some dozens: the list is as quick as one of them would be.
  let places = try await visit.services.call(SchedulingAPI.listPlaces)
  guard let place = places.first(where: { $0.id == id }) else { throw Problem.notFound("Ce lieu") }
  return place
}

/// - Parameter place: nil for a new one.
private func placeForm(
  _ visit: Visit, _ place: Place?, _ typed: FormAnswers, version: Int?, _ faults: FormFaults,
  notices: [Notice] = []
) async throws -> PageAnswer {
  let territories = try await territoryNames(visit).sorted { French.isBefore($0.value, $1.value) }.map {
    Choice($0.key.description, $0.value, isChosen: $0.key.description == typed["territory"])
  }
  let form = Form(
    id: "lieu", address: place.map { "\(placesAddress)/\($0.id)" } ?? "\(placesAddress)/nouveau",
    groups: [
      FieldGroup(fields: [
        .text("name", "Nom", value: typed["name"], maximumLength: 120, faults.common("name")),
        .text(
          "address", "Adresse", value: typed["address"], maximumLength: 200,
          faults.common("address", help: "Telle que la personne la lira dans le SMS", isRequired: false)),
        .select(
          "territory", "Territoire", [Choice("", "Tous les territoires")] + territories,
          faults.common("territory", isRequired: false)),
        .checkbox(
          "active", "Proposé pour les nouveaux rendez-vous", isChecked: typed["active"] == "oui",
          faults.common("active", help: "Fermé, il reste sur les rendez-vous qui l’ont", isRequired: false)),
      ])
    ], values: [version.map { HiddenValue("version", String($0)) } ?? Visit.freshKey],
    submit: place == nil ? "Ajouter le lieu" : "Enregistrer le lieu", cancel: Link("Annuler", placesAddress))
  let head = PageHead(place?.name ?? "Ajouter un lieu", back: Link("Lieux", placesAddress))
  return visit.page(head, .administration, title: "Lieux", notices + faults.general + [form]).with(faults)
}

private func savePlace(_ visit: Visit, _ place: Place?) async throws -> PageAnswer {
  let version = place == nil ? nil : try visit.version
  var faults = FormFaults()
  guard let name = visit.form["name"] else {
    faults.add("name", "Donnez un nom au lieu.")
    return try await placeForm(visit, place, visit.form, version: version, faults)
  }
  let draft = PlaceDraft(
    name: name, address: visit.form["address"], territory: visit.form.id("territory"),
    active: visit.form["active"] == "oui")
  do {
    if let place {
      _ = try await visit.services.call(SchedulingAPI.changePlace, ["place": place.id], draft, version: version)
    } else {
      _ = try await visit.services.call(SchedulingAPI.addPlace, [:], draft, key: visit.key)
    }
    return .see(placesAddress, saying: "Le lieu « \(name) » est enregistré.")
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Ce lieu a changé entre-temps", "Votre saisie est conservée : vérifiez-la, puis enregistrez de nouveau.", .waiting
    )
    return try await placeForm(visit, place, visit.form, version: place?.version, faults, notices: [notice])
      .with(status: 412)
  } catch let problem as Problem {
    faults = try FormFaults(problem, fields: ["name", "address", "territory", "active"])
    return try await placeForm(visit, place, visit.form, version: version, faults)
  }
}
