import API
import Domain
import Foundation
import Service

/// The frise as a page: today in its middle, as much around it as one asks for, the kinds that one ticks; the same as a
/// table; and everything as it was told (rule C21).
func timelinePage(_ visit: Visit) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit)
  guard let timeline = open.timeline else { throw Problem.busy }
  let view = FriseView(open)
  let blocks = timeline.blocks.filter { view.kinds.contains($0.kind) }
  let shown = blocks.filter { view.shows($0) }
  let strip = TimelineStrip(
    blocks.map { open.event($0, to: view.to) }, from: view.from, to: view.to, today: visit.moment, rows: 12)
  let told: any Piece =
    timeline.items.isEmpty
    ? EmptyState("Rien encore", "Ce qui arrive au dossier s’inscrit ici de soi-même.", icon: .history)
    : open.history(timeline.items)
  return open.page(
    PageHead("Frise"), in: "frise",
    [view.filters(timeline.blocks), strip, view.table(shown), Panel("Tout le parcours", [told])])
}

/// What of the frise is looked at; the address says it.
struct FriseView {
  /// How much is shown around today.
  enum Span: String, CaseIterable {
    case fiveYears = "5-ans"
    case twoYears = "2-ans"
    case oneYear = "1-an"
    case sixMonths = "6-mois"
    case threeMonths = "3-mois"
    case oneMonth = "1-mois"

    var label: String {
      switch self {
      case .fiveYears: "Cinq ans"
      case .twoYears: "Deux ans"
      case .oneYear: "Un an"
      case .sixMonths: "Six mois"
      case .threeMonths: "Trois mois"
      case .oneMonth: "Un mois"
      }
    }

    /// Half of it, in days.
    var half: Int {
      switch self {
      case .fiveYears: 913
      case .twoYears: 365
      case .oneYear: 183
      case .sixMonths: 91
      case .threeMonths: 46
      case .oneMonth: 15
      }
    }
  }

  let open: OpenDossier
  let span: Span
  let kinds: Set<TimelineBlock.Kind>

  init(_ open: OpenDossier) {
    self.open = open
    span = open.visit.query["etendue"].flatMap(Span.init(rawValue:)) ?? .twoYears
    let chosen = Set(open.visit.query.all("type").compactMap(TimelineBlock.Kind.init(rawValue:)))
    kinds = chosen.isEmpty ? Set(TimelineBlock.Kind.allCases) : chosen
  }

  var from: Date { open.today.adding(days: -span.half).moment() }
  var to: Date { open.today.adding(days: span.half + 1).moment() }

  func shows(_ block: TimelineBlock) -> Bool {
    let last = block.lasts ? block.until ?? open.today.adding(days: span.half) : block.from
    return block.from <= open.today.adding(days: span.half) && last >= open.today.adding(days: -span.half)
  }

  /// Only the kinds that the dossier has are offered.
  func filters(_ blocks: [TimelineBlock]) -> FilterBar {
    let present = Set(blocks.map(\.kind))
    let isChosen = kinds.count < TimelineBlock.Kind.allCases.count
    let choices = TimelineBlock.Kind.allCases.filter { present.contains($0) || (isChosen && kinds.contains($0)) }
      .map { Choice($0.rawValue, $0.label, isChosen: isChosen && kinds.contains($0)) }
    let spans = Span.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == span) }
    let select = Field.select("etendue", "Étendue", spans, width: .narrow, .optional)
    let address = open.address("frise")
    return FilterBar(
      address: address,
      fields: choices.isEmpty
        ? [select] : [select, .checkboxes("type", "Ne montrer que", choices, isInline: true)],
      reset: isChosen ? address : nil)
  }

  /// The same, to be read out and printed.
  func table(_ blocks: [TimelineBlock]) -> Table {
    let rows = blocks.map { block in
      Row(
        id: "\(block.kind.rawValue)-\(block.subject)", address: open.address(of: block), name: block.title,
        [
          Cell(block.title, detail: block.detail), Cell(block.kind.label), Cell(block.when),
        ])
    }
    return Table(
      id: "frise", caption: "La frise en liste, du plus récent au plus ancien",
      columns: [Column("Quoi"), Column("Nature"), Column("Quand")], rows: rows,
      empty: EmptyState(
        "Rien sur cette étendue", "Choisissez une étendue plus longue, ou d’autres natures.", icon: .history))
  }
}
