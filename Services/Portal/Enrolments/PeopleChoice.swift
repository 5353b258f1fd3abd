import API
import Domain
import Foundation
import Service

/// Among whom the persons of a batch are chosen: those that were ticked elsewhere, a saved search, or words.
struct PeopleChoice: Sendable {
  let people: [DossierRow]
  /// Whether there are more than the form shows.
  let isCut: Bool
  let searches: [SavedSearch]
  let chosenSearch: ID<SavedSearch>?
  let words: String?
  /// Those that were ticked on the page before.
  let ticked: [ID<Dossier>]

  static let most = 200

  static func load(_ visit: Visit) async throws -> PeopleChoice {
    let ticked = (visit.query.all("dossier") + visit.form.all("dossiers")).compactMap { ID<Dossier>($0) }
    let chosen: ID<SavedSearch>? = visit.query.id("recherche")
    let words = visit.query["q"]
    let searches = try await visit.services.call(DossiersAPI.listSavedSearches).items
    var search = searches.first { $0.id == chosen }?.search ?? DossierSearch(state: [.entered], sort: .name)
    if let words { search.q = words }
    search.limit = most
    search.after = nil
    let found = try await visit.services.call(DossiersAPI.listDossiers, [:], search)
    return PeopleChoice(
      people: found.items, isCut: found.next != nil, searches: searches, chosenSearch: chosen, words: words,
      ticked: Array(Set(ticked)))
  }

  /// Narrows the list; what is ticked goes along.
  func bar(_ address: String) -> FilterBar {
    let choices = searches.map { Choice($0.id.description, $0.name, isChosen: $0.id == chosenSearch) }
    return FilterBar(
      address: address,
      fields: [
        .select("recherche", "Recherche enregistrée", [Choice("", "Ma file active")] + choices, .optional),
        .text("q", "Nom", value: words, maximumLength: 100, .optional),
      ], values: ticked.map { HiddenValue("dossier", $0.description) })
  }

  /// Where the form is sent: it comes back with the same persons.
  func address(_ path: String) -> String {
    Address(path, ["recherche": chosenSearch?.description, "q": words]).text
  }

  /// A whole saved search is meant as a whole: all of it is ticked to begin with.
  var opening: [ID<Dossier>] { chosenSearch != nil && ticked.isEmpty ? people.map(\.id) : ticked }

  var choices: [Choice] {
    let known = Set(people.map(\.id))
    let others = ticked.filter { !known.contains($0) }.map {
      Choice($0.description, "Personne cochée dans la liste précédente")
    }
    return others
      + people.map { person in
        Choice(
          person.id.description, person.name,
          help: ["n° \(person.number)", person.commune].compactMap { $0 }.joined(separator: " · "))
      }
  }

  var notices: [any Piece] {
    isCut
      ? [
        Notice(
          "Les \(Self.most) premières personnes sont affichées.",
          "Écrivez un nom, ou choisissez une recherche plus étroite.",
          .waiting)
      ] : []
  }
}
