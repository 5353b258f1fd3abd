import Domain

/// A titled part of a page. Holds other pieces, itself included.
struct Panel: Piece {
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

  func html(in frame: Frame) -> HTML {
    """
    <section class="panel"\(attribute: "id", id)>
    <div class="panel-head"><h2>\(title)\(count, { #" <span class="count">\#($0)</span>"# })</h2>\
    <div class="panel-actions">\(actions, in: frame)</div></div>
    \(body, in: frame)</section>
    """
  }
}

/// Pieces side by side where the screen is wide: two halves, or a wide one and a narrow one.
struct SideBySide: Piece {
  let isUneven: Bool
  let left: [any Piece]
  let right: [any Piece]

  init(isUneven: Bool = false, left: [any Piece], right: [any Piece]) {
    self.isUneven = isUneven
    self.left = left
    self.right = right
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="side-by-side\(" is-uneven", if: isUneven)">
    <div>\(left, in: frame)</div>
    <div>\(right, in: frame)</div>
    </div>
    """
  }
}

/// A part of a page that renews itself without a reload: when the person is told something, or every few seconds.
struct Live: Piece {
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

  func html(in frame: Frame) -> HTML {
    """
    <div class="live" id="\(id)" hx-get="\(address)" hx-select="#\(id)" hx-trigger="\(trigger)" hx-swap="outerHTML">
    \(body, in: frame)</div>
    """
  }
}

/// A paragraph.
struct Paragraph: Piece {
  let text: String
  let isMuted: Bool

  init(_ text: String, isMuted: Bool = false) {
    self.text = text
    self.isMuted = isMuted
  }

  func html(in frame: Frame) -> HTML { #"<p\#(#" class="muted""#, if: isMuted)>\#(text)</p>"# }
}

/// Something to know before going on, in its place in the page.
struct Notice: Piece {
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

  func html(in frame: Frame) -> HTML {
    """
    <div class="notice tone-\(tone)"\(#" role="alert" tabindex="-1" data-focus"#, if: isRefusal)>
    \(icon: icon)
    <div><p class="notice-title">\(title)</p>\(text, { "<p>\($0)</p>" })</div>
    <div class="notice-actions">\(actions, in: frame)</div>
    </div>
    """
  }
}

/// Figures that lead to what they count: those with something in the order of urgency, then the others, small.
struct Counters: Piece {
  /// Names the group.
  let label: String
  let counters: [Counter]
  let quiet: [Counter]

  init(_ label: String, _ counters: [Counter]) {
    self.label = label
    self.counters = counters.filter { !$0.isZero }.inOrderOfUrgency
    quiet = counters.filter(\.isZero)
  }

  func html(in frame: Frame) -> HTML {
    """
    \(list(counters, "counters", label), if: !counters.isEmpty)\
    \(list(quiet, "counters is-quiet", "\(label) : rien"), if: !quiet.isEmpty)
    """
  }

  private func list(_ counters: [Counter], _ style: String, _ label: String) -> HTML {
    """
    <ul class="\(style)" aria-label="\(label)">
    \(each: counters, { $0.html })</ul>

    """
  }
}

extension [Counter] {
  /// Late before waiting before the rest; as they came within each.
  var inOrderOfUrgency: [Counter] {
    let tones = [Tone.late.rawValue, Tone.waiting.rawValue]
    return tones.flatMap { tone in filter { $0.tone == tone } } + filter { !tones.contains($0.tone) }
  }
}

/// One figure.
struct Counter: Sendable {
  let value: String
  let isZero: Bool
  let label: String
  let detail: String?
  let address: String
  let tone: String
  /// Renewed by live events of this name.
  let live: String?

  /// - Parameter shown: stands for the value where that is not all there is: « + de 1 000 ».
  init(
    _ value: Int, _ label: String, shown: String? = nil, detail: String? = nil, address: String,
    _ tone: Tone = .neutral, live: String? = nil
  ) {
    self.value = shown ?? French.number(value)
    isZero = value == 0
    self.label = label
    self.detail = detail
    self.address = address
    self.tone = tone.rawValue
    self.live = live
  }

  fileprivate var html: HTML {
    """
    <li><a class="counter tone-\(tone)" href="\(address)">\
    <span class="counter-value"\(attribute: "data-live", live)>\(value)</span>\
    <span class="counter-label">\(label)</span>\(small: detail)</a></li>

    """
  }
}

/// Labels and values: identity, entitlement, characteristics.
struct Facts: Piece {
  let facts: [Fact]

  init(_ facts: [Fact]) {
    self.facts = facts
  }

  func html(in frame: Frame) -> HTML {
    """
    <dl class="facts">
    \(each: facts, { $0.html(in: frame) })</dl>
    """
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

  fileprivate func html(in frame: Frame) -> HTML {
    """
    <div>
    <dt>\(label)</dt>
    <dd>\(badge, { "\($0.html(in: frame)) " })\(value, linkedTo: address)\
    \(#"<span class="muted">non renseigné</span>"#, if: address == nil && value == nil && badge == nil)\
    \(action, { " \($0.html(in: frame)) " })\(small: source)\
    \(feedValue, { #"<small class="feed-value">\#(icon: .swap)Genesis\#u{A0}: \#($0)</small>"# })</dd>
    </div>

    """
  }
}

/// Views of one thing, as links.
struct Tabs: Piece {
  let label: String
  let links: [Link]
  /// The form that is posted to the tab's address, so that nothing typed in it is lost.
  let form: String?

  init(_ label: String, _ links: [Link], form: String? = nil) {
    self.label = label
    self.links = links
    self.form = form
  }

  func html(in frame: Frame) -> HTML {
    """
    <nav class="tabs" aria-label="\(label)">
    \(each: links, tab)
    </nav>
    """
  }

  private func tab(_ link: Link) -> HTML {
    if let form {
      return """
        <button form="\(form)" formaction="\(link.address)" formnovalidate\
        \(#" aria-current="page""#, if: link.isCurrent)>\(link.text)</button>
        """
    }
    return """
      <a href="\(link.address)"\(#" aria-current="page""#, if: link.isCurrent)>\(link.text)\
      \(link.count, { #" <span class="count">\#($0)</span>"# })</a>
      """
  }
}

/// Something that takes more than a second.
struct ProgressBar: Piece {
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

  func html(in frame: Frame) -> HTML {
    """
    <div class="progress-line" id="\(id)"\(attribute: "hx-get", poll)\
    \(#" hx-trigger="every 2s" hx-swap="outerHTML""#, if: poll != nil)>
    <label for="\(id)-barre">\(label)</label>
    <progress id="\(id)-barre" max="100"\(attribute: "value", percent)></progress>
    \(detail, { #"<p class="muted">\#($0)</p>"# })
    </div>
    """
  }
}
