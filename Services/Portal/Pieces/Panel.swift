/// A titled part of a page. Holds other pieces, itself included.
struct Panel: Piece {
  let piece = "pieces/panel"
  let id: String?
  let title: String
  let count: Int?
  let actions: [Action]
  let body: [any Piece]

  init(_ title: String, id: String? = nil, count: Int? = nil, actions: [Action] = [], _ body: [any Piece]) {
    self.id = id
    self.title = title
    self.count = count
    self.actions = actions
    self.body = body
  }
}

/// Pieces side by side where the screen is wide: two halves, or a wide one and a narrow one.
struct SideBySide: Piece {
  let piece = "pieces/side-by-side"
  let isUneven: Bool
  let left: [any Piece]
  let right: [any Piece]

  init(isUneven: Bool = false, left: [any Piece], right: [any Piece]) {
    self.isUneven = isUneven
    self.left = left
    self.right = right
  }
}

/// A part of a page that renews itself without a reload: when the person is told something, or every few seconds.
struct Live: Piece {
  let piece = "pieces/live"
  let id: String
  /// Answers the page that holds the part.
  let address: String
  /// What makes it renew itself, in htmx's words.
  let trigger: String
  let body: [any Piece]

  /// - Parameter seconds: between two looks at what is under way; otherwise it waits for a notification.
  init(_ id: String, address: String, every seconds: Int? = nil, _ body: [any Piece]) {
    self.id = id
    self.address = address
    trigger = seconds.map { "every \($0)s" } ?? "jalons:notification from:body"
    self.body = body
  }
}

/// A paragraph.
struct Paragraph: Piece {
  let piece = "pieces/paragraph"
  let text: String
  let isMuted: Bool

  init(_ text: String, isMuted: Bool = false) {
    self.text = text
    self.isMuted = isMuted
  }
}

/// Something to know before going on, in its place in the page.
struct Notice: Piece {
  let piece = "pieces/notice"
  let title: String
  let text: String?
  let tone: String
  let icon: String
  let actions: [Action]
  /// Says why a form came back: takes the focus, unless a field of the form does.
  let isRefusal: Bool

  init(
    _ title: String, _ text: String? = nil, _ tone: Tone = .info, actions: [Action] = [], isRefusal: Bool = false
  ) {
    self.isRefusal = isRefusal
    self.title = title
    self.text = text
    self.tone = tone.rawValue
    icon = (tone == .done ? Icon.check : tone == .info ? .info : tone == .waiting ? .clock : .alert).rawValue
    self.actions = actions
  }
}

/// Figures that lead to what they count.
struct Counters: Piece {
  let piece = "pieces/counters"
  /// Names the group.
  let label: String
  let counters: [Counter]

  init(_ label: String, _ counters: [Counter]) {
    self.label = label
    self.counters = counters
  }
}

/// One figure.
struct Counter: Sendable {
  let value: String
  let label: String
  let detail: String?
  let address: String
  let tone: String
  /// Renewed by live events of this name.
  let live: String?

  init(
    _ value: Int, _ label: String, detail: String? = nil, address: String, _ tone: Tone = .neutral,
    live: String? = nil
  ) {
    self.value = String(value)
    self.label = label
    self.detail = detail
    self.address = address
    self.tone = tone.rawValue
    self.live = live
  }
}

/// Labels and values: identity, entitlement, characteristics.
struct Facts: Piece {
  let piece = "pieces/facts"
  let facts: [Fact]

  init(_ facts: [Fact]) {
    self.facts = facts
  }
}

/// A value with where it comes from and, where the feed says otherwise, what it says.
struct Fact: Sendable {
  let label: String
  let value: String?
  let address: String?
  let badge: Badge?
  /// « saisi par P. Durand le 12 mars 2026 ».
  let source: String?
  /// The feed's later value, shown beside ours.
  let feedValue: String?
  let action: Action?

  init(
    _ label: String, _ value: String?, address: String? = nil, badge: Badge? = nil, source: String? = nil,
    feedValue: String? = nil, action: Action? = nil
  ) {
    self.label = label
    self.value = value
    self.address = address
    self.badge = badge
    self.source = source
    self.feedValue = feedValue
    self.action = action
  }
}

/// Views of one thing, as links.
struct Tabs: Piece {
  let piece = "pieces/tabs"
  let label: String
  let links: [Link]

  init(_ label: String, _ links: [Link]) {
    self.label = label
    self.links = links
  }
}

/// Something that takes more than a second.
struct ProgressBar: Piece {
  let piece = "pieces/progress"
  let id: String
  let label: String
  /// From 0 to 100; nil while unknown.
  let percent: Int?
  let detail: String?
  /// Asked again every two seconds until done.
  let poll: String?

  init(id: String = "avancement", _ label: String, percent: Int? = nil, detail: String? = nil, poll: String? = nil) {
    self.id = id
    self.label = label
    self.percent = percent
    self.detail = detail
    self.poll = poll
  }
}
