/// A few figures drawn, with their table.
struct Chart: Piece {
  let title: String
  let unit: String
  /// Heads of the table: what is counted, and the count.
  let labelTitle: String
  let bars: [ChartBar]
  /// Bars lying under each other; otherwise columns beside each other, for months.
  let isLying: Bool
  let columns: [ChartColumn]
  let rules: [ChartRule]
  /// Points of a line over the columns: an objective, last year. Nil without.
  let line: String?
  let lineLabel: String?

  /// Bars for `figures` that are compared. Long labels are welcome.
  init(bars figures: [ChartFigure], title: String, unit: String, labelTitle: String) {
    let largest = max(figures.map(\.value).max() ?? 0, 1)
    bars = figures.map { ChartBar($0, width: $0.value / largest * 100) }
    isLying = true
    columns = []
    rules = []
    line = nil
    lineLabel = nil
    self.title = title
    self.unit = unit
    self.labelTitle = labelTitle
  }

  /// Columns for `figures` that follow each other in time, with `line` values over them.
  init(
    columns figures: [ChartFigure], title: String, unit: String, labelTitle: String, line values: [Double] = [],
    lineLabel: String? = nil
  ) {
    let step = Self.step(max(figures.map(\.value).max() ?? 0, values.max() ?? 0))
    let top = step * 4
    let slot = figures.isEmpty ? 0 : Self.width / Double(figures.count)
    bars = figures.map { ChartBar($0, width: 0) }
    isLying = false
    columns = figures.enumerated().map { index, figure in
      let height = figure.value / top * Self.height
      let width = min(slot * 0.64, 48)
      return ChartColumn(
        figure, x: Self.left + slot * (Double(index) + 0.5) - width / 2, y: Self.top + Self.height - height,
        width: width, height: height, middle: Self.left + slot * (Double(index) + 0.5))
    }
    rules = (0...4).map { ChartRule(value: step * Double($0), y: Self.top + Self.height * (1 - Double($0) / 4)) }
    let points = values.enumerated().map { index, value in
      "\(Self.left + slot * (Double(index) + 0.5)),\(Self.top + Self.height * (1 - value / top))"
    }
    line = points.isEmpty ? nil : points.joined(separator: " ")
    self.lineLabel = points.isEmpty ? nil : lineLabel
    self.title = title
    self.unit = unit
    self.labelTitle = labelTitle
  }

  /// The drawing's box, in its own units: 640 wide, 240 high.
  private static let left = 44.0
  private static let top = 12.0
  private static let width = 588.0
  private static let height = 192.0

  /// A round quarter of the scale: 1, 2, 5, 10, 20, 50…
  private static func step(_ largest: Double) -> Double {
    var unit = 1.0
    while unit * 40 < largest { unit *= 10 }
    return [1, 2, 5, 10].map { $0 * unit }.first { $0 * 4 >= largest } ?? unit * 10
  }

  func html(in frame: Frame) -> HTML {
    """
    <figure class="chart">
    <figcaption>\(title) <span class="muted">(\(unit))</span></figcaption>
    \(lying, if: isLying)\(standing, if: !isLying)
    </figure>
    """
  }

  private var lying: HTML {
    """
    <ul class="bars">
    \(each: bars, { $0.lying })
    </ul>
    """
  }

  private var standing: HTML {
    """
    <svg class="chart-drawing" viewBox="0 0 640 240" role="img" \
    aria-label="\(title), les chiffres sont dans le tableau qui suit">
    \(each: rules, { $0.html })
    \(each: columns, { $0.html })
    \(line, { #"<polyline class="chart-line" points="\#($0)"/>"# })
    </svg>
    \(lineLabel, { #"<p class="chart-key"><span aria-hidden="true">—</span> \#($0)</p>"# })
    <details><summary>Voir les chiffres</summary>
    <table class="table-list"><caption class="visually-hidden">\(title)</caption><thead><tr>\
    <th scope="col">\(labelTitle)</th><th scope="col" class="align-number">\(unit)</th></tr></thead>\
    <tbody>\(each: bars, { $0.row })</tbody></table>
    </details>
    """
  }
}

/// A figure with its name.
struct ChartFigure: Sendable {
  let label: String
  /// What stands under its column.
  let mark: String
  let value: Double
  /// As read: « 1 204 », « 63 % ».
  let shown: String
  let tone: String
  let address: String?

  init(
    _ label: String, _ value: Double, mark: String? = nil, shown: String, _ tone: Tone = .info, address: String? = nil
  ) {
    self.label = label
    self.mark = mark ?? label
    self.value = value
    self.shown = shown
    self.tone = tone.rawValue
    self.address = address
  }
}

/// A lying bar.
struct ChartBar: Sendable {
  let label: String
  let shown: String
  let tone: String
  let address: String?
  let width: String

  init(_ figure: ChartFigure, width: Double) {
    label = figure.label
    shown = figure.shown
    tone = figure.tone
    address = figure.address
    self.width = TimelineScale.percent(width)
  }

  fileprivate var lying: HTML {
    """
    <li><span class="bar-label">\(label, linkedTo: address)</span><svg width="100%" height="14" aria-hidden="true">\
    <rect class="bar-track" width="100%" height="14" rx="3"/>\
    <rect class="bar-\(tone)" width="\(width)" height="14" rx="3"/></svg><span class="bar-value">\(shown)</span></li>
    """
  }

  fileprivate var row: HTML {
    #"<tr><th scope="row">\#(label)</th><td class="align-number">\#(shown)</td></tr>"#
  }
}

/// A standing bar.
struct ChartColumn: Sendable {
  let label: String
  let mark: String
  let shown: String
  let tone: String
  let x: Double
  let y: Double
  let width: Double
  let height: Double
  let middle: Double

  init(_ figure: ChartFigure, x: Double, y: Double, width: Double, height: Double, middle: Double) {
    label = figure.label
    mark = figure.mark
    shown = figure.shown
    tone = figure.tone
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.middle = middle
  }

  fileprivate var html: HTML {
    """
    <rect class="bar-\(tone)" x="\(x)" y="\(y)" width="\(width)" height="\(height)" rx="2">\
    <title>\(label)\u{A0}: \(shown)</title></rect>\
    <text class="chart-text" x="\(middle)" y="224" text-anchor="middle">\(mark)</text>
    """
  }
}

/// A hairline of the scale.
struct ChartRule: Sendable {
  let text: String
  let y: Double
  let textY: Double

  init(value: Double, y: Double) {
    text = String(Int(value))
    self.y = y
    textY = y + 4
  }

  fileprivate var html: HTML {
    """
    <line class="chart-rule" x1="44" x2="632" y1="\(y)" y2="\(y)"/>\
    <text class="chart-text" x="38" y="\(textY)" text-anchor="end">\(text)</text>
    """
  }
}
