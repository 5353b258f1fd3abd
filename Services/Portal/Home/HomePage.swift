import API
import Domain
import Foundation

let homeRoom = Room(area: .today) { pages in
  pages.get("/") { visit in await homePage(visit) }
}

/// What awaits the person today: figures that lead to what they count, then what each room has to show.
func homePage(_ visit: Visit) async -> PageAnswer {
  let blocks = visit.parts.rooms.flatMap(\.blocks).filter { visit.person.may(anyOf: $0.rights) }
  let contents = await sideBySide(blocks) { await $0.content(visit) }
  let counters = contents.flatMap(\.counters)
  func panels(_ place: HomeBlock.Place) -> [any Piece] {
    zip(blocks, contents).filter { $0.0.place == place }.compactMap { $0.1.panel }
  }
  let (left, right) = (panels(.left), panels(.right))
  var body: [any Piece] = counters.isEmpty ? [] : [Counters("À faire", counters)]
  if left.isEmpty || right.isEmpty {
    body += left + right
  } else {
    body.append(SideBySide(isUneven: true, left: left, right: right))
  }
  if body.isEmpty {
    body = [EmptyState("Rien à signaler", "Votre profil n’a pas de tâche du jour.", icon: .check)]
  }
  let day = French.full(visit.today)
  let given = visit.person.givenName
  let head = PageHead(
    given.isEmpty ? "Bonjour" : "Bonjour \(given)", lead: day.prefix(1).uppercased() + day.dropFirst())
  return visit.page(head, .today, title: "Aujourd’hui", [Live("accueil", address: "/", body)])
}
