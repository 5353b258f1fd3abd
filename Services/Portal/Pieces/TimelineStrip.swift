import Domain
import Foundation

/// The frise: what lasted above, what happened below, on one line of time, with the same as a list.
struct TimelineStrip: Piece {
  /// Pixels.
  let height: Int
  /// Where the line of moments is, in pixels from the top.
  let line: Int
  let ticks: [TimelineTick]
  /// What held from one day to another, one after the other, over all the rest.
  let bands: [TimelineMark]
  let spans: [TimelineMark]
  let moments: [TimelineMark]
  /// Where today is, as in `72.5%`; nil when outside.
  let today: String?
  /// Newest first.
  let entries: [TimelineEvent]
  let isEmpty: Bool
  /// The whole timeline as a page, for the strip; nil on that page, which has its table instead of the list.
  let more: String?

  /// Places `events` between `from` and `to`. Spans that overlap take rows of their own, `rows` at most.
  init(_ events: [TimelineEvent], from: Date, to: Date, today: Date, rows: Int = 4, more: String? = nil) {
    let scale = TimelineScale(from: from, to: to)
    let banded = events.filter { $0.isBand && scale.shows($0) }
    let top = banded.isEmpty ? 4 : 26
    bands = banded.map { TimelineMark($0, on: scale, y: 2) }
    var ends: [Double] = []
    var spans: [TimelineMark] = []
    for event in events.filter({ !$0.isBand && $0.end != nil && scale.shows($0) }).sorted(by: { $0.start < $1.start }) {
      let start = scale.position(event.start)
      let end = scale.position(event.end ?? event.start)
      let free = ends.firstIndex { $0 <= start } ?? ends.count
      let row = min(free, rows - 1)
      if row < ends.count { ends[row] = end } else { ends.append(end) }
      spans.append(TimelineMark(event, on: scale, y: top + row * 22))
    }
    line = top + 12 + ends.count * 22
    height = line + 34
    self.spans = spans
    moments = events.filter { $0.end == nil && (0...100).contains(scale.position($0.start)) }
      .map { [line] in TimelineMark($0, x: scale.position($0.start), width: 0, y: line) }
    ticks = scale.ticks()
    let position = scale.position(today)
    self.today = (0...100).contains(position) ? scale.percent(position) : nil
    entries = events.sorted { $0.start > $1.start }
    isEmpty = events.isEmpty
    self.more = more
  }

  func html(in frame: Frame) -> HTML {
    """
    <section class="timeline" aria-label="Frise du parcours">
    <details class="timeline-fold" data-fold="frise" open><summary>Frise</summary>
    <svg width="100%" height="\(height)" aria-hidden="true" focusable="false">
    \(each: ticks, { $0.rule(height: line) })
    <line class="time-line" x1="0" x2="100%" y1="\(line)" y2="\(line)"/>
    <svg class="tick-texts" y="\(line)" overflow="visible">\(each: ticks, { $0.label })</svg>
    \(today, { #"<line class="today-line" x1="\#($0)" x2="\#($0)" y1="0" y2="\#(line)"/>"# })
    \(each: bands, { $0.span })\(each: spans, { $0.span })\(each: moments, { $0.moment })</svg>
    </details>
    \(more, list)
    </section>
    """
  }

  private func list(_ whole: String) -> HTML {
    """
    <details class="timeline-list">
    <summary>Frise en liste</summary>
    <ol>
    \(each: entries, { $0.html })
    </ol>
    <p><a href="\(whole)">Tout le parcours</a></p>
    </details>
    """
  }
}

/// Something that lasted (`end`) or happened.
struct TimelineEvent: Sendable {
  let start: Date
  let end: Date?
  /// « du 3 mars au 2 septembre 2026 ».
  let when: String
  let text: String
  let detail: String?
  let address: String?
  let tone: String
  /// `dot`, `diamond` for what was decided, `ring` for what is to come.
  let shape: String
  /// Whether it is drawn over all the rest.
  let isBand: Bool

  /// How a moment is drawn.
  enum Shape: String, Sendable {
    case dot, diamond, ring
  }

  init(
    _ text: String, from start: Date, to end: Date? = nil, when: String, detail: String? = nil,
    address: String? = nil, _ tone: Tone = .neutral, shape: Shape = .dot, isBand: Bool = false
  ) {
    self.isBand = isBand
    self.start = start
    self.end = end
    self.when = when
    self.text = text
    self.detail = detail
    self.address = address
    self.tone = tone.rawValue
    self.shape = shape.rawValue
  }

  /// « Entretien, Prévu, le 12 mars 2026 à 14 h 30 »: what the pointer is told.
  fileprivate var said: String { [text, detail, when].compactMap { $0 }.joined(separator: ", ") }

  fileprivate var html: HTML {
    """
    <li class="tone-text-\(tone)"><span class="when">\(when)</span> \
    <span>\(text, linkedTo: address)\(small: detail)</span></li>
    """
  }
}

