import API
import Domain
import Foundation
import Logging
import Service

let homeRoom = Room(area: .today, blocks: [weekBlock]) { pages in
  pages.get("/") { visit in await homePage(visit) }
  addHomeArrangingPages(to: pages)
}

/// The person's own arrangement; the profile's where it cannot be had in a moment. With it the pass under which the blocks
/// are read, so that the audit log has one act of the page.
func homeArrangement(_ visit: Visit) async -> (arrangement: HomeArrangement, look: String?) {
  let available = visit.parts.rooms.flatMap(\.blocks).filter { visit.person.may(anyOf: $0.rights) }
  let announcing = visit.services.announcing(Array(Set(available.flatMap(\.reads))).sorted())
  do {
    let kept = try await Deadline(in: .milliseconds(700)).run {
      try await announcing.reply(InsightAPI.showHome, [:], NoInput())
    }
    return (HomeArrangement(available, kept: kept.value.places, profile: visit.person.profile), kept.look)
  } catch {
    visit.parts.logger.notice("no home arrangement", metadata: ["error": "\(error)"])
  }
  return (HomeArrangement(available, kept: nil, profile: visit.person.profile), nil)
}

/// What awaits the person today: figures that lead to what they count, then the blocks that the person arranged.
func homePage(_ asked: Visit) async -> PageAnswer {
  let fixed = asked.parts.rooms.flatMap(\.blocks).filter { $0.isFixed }
  let (arrangement, look) = await homeArrangement(asked)
  let visit = asked.under(look: look)
  let standing = arrangement.standing
  let contents = await sideBySide(fixed + standing.map(\.block)) { await $0.content(visit) }
  let counters = contents.flatMap(\.counters)
  let own = contents.dropFirst(fixed.count)
  func panels(_ column: HomePlace.Column) -> [any Piece] {
    zip(standing, own).filter { $0.0.column == column }.compactMap { $0.1.panel }
  }
  let (left, right) = (panels(.left), panels(.right))
  var body: [any Piece] = contents.prefix(fixed.count).compactMap { $0.panel }
  if !counters.isEmpty { body.append(Counters("À faire", counters)) }
  if left.isEmpty || right.isEmpty {
    body += left + right
  } else {
    body.append(SideBySide(isUneven: true, left: left, right: right))
  }
  if body.isEmpty {
    body = [EmptyState("Rien à signaler", "Aucune tâche du jour parmi vos blocs.", icon: .check)]
  }
  let day = French.full(visit.today)
  let given = visit.person.givenName
  let head = PageHead(
    given.isEmpty ? "Bonjour" : "Bonjour \(given)", lead: day.prefix(1).uppercased() + day.dropFirst(),
    actions: headActions(arrangement, visit))
  return visit.page(head, .today, title: "Aujourd’hui", [Live("accueil", address: "/", body)])
}

private func headActions(_ arrangement: HomeArrangement, _ visit: Visit) -> [Action] {
  let alerts = Action("Toutes les alertes", "/infocentre/alertes", icon: .bell, weight: .plain)
  let arrange = Action("Personnaliser l’accueil", homeArrangingAddress, icon: .settings, weight: .plain)
  return (visit.may(.readDossiers) ? [alerts] : []) + (arrangement.available.isEmpty ? [] : [arrange])
}
