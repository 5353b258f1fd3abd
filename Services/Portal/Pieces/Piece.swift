/// Something a page is assembled from. It draws itself.
protocol Piece: Sendable {
  /// The piece as a part of a page of `frame`, which gives its forms the proof that they came from us.
  func html(in frame: Frame) -> HTML
}

/// What a colour means. A word or an icon always says the same.
enum Tone: String, Sendable, CaseIterable {
  case neutral, done, waiting, late, info
}

/// The icons of `Assets/icons.svg`.
enum Icon: String, Sendable, CaseIterable {
  case alert
  case arrowLeft = "arrow-left"
  case arrowRight = "arrow-right"
  case bell, briefcase, building, calendar, chart, check
  case chevronDown = "chevron-down"
  case chevronRight = "chevron-right"
  case clock, copy, download, edit, euro, eye, file, filter, flag, folder, help, history, home, info, keyboard, link
  case list, lock, logout, mail
  case mapPin = "map-pin"
  case menu, minus, moon, note, pause, phone, plus, print, refresh, route, search, send, settings, share, signature
  case sms, sort
  case sortAscending = "sort-ascending"
  case sortDescending = "sort-descending"
  case star, swap, trash, undo, upload, user, users, x
}

/// A link, with what a list of links may show beside it.
struct Link: Sendable {
  let text: String
  let address: String
  let icon: String?
  /// Shown after the text; zero is not shown.
  let count: Int?
  /// Says what is counted to a screen reader, as in « entretiens à saisir ».
  let countLabel: String?
  let isCurrent: Bool

  init(
    _ text: String, _ address: String, icon: Icon? = nil, count: Int? = nil, countLabel: String? = nil,
    isCurrent: Bool = false
  ) {
    self.text = text
    self.address = address
    self.icon = icon?.rawValue
    self.count = count == 0 ? nil : count
    self.countLabel = countLabel
    self.isCurrent = isCurrent
  }

  /// The link in a list that says where one is.
  var plain: HTML { "<a href=\"\(address)\"\(#" aria-current="page""#, if: isCurrent)>\(text)</a>" }
}

/// A state in a word.
struct Badge: Piece {
  let text: String
  /// Stays on one line wherever it stands; a longer one may take two in a table.
  let isShort: Bool
  let tone: String
  let icon: String?

  init(_ text: String, _ tone: Tone = .neutral, icon: Icon? = nil) {
    self.text = text
    isShort = text.count <= 16
    self.tone = tone.rawValue
    self.icon = icon?.rawValue
  }

  func html(in frame: Frame) -> HTML {
    #"<span class="badge-state\#(" is-short", if: isShort) tone-\#(tone)">\#(icon: icon)\#(text)</span>"#
  }
}

/// A person in a line: name, what tells two namesakes apart, and the way there.
struct PersonChip: Piece {
  let name: String
  let detail: String?
  let address: String?

  init(_ name: String, detail: String? = nil, address: String? = nil) {
    self.name = name
    self.detail = detail
    self.address = address
  }

  func html(in frame: Frame) -> HTML {
    """
    <span class="person">\(icon: .user)<span>\(name, linkedTo: address)\(small: detail)</span></span>
    """
  }
}
