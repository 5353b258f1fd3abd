/// A few figures drawn, with their table.
struct Chart: Piece {
  let piece = "pieces/chart"
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
}

/// A figure with its name.
struct ChartFigure: Sendable {
  let label: String
  let value: Double
  /// As read: « 1 204 », « 63 % ».
  let shown: String
  let tone: String
  let address: String?

  init(_ label: String, _ value: Double, shown: String, _ tone: Tone = .info, address: String? = nil) {
    self.label = label
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
}

/// A standing bar.
struct ChartColumn: Sendable {
  let label: String
  let shown: String
  let tone: String
  let x: Double
  let y: Double
  let width: Double
  let height: Double
  let middle: Double

  init(_ figure: ChartFigure, x: Double, y: Double, width: Double, height: Double, middle: Double) {
    label = figure.label
    shown = figure.shown
    tone = figure.tone
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.middle = middle
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
}
