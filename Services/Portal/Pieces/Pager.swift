/// The way through a long list, by its last row, never by a page number.
struct Pager: Piece {
  /// Back to the beginning, where the way back is not known row by row.
  let first: String?
  let previous: String?
  let next: String?
  let summary: String?

  init(first: String? = nil, previous: String? = nil, next: String? = nil, summary: String? = nil) {
    self.first = first
    self.previous = previous
    self.next = next
    self.summary = summary
  }

  /// The list fits in one page.
  var leadsNowhere: Bool { first == nil && previous == nil && next == nil && summary == nil }

  func html(in frame: Frame) -> HTML {
    """
    <nav class="pager" aria-label="Suite de la liste">
    \(first, { #"<a class="btn btn-outline" href="\#($0)">\#(icon: .arrowLeft)<span>Revenir au début</span></a>"# })
    \(previous, back)
    \(summary, { #"<span class="muted">\#($0)</span>"# })
    \(next, onward)
    </nav>
    """
  }

  private func back(_ address: String) -> HTML {
    #"<a class="btn btn-outline" href="\#(address)" rel="prev">\#(icon: .arrowLeft)<span>Précédents</span></a>"#
  }

  private func onward(_ address: String) -> HTML {
    #"<a class="btn btn-outline" href="\#(address)" rel="next"><span>Suivants</span>\#(icon: .arrowRight)</a>"#
  }
}