/// An event at its place.
struct TimelineMark: Sendable {
  /// Percents of the width, as SVG takes them: the strip needs no style attribute and no script.
  let x: String
  let width: String
  /// Pixels from the top.
  let y: Int
  let text: String
  let told: String
  let address: String?
  let tone: String
  let isDiamond: Bool
  let isRing: Bool
  let isDot: Bool

  /// What lasted, as wide as it was, and never too thin to be pointed at.
  init(_ event: TimelineEvent, on scale: TimelineScale, y: Int) {
    let start = scale.position(event.start)
    self.init(event, x: start, width: max(scale.position(event.end ?? event.start) - start, 0.6), y: y)
  }

  init(_ event: TimelineEvent, x: Double, width: Double, y: Int) {
    let shown = max(x, 0)
    self.x = TimelineScale.percent(shown)
    self.width = TimelineScale.percent(min(width - (shown - x), 100 - shown))
    self.y = y
    text = event.text
    told = event.said
    address = event.address
    tone = event.tone
    isDiamond = event.shape == TimelineEvent.Shape.diamond.rawValue
    isRing = event.shape == TimelineEvent.Shape.ring.rawValue
    isDot = !isDiamond && !isRing
  }

  /// What lasted, in a box of its own.
  fileprivate var span: HTML {
    """
    <svg x="\(x)" y="\(y)" width="\(width)" height="20">\(linked("""
      \(said)<rect class="fill-\(tone)" width="100%" height="18" rx="4"/>\
      <text class="span-text" x="7" y="13">\(text)</text>
      """))</svg>

    """
  }

  /// What happened, around its point.
  fileprivate var moment: HTML {
    """
    <svg x="\(x)" y="\(y)" overflow="visible">\(linked("""
      \(said)<rect class="hit" x="-9" y="-9" width="18" height="18"/>\(shape)
      """))</svg>

    """
  }

  private var said: HTML { "<title>\(told)</title>" }

  private var shape: HTML {
    if isDiamond {
      return """
        <rect class="stroke-\(tone) is-full" x="-4.5" y="-4.5" width="9" height="9" rx="1" transform="rotate(45)"/>
        """
    }
    return #"<circle class="stroke-\#(tone)\#(" is-full", if: isDot)" r="5"/>"#
  }

  private func linked(_ drawing: HTML) -> HTML {
    guard let address else { return drawing }
    return #"<a href="\#(address)" tabindex="-1">\#(drawing)</a>"#
  }
}

/// A month or year written under the line.
struct TimelineTick: Sendable {
  let x: String
  let text: String
  let isYear: Bool

  fileprivate func rule(height: Int) -> HTML {
    #"<line class="tick-line\#(" is-year", if: isYear)" x1="\#(x)" x2="\#(x)" y1="0" y2="\#(height)"/>"#
  }

  fileprivate var label: HTML {
    #"<text class="tick-text\#(" is-year", if: isYear)" x="\#(x)" dx="3" y="28">\#(text)</text>"#
  }
}

/// Dates as percents of a width.
struct TimelineScale: Sendable {
  let from: Date
  let to: Date

  /// Under 0 before the beginning, above 100 after the end.
  func position(_ date: Date) -> Double {
    let length = to.timeIntervalSince(from)
    return length > 0 ? date.timeIntervalSince(from) / length * 100 : 0
  }

  /// Whether something of it is between the two ends.
  func shows(_ event: TimelineEvent) -> Bool {
    position(event.end ?? event.start) > 0 && position(event.start) < 100
  }

  /// A percent with two decimals, as SVG reads it.
  static func percent(_ position: Double) -> String {
    "\((position * 100).rounded() / 100)%"
  }

  func percent(_ position: Double) -> String {
    Self.percent(position)
  }

  /// The first days of months, thinned so that at most twelve are written; January gives its year.
  func ticks() -> [TimelineTick] {
    let calendar = Calendar.france
    let months = (calendar.dateComponents([.month], from: from, to: to).month ?? 0) + 1
    let step = [1, 2, 3, 6, 12].first { months / $0 <= 12 } ?? 24
    let start = calendar.dateComponents([.year, .month], from: from)
    guard let year = start.year, let month = start.month else { return [] }
    return (1...months).compactMap { offset -> TimelineTick? in
      let index = year * 12 + month - 1 + offset
      guard (index % 12) % step == 0, step <= 12 || (index / 12) % 2 == 0,
        let date = calendar.date(from: DateComponents(year: index / 12, month: index % 12 + 1, day: 1))
      else { return nil }
      let place = position(date)
      guard place >= 0, place <= 94 else { return nil }
      let isYear = index % 12 == 0
      return TimelineTick(
        x: percent(place), text: isYear ? "\(index / 12)" : Self.months[index % 12], isYear: isYear)
    }
  }

  /// As they are written under a drawing.
  static let months = [
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
  ]
}
