import Domain

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
