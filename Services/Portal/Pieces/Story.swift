/// Things in a line each: notes, notifications, documents, results.
struct ItemList: Piece {
  let piece = "pieces/item-list"
  let id: String?
  let label: String
  let items: [Item]
  let isEmpty: Bool
  let empty: EmptyState

  init(id: String? = nil, _ label: String, _ items: [Item], empty: EmptyState) {
    self.id = id
    self.label = label
    self.items = items
    isEmpty = items.isEmpty
    self.empty = empty
  }
}

/// One line of a list: what, about whom, when.
struct Item: Sendable {
  let title: String
  let address: String?
  let text: String?
  let meta: String?
  let icon: String?
  let badges: [Badge]
  let actions: [Action]

  init(
    _ title: String, address: String? = nil, text: String? = nil, meta: String? = nil, icon: Icon? = nil,
    badges: [Badge] = [], actions: [Action] = []
  ) {
    self.title = title
    self.address = address
    self.text = text
    self.meta = meta
    self.icon = icon?.rawValue
    self.badges = badges
    self.actions = actions
  }
}

/// What changed, when, by whom, under which profile.
struct History: Piece {
  let piece = "pieces/history"
  let entries: [HistoryEntry]

  init(_ entries: [HistoryEntry]) {
    self.entries = entries
  }
}

extension Panel {
  /// Who changed what, newest first.
  /// - Parameter untouched: what holds as long as nobody changed anything: « Les règles sont celles d’origine. »
  static func history(_ entries: [HistoryEntry], untouched: String) -> Panel {
    let body: [any Piece] =
      entries.isEmpty
      ? [
        EmptyState(
          "Rien n’a encore été changé", "\(untouched) Chaque changement s’affichera ici.", icon: .history)
      ] : [History(entries)]
    return Panel("Historique", id: "historique", body)
  }
}

/// One act and what it changed.
struct HistoryEntry: Sendable {
  let moment: String
  let who: String
  let what: String
  let reason: String?
  let tone: String
  let changes: [Change]

  init(
    _ moment: String, who: String, _ what: String, reason: String? = nil, _ tone: Tone = .neutral,
    changes: [Change] = []
  ) {
    self.moment = moment
    self.who = who
    self.what = what
    self.reason = reason
    self.tone = tone.rawValue
    self.changes = changes
  }
}

/// A value before and after.
struct Change: Sendable {
  let label: String
  let before: String?
  let after: String?

  init(_ label: String, from before: String?, to after: String?) {
    self.label = label
    self.before = before
    self.after = after
  }
}

/// Where a procedure stands, as with the six states of a CER.
struct Stages: Piece {
  let piece = "pieces/stages"
  let label: String
  let stages: [Stage]

  init(_ label: String, _ stages: [Stage]) {
    self.label = label
    self.stages = stages
  }
}

/// A state on the way.
struct Stage: Sendable {
  /// Whether it is behind, here or ahead.
  enum Place: String, Sendable {
    case past, current, ahead
  }

  let text: String
  let detail: String?
  let place: String
  let isPast: Bool
  let isCurrent: Bool

  init(_ text: String, _ place: Place, detail: String? = nil) {
    self.text = text
    self.detail = detail
    self.place = place.rawValue
    isPast = place == .past
    isCurrent = place == .current
  }
}

/// A document seen without opening another program.
struct FilePreview: Piece {
  let piece = "pieces/file-preview"
  let name: String
  /// « PDF · 182 Ko · déposé le 12 mars 2026 par P. Durand ».
  let detail: String
  let isImage: Bool
  let isPaged: Bool
  let address: String
  let download: String
  let actions: [Action]

  /// How the browser can show it.
  enum Kind: Sendable {
    case image, pages, none
  }

  init(_ name: String, detail: String, kind: Kind, address: String, download: String, actions: [Action] = []) {
    self.name = name
    self.detail = detail
    isImage = kind == .image
    isPaged = kind == .pages
    self.address = address
    self.download = download
    self.actions = actions
  }
}

/// What somebody else changed since the page was opened (412), beside what was typed here, to choose from.
struct ConflictChoice: Piece {
  let piece = "pieces/conflict"
  /// « P. Durand a modifié cette fiche le 12 mars 2026 à 14 h 30, pendant que vous l'aviez ouverte. »
  let explanation: String
  let address: String
  /// The version now stored, and what both agree on.
  let values: [HiddenValue]
  let differences: [Difference]
  let cancel: Link

  init(
    _ explanation: String, address: String, values: [HiddenValue], differences: [Difference], cancel: Link
  ) {
    self.explanation = explanation
    self.address = address
    self.values = values
    self.differences = differences
    self.cancel = cancel
  }
}

/// One field on which two people differ.
struct Difference: Sendable {
  let name: String
  let label: String
  let mine: String
  let mineShown: String
  let theirs: String
  let theirsShown: String

  /// - Parameter mineShown: the value in words, where it is a code.
  init(
    _ name: String, _ label: String, mine: String, theirs: String, mineShown: String? = nil, theirsShown: String? = nil
  ) {
    self.name = name
    self.label = label
    self.mine = mine
    self.mineShown = mineShown ?? (mine.isEmpty ? "(vide)" : mine)
    self.theirs = theirs
    self.theirsShown = theirsShown ?? (theirs.isEmpty ? "(vide)" : theirs)
  }
}

/// A page that cannot be given, and what to do about it.
struct ProblemNotice: Piece {
  let piece = "pieces/problem"
  let text: String
  let advice: [String]
  let actions: [Action]
  /// What to tell support; nothing of the person is in it.
  let reference: String?

  init(_ text: String, advice: [String] = [], actions: [Action] = [], reference: String? = nil) {
    self.text = text
    self.advice = advice
    self.actions = actions
    self.reference = reference
  }

  /// Nothing here, or nothing that this person may see: the two are not told apart.
  ///
  /// - Parameter maySearch: whether there is a search to go to.
  static func notFound(maySearch: Bool) -> ProblemNotice {
    let home = Action("Revenir à l’accueil", "/", icon: .home, weight: .primary)
    guard maySearch else {
      return ProblemNotice(
        "Cette page n’existe pas, ou elle ne vous est pas accessible.", advice: ["Vérifiez l’adresse."],
        actions: [home])
    }
    return ProblemNotice(
      "Cette page n’existe pas, ou elle ne vous est pas accessible.",
      advice: [
        "Vérifiez l’adresse, ou recherchez la personne par son nom.",
        "Si le dossier a changé de référent, il a quitté votre file active.",
      ], actions: [home, Action("Rechercher", "/recherche", icon: .search)])
  }

  /// An act that the profile does not hold.
  static let forbidden = ProblemNotice(
    "Votre profil ne permet pas cette action.",
    advice: [
      "Si vous avez plusieurs profils, changez de profil dans le menu de votre compte.",
      "Sinon, demandez-la au secrétariat de dispositif.",
    ],
    actions: [Action("Revenir à l’accueil", "/", icon: .home, weight: .primary)])

  /// Something of ours that failed.
  static func failure(reference: String) -> ProblemNotice {
    ProblemNotice(
      "Le service ne répond pas pour le moment. Rien de ce qui était enregistré n’est perdu.",
      advice: ["Réessayez dans une minute.", "Si cela dure, transmettez la référence à votre administrateur."],
      actions: [Action("Réessayer", "", icon: .refresh, weight: .primary)], reference: reference)
  }
}
