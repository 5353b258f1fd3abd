import Domain

/// The table of contents of what administrators and operators do; each room brings its entries.
let administrationRoom = Room(
  area: .administration, rights: [.administer, .readFeedRuns, .operate, .readAudit]
) { pages in
  pages.get("administration", rights: [.administer, .readFeedRuns, .operate, .readAudit]) { visit in
    let entries = visit.parts.rooms.flatMap(\.administration).filter { visit.person.may(anyOf: $0.rights) }
    let items = entries.map { Item($0.link.text, address: $0.link.address, text: $0.text) }
    let list = ItemList(
      "Administration", items,
      empty: EmptyState("Rien à administrer", "Votre profil n’ouvre aucune de ces pages.", icon: .settings))
    return visit.page(PageHead("Administration"), .administration, [list])
  }
}
