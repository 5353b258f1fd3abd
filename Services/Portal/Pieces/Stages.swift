/// Where a procedure stands, as with the six states of a CER.
struct Stages: Piece {
  let label: String
  let stages: [Stage]

  init(_ label: String, _ stages: [Stage]) {
    self.label = label
    self.stages = stages
  }

  func html(in frame: Frame) -> HTML {
    """
    <ol class="stages" aria-label="\(label)">
    \(each: stages, { $0.html })</ol>
    """
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

  fileprivate var html: HTML {
    """
    <li class="is-\(place)"\(#" aria-current="step""#, if: isCurrent)>\
    <span class="stage-mark" aria-hidden="true">\(Self.tick, if: isPast)</span>\
    <span class="stage-text">\(text)\(#"<span class="visually-hidden"> (fait)</span>"#, if: isPast)\
    \(small: detail)</span></li>

    """
  }

  private static let tick: HTML = #"<svg class="icon"><use href="/assets/icons.svg#check"/></svg>"#
}
