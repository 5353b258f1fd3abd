import API

/// The parts of the application a person may enter.
enum Area: String, Sendable, CaseIterable {
  case today = "Aujourd’hui"
  case beneficiaries = "Bénéficiaires"
  case agenda = "Agenda"
  case contracts = "Suivi des CER"
  case offers = "Offres"
  case insight = "Infocentre"
  case administration = "Administration"

  /// Where the area begins.
  var address: String {
    switch self {
    case .today: "/"
    case .beneficiaries: "/beneficiaires"
    case .agenda: "/agenda"
    case .contracts: "/contrats"
    case .offers: "/offres"
    case .insight: "/infocentre"
    case .administration: "/administration"
    }
  }
}

/// What surrounds every page of a signed-in person.
struct Frame: Sendable {
  /// The tab's title. Nothing about allowance, debts or health: others see a shared screen.
  let title: String
  let areas: [Link]
  /// What was last searched; nil hides the search field.
  let search: SearchBox?
  private(set) var notifications: Link?
  let account: AccountMenu?
  let toasts: [Toast]
  /// Sent back by every form.
  let csrf: String?
  /// After how many minutes without use the session ends: the page warns before it does.
  let idleMinutes: Int?
  /// Listens to the live events of the person.
  let isLive: Bool
  /// Printed at the foot of a page: « 12 mars 2026 ».
  let today: String
  /// Whose Jalons it is, where that is known.
  let county: String?
  let logo: String?

  init(
    title: String, areas: [Area] = [], current: Area? = nil, search: SearchBox? = SearchBox(),
    unread: Int? = nil, account: AccountMenu? = nil, toasts: [Toast] = [], csrf: String? = nil,
    idleMinutes: Int? = nil, today: String = "", county: County? = nil
  ) {
    self.title = title
    self.areas = areas.map { Link($0.rawValue, $0.address, isCurrent: $0 == current) }
    self.search = account == nil ? nil : search
    notifications = unread.map(Self.bell)
    self.account = account
    self.toasts = toasts
    self.csrf = csrf
    self.idleMinutes = idleMinutes
    isLive = account != nil
    self.today = today
    self.county = county?.details.name
    logo = county?.logoAddress
  }

  private static func bell(_ unread: Int) -> Link {
    Link("Notifications", "/notifications", count: unread, countLabel: unread == 1 ? "non lue" : "non lues")
  }

  /// The same with a figure beside the bell, where there is a bell.
  func with(unread: Int) -> Frame {
    var copy = self
    copy.notifications = notifications.map { _ in Self.bell(unread) }
    return copy
  }
}

/// The search field of the bar.
struct SearchBox: Sendable {
  let address: String
  let text: String?

  init(_ text: String? = nil, address: String = "/recherche") {
    self.address = address
    self.text = text
  }
}

/// The person signed in, what she acts as, and the way out.
struct AccountMenu: Sendable {
  let name: String
  /// In the bar, where room is scarce: « P. Durand ».
  let shortName: String
  /// « Référent FSE · Mission locale de Privas ».
  let profile: String
  /// The other profiles she may act under.
  let profiles: [ProfileChoice]
  let links: [Link]
  /// The colleague away in whose place she acts.
  let replacing: String?

  init(
    name: String, shortName: String? = nil, profile: String, profiles: [ProfileChoice] = [], links: [Link] = [],
    replacing: String? = nil
  ) {
    self.name = name
    self.shortName = shortName ?? name
    self.profile = profile
    self.profiles = profiles
    self.links = links
    self.replacing = replacing
  }
}

/// A profile to switch to.
struct ProfileChoice: Sendable {
  let id: String
  let text: String
}

/// What has just been done, said once, to be heard as well as seen.
struct Toast: Piece {
  let text: String
  let tone: String
  let icon: String
  let undo: Action?

  init(_ text: String, _ tone: Tone = .done, undo: Action? = nil) {
    self.text = text
    self.tone = tone.rawValue
    icon = (tone == .done ? Icon.check : tone == .late ? .alert : .info).rawValue
    self.undo = undo
  }

  func html(in frame: Frame) -> HTML {
    """
    <div class="toast-line tone-\(tone)">\(icon: icon)<span>\(text)</span>\(undo, in: frame)\
    <button class="toast-close needs-script" type="button" aria-label="Fermer ce message">\(icon: .x)</button></div>
    """
  }
}
