/// What changed, when, by whom, under which profile.
struct History: Piece {
  let entries: [HistoryEntry]

  init(_ entries: [HistoryEntry]) {
    self.entries = entries
  }

  func html(in frame: Frame) -> HTML {
    """
    <ol class="history">
    \(each: entries, { $0.html })</ol>
    """
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

  fileprivate var html: HTML {
    """
    <li class="tone-text-\(tone)">
    <p class="history-line"><strong>\(what)</strong><span class="muted">\(moment) · \(who)</span></p>
    \(reason, { "<p>«&nbsp;\($0)&nbsp;»</p>" })
    \(each: changes, { $0.html })
    </li>

    """
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

  fileprivate var html: HTML {
    """
    <p class="change"><span>\(label)\u{A0}:</span> \(before, old)<ins>\(after ?? "(vide)")</ins></p>
    """
  }

  private func old(_ before: String) -> HTML {
    #"<del>\#(before)</del> <span class="visually-hidden">devient</span><span aria-hidden="true">→</span> "#
  }
}
