import API
import Domain
import Foundation
import Service

let homeArrangingAddress = "/accueil/blocs"

/// Blocks are added, moved and taken away one step at a time: every step is a button, for the pointer and the keyboard. The
/// pointer may also drag a block to its place.
func addHomeArrangingPages(to pages: Pages) {
  pages.get("accueil/blocs") { visit in homeArrangingPage(await homeArrangement(visit).arrangement, visit) }
  pages.post("accueil/blocs") { visit in
    var arrangement = try await keptArrangement(visit)
    guard let step = visit.form["geste"], let block = visit.form["bloc"] else { throw incomplete }
    if let move = HomeArrangement.Move(rawValue: step) {
      arrangement.make(move, of: block)
    } else {
      guard step == "place", let column = visit.form["colonne"].flatMap(HomePlace.Column.init(rawValue:)) else {
        throw incomplete
      }
      arrangement.place(block, before: visit.form["avant"], in: column)
    }
    _ = try await visit.services.call(InsightAPI.setHome, [:], HomeLayout(places: arrangement.places))
    return .see(homeArrangingAddress)
  }
  pages.post("accueil/blocs/origine") { visit in
    _ = try await visit.services.call(InsightAPI.setHome, [:], HomeLayout(places: nil))
    return .see(homeArrangingAddress, saying: "L’accueil est de nouveau celui de votre profil.")
  }
}

private let incomplete = Problem.malformed("Le formulaire est incomplet.")

/// The arrangement that a step changes: where it cannot be read, nothing is written over it.
private func keptArrangement(_ visit: Visit) async throws -> HomeArrangement {
  let available = visit.parts.rooms.flatMap(\.blocks).filter { visit.person.may(anyOf: $0.rights) }
  let kept = try await visit.services.call(InsightAPI.showHome).places
  return HomeArrangement(available, kept: kept, profile: visit.person.profile)
}

private func step(_ label: String, _ move: HomeArrangement.Move, _ block: HomeBlock, _ icon: Icon) -> Action {
  Action(
    label, homeArrangingAddress, icon: icon, weight: .plain, posts: true,
    values: [HiddenValue("geste", move.rawValue), HiddenValue("bloc", block.code)])
}

private func homeArrangingPage(_ arrangement: HomeArrangement, _ visit: Visit) -> PageAnswer {
  func column(_ title: String, _ column: HomePlace.Column) -> Panel {
    let blocks = arrangement.blocks(in: column)
    let items = blocks.enumerated().map { index, block -> Item in
      var actions: [Action] = []
      if index > 0 { actions.append(step("Monter", .up, block, .sortAscending)) }
      if index < blocks.count - 1 { actions.append(step("Descendre", .down, block, .sortDescending)) }
      actions.append(
        column == .left
          ? step("Rétrécir, à droite", .right, block, .arrowRight) : step("Élargir, à gauche", .left, block, .arrowLeft)
      )
      actions.append(step("Retirer", .remove, block, .x))
      return Item(block.title, icon: .list, actions: actions, block: block.code)
    }
    return Panel(
      title, count: blocks.count,
      [
        ItemList(
          id: "colonne-\(column.rawValue)", title, items,
          empty: EmptyState("Aucun bloc ici", "Ajoutez-en un, ou déplacez-en un.", icon: .plus))
      ])
  }
  let missing = arrangement.missing.map { block in
    Item(block.title, icon: .plus, actions: [step("Ajouter", .add, block, .plus)])
  }
  var actions = [Action("Voir l’accueil", "/", icon: .home, weight: .primary)]
  if arrangement.isOwn {
    actions.append(
      Action("Revenir à l’accueil de mon profil", "\(homeArrangingAddress)/origine", icon: .undo, posts: true))
  }
  let head = PageHead(
    "Personnaliser l’accueil", lead: "Vos choix vous suivent sur tous vos appareils, pour ce profil.",
    back: Link("Aujourd’hui", "/"), actions: actions)
  return visit.page(
    head, .today,
    [
      column("Colonne large", .left), column("Colonne étroite", .right),
      Panel(
        "Blocs à ajouter", count: missing.count,
        [
          ItemList(
            "Blocs à ajouter", missing, empty: EmptyState("Tout est sur l’accueil", "Aucun autre bloc.", icon: .check))
        ]),
      Paragraph(
        "Les saisies gardées et les remplacements s’affichent d’eux-mêmes quand il y en a.", isMuted: true),
    ])
}
