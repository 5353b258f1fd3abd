import Domain

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
