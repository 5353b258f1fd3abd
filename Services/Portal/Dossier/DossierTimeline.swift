import API
import Domain
import Foundation

extension OpenDossier {
  /// The strip under the band: each thing at its own date, fifteen months back and two ahead.
  func strip(_ blocks: [TimelineBlock]) -> TimelineStrip {
    let from = today.adding(months: -15).moment()
    let to = today.adding(months: 2).moment()
    return TimelineStrip(
      blocks.map { event($0, to: to) }, from: from, to: to, today: visit.moment, more: address("frise"))
  }

  /// - Parameter end: where what goes on is drawn to.
  func event(_ block: TimelineBlock, to end: Date) -> TimelineEvent {
    let start = block.at ?? block.from.moment()
    let (tone, shape) = block.kind.manner
    let until = block.lasts ? block.until.map { $0.adding(days: 1).moment() } ?? max(end, start) : nil
    return TimelineEvent(
      block.title, from: start, to: until, when: block.when, detail: block.detail, address: address(of: block), tone,
      shape: !block.lasts && start > visit.moment ? .ring : shape, isBand: block.kind == .entitlement)
  }

  /// The thing itself.
  func address(of block: TimelineBlock) -> String {
    switch block.kind {
    case .appointment: address("entretiens/\(block.subject)")
    case .contract: "/contrats/\(block.subject)"
    case .step, .positioning, .operation: address("parcours/\(block.subject)/detail")
    case .gathering: "/rencontres/\(block.subject)"
    case .lead, .stepReferent, .exit: address("referents")
    case .entitlement: address("droit")
    case .standby: address("veille")
    case .notice: address("mises-en-demeure")
    }
  }

  func period(of referent: ReferentEntry) -> String {
    guard let until = referent.untilDate else { return "depuis le \(French.long(referent.fromDate))" }
    return "du \(French.long(referent.fromDate)) au \(French.long(until))"
  }

  private static func tone(of kind: TimelineKind) -> Tone {
    switch kind {
    case .entered, .appointment, .step, .contract: .done
    case .referent, .gathering: .info
    case .entitlement, .standby, .notice: .waiting
    case .exit: .late
    case .moved, .contact, .message, .form, .note, .characteristic, .sideData, .document: .neutral
    }
  }

  /// Who followed before and after.
  private static func changes(_ entry: TimelineEntry) -> [Change] {
    guard entry.kind != .exit, let lead = entry.detail["lead"]?.text else { return [] }
    return [Change("Référent", from: entry.detail["former"]?.text, to: lead)]
  }

  /// The entries as a history, for the page that shows them all.
  func history(_ entries: [TimelineEntry]) -> History {
    History(
      entries.map { entry in
        HistoryEntry(
          French.moment(entry.at), who: entry.actorName ?? "Jalons", entry.title,
          reason: entry.detail["reason"]?.text, Self.tone(of: entry.kind), changes: Self.changes(entry))
      })
  }
}

extension TimelineBlock {
  /// « du 3 mars 2026 au 2 septembre 2026 », « 12 mars 2026 à 14 h 30 ».
  var when: String {
    guard lasts else { return at.map { French.moment($0) } ?? "le \(French.long(from))" }
    guard let until else { return "depuis le \(French.long(from))" }
    return "du \(French.long(from)) au \(French.long(until))"
  }
}

extension TimelineBlock.Kind {
  /// As the frise names it, where its kinds are chosen.
  var label: String {
    switch self {
    case .entitlement: "Droit"
    case .lead: "Référent de parcours"
    case .stepReferent: "Référent d’étape"
    case .contract: "Contrat"
    case .step: "Étape"
    case .positioning: "Positionnement"
    case .operation: "Opération FSE"
    case .standby: "Veille"
    case .appointment: "Entretien"
    case .gathering: "Évènement"
    case .notice: "Mise en demeure"
    case .exit: "Sortie"
    }
  }

  /// Colour and shape; diamonds are decisions.
  var manner: (Tone, TimelineEvent.Shape) {
    switch self {
    case .entitlement, .stepReferent, .operation: (.neutral, .dot)
    case .lead: (.info, .dot)
    case .contract, .appointment, .step: (.done, .dot)
    case .positioning, .standby: (.waiting, .dot)
    case .notice: (.waiting, .diamond)
    case .gathering: (.info, .diamond)
    case .exit: (.late, .diamond)
    }
  }
}
