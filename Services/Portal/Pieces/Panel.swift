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
