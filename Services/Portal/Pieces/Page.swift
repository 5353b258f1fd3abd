/// A page with optional columns.
struct StandardPage: Sendable {
  var frame: Frame
  let head: PageHead
  let navigation: Navigation?
  let actions: ActionColumn?
  var body: [any Piece]

  init(
    _ frame: Frame, head: PageHead, navigation: Navigation? = nil, actions: ActionColumn? = nil, body: [any Piece]
  ) {
    self.frame = frame
    self.head = head
    self.navigation = navigation
    self.actions = actions
    self.body = body
  }
}

/// A page of a dossier. Who it is about never scrolls away.
struct DossierPage: Sendable {
  var frame: Frame
  let band: PersonBand
  let navigation: Navigation
  let timeline: TimelineStrip?
  /// Nil where there is nothing to do.
  let actions: ActionColumn?
  let head: PageHead
  var body: [any Piece]

  init(
    _ frame: Frame, band: PersonBand, navigation: Navigation, timeline: TimelineStrip? = nil, actions: ActionColumn,
    head: PageHead, body: [any Piece]
  ) {
    self.frame = frame
    self.band = band
    self.navigation = navigation
    self.timeline = timeline
    self.actions = actions.groups.isEmpty ? nil : actions
    self.head = head
    self.body = body
  }
}

/// A page without the application around it: signing in, a link that has run out.
struct BarePage: Sendable {
  let frame: Frame
  let head: PageHead
  let body: [any Piece]

  init(_ frame: Frame, head: PageHead, body: [any Piece]) {
    self.frame = frame
    self.head = head
    self.body = body
  }
}

/// The one `h1` of a page and what can be done to the whole of it.
struct PageHead: Sendable {
  let title: String
  let lead: String?
  let back: Link?
  let badges: [Badge]
  let actions: [Action]

  init(
    _ title: String, lead: String? = nil, back: Link? = nil, badges: [Badge] = [], actions: [Action] = []
  ) {
    self.title = title
    self.lead = lead
    self.back = back
    self.badges = badges
    self.actions = actions
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="page-head">
    \(back, { #"<a class="back" href="\#($0.address)">\#(icon: .arrowLeft)\#($0.text)</a>"# })
    <div class="page-head-line">
    <h1>\(title)</h1>
    \(badges, in: frame)<div class="page-actions">\(actions, in: frame)</div>
    </div>
    \(lead, { #"<p class="lead-line">\#($0)</p>"# })
    </div>
    """
  }
}

/// Who a dossier is about, always in sight.
struct PersonBand: Sendable {
  /// `MARTIN Léa`.
  let name: String
  /// « 41 ans · Privas ».
  let detail: String
  let address: String
  let state: Badge?
  let facts: [BandFact]
  /// What nobody may overlook: « Suivi par délégation jusqu'au 12 mars 2026 ».
  let warning: String?

  init(
    name: String, detail: String, address: String, state: Badge?, facts: [BandFact], warning: String? = nil
  ) {
    self.name = name
    self.detail = detail
    self.address = address
    self.state = state
    self.facts = facts
    self.warning = warning
  }

  func html(in frame: Frame) -> HTML {
    """
    <section class="person-band" aria-label="Personne">
    <a class="person-name" href="\(address)"><strong>\(name)</strong><span>\(detail)</span></a>
    <div class="person-facts">
    \(state, { $0.html(in: frame) })
    \(facts.isEmpty ? nil : facts, { "<dl>\n\(each: $0, { $0.html })</dl>" })
    \(warning, { #"<p class="band-warning">\#(icon: .alert)\#($0)</p>"# })
    </div>
    </section>
    """
  }
}

/// A fact of the band: duties, entitlement, référent.
struct BandFact: Sendable {
  let label: String
  let value: String
  let tone: String
  /// Where its history is.
  let address: String?

  init(_ label: String, _ value: String, _ tone: Tone = .neutral, address: String? = nil) {
    self.label = label
    self.value = value
    self.tone = tone.rawValue
    self.address = address
  }

  fileprivate var html: HTML {
    #"<div><dt>\#(label)</dt><dd class="tone-text-\#(tone)">\#(value, linkedTo: address)</dd></div>"#
  }
}
