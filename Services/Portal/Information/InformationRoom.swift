/// What the foot of every page leads to, whether one is signed in or not.
let informationRoom = Room { pages in
  pages.openPage("accessibilite") { visit in visit.information(.accessibility) }
  pages.openPage("donnees-personnelles") { visit in visit.information(.personalData) }
  pages.openPage("aide") { visit in visit.information(.help) }
}

/// A page to read: sections of sentences.
struct InformationText: Sendable {
  struct Section: Sendable {
    let title: String
    var sentences: [String] = []
    /// Where to go on, outside Jalons.
    var links: [Link] = []
    /// Names and what they are.
    var facts: [Fact] = []
  }

  let title: String
  let lead: String
  let sections: [Section]
}

extension Visit {
  fileprivate func information(_ text: InformationText) -> PageAnswer {
    let head = PageHead(text.title, lead: text.lead)
    let panels = text.sections.map { section -> Panel in
      var body: [any Piece] = section.sentences.map { Paragraph($0) }
      if !section.facts.isEmpty { body.append(Facts(section.facts)) }
      if !section.links.isEmpty {
        let items = section.links.map { Item($0.text, address: $0.address) }
        body.append(ItemList(section.title, items, empty: EmptyState(section.title, "")))
      }
      return Panel(section.title, body)
    }
    guard person.isSignedIn else {
      return PageAnswer(.bare(BarePage(frame(text.title), head: head, body: panels)))
    }
    return page(head, nil, panels)
  }
}
