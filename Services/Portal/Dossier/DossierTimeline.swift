import API
import Domain
import Foundation

extension OpenDossier {
  /// The strip under the band: the référents above, what happened below, fifteen months back and two ahead.
  func strip(_ entries: [TimelineEntry], monthsBack: Int = 15, more: Bool = true) -> TimelineStrip {
    let from = today.adding(months: -monthsBack).moment()
    let to = today.adding(months: 2).moment()
    let gone = Set(
      entries.filter { $0.detail["outcome"]?.text == "deleted" }.compactMap { $0.detail["appointment"]?.text })
    let events = entries.map { event($0, without: gone) } + detail.referents.map { span($0, to: to) }
    return TimelineStrip(events, from: from, to: to, today: visit.moment, more: more ? address("frise") : nil)
  }

  /// - Parameter gone: appointments that were taken back; their entries lead to the list.
  private func event(_ entry: TimelineEntry, without gone: Set<String>) -> TimelineEvent {
    let appointment = entry.kind == .appointment ? entry.detail["appointment"]?.text : nil
    let place = appointment.flatMap { gone.contains($0) ? nil : address("entretiens/\($0)") }
    let (tone, shape) = Self.manner(of: entry.kind)
    return TimelineEvent(
      entry.title, from: entry.at, when: French.moment(entry.at), detail: entry.actorName,
      address: place ?? address(ofKind: entry.kind), tone, shape: entry.at > visit.moment ? .ring : shape)
  }

  private func span(_ referent: ReferentEntry, to end: Date) -> TimelineEvent {
    let until = referent.untilDate.map { $0.adding(days: 1).moment() } ?? end
    let kind = referent.kind == .lead ? "" : " (étape)"
    return TimelineEvent(
      "\(referent.name)\(kind)", from: referent.fromDate.moment(), to: until, when: period(of: referent),
      detail: referent.organisation, address: address("referents"), referent.kind == .lead ? .info : .neutral)
  }

  func period(of referent: ReferentEntry) -> String {
    guard let until = referent.untilDate else { return "depuis le \(French.long(referent.fromDate))" }
    return "du \(French.long(referent.fromDate)) au \(French.long(until))"
  }

  /// Colour and shape of a kind of entry; diamonds are decisions.
  private static func manner(of kind: TimelineKind) -> (Tone, TimelineEvent.Shape) {
    switch kind {
    case .entered, .appointment, .step: (.done, .dot)
    case .referent, .gathering: (.info, .dot)
    case .contract: (.done, .diamond)
    case .entitlement, .standby: (.waiting, .diamond)
    case .exit: (.late, .diamond)
    case .notice: (.waiting, .diamond)
    case .moved, .contact, .message, .form, .note, .characteristic, .sideData, .document: (.neutral, .dot)
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
          reason: entry.detail["reason"]?.text, Self.manner(of: entry.kind).0, changes: Self.changes(entry))
      })
  }
}
