import API
import Domain
import Foundation

/// The blocks of one dossier's frise, and what events make of them. The same events in the same order make the same
/// blocks: they can be wiped and made again (rule C21).
struct FriseBlocks: Sendable {
  struct Key: Hashable, Sendable {
    let kind: TimelineBlock.Kind
    let subject: String
  }

  /// A block, with the account that its title names.
  struct Named: Sendable, Equatable {
    var block: TimelineBlock
    var account: ID<Account>?
  }

  private(set) var blocks: [Key: Named]
  /// What differs from what was stored.
  private(set) var touched: Set<Key> = []

  init(_ stored: [Named] = []) {
    blocks = Dictionary(stored.map { (Key(kind: $0.block.kind, subject: $0.block.subject), $0) }) { first, _ in first }
  }

  private mutating func put(_ block: TimelineBlock, naming account: ID<Account>? = nil) {
    let key = Key(kind: block.kind, subject: block.subject)
    let named = Named(block: block, account: account)
    guard blocks[key] != named else { return }
    blocks[key] = named
    touched.insert(key)
  }

  private mutating func remove(_ kind: TimelineBlock.Kind, _ subject: String) {
    let key = Key(kind: kind, subject: subject)
    if blocks.removeValue(forKey: key) != nil { touched.insert(key) }
  }

  private func found(_ kind: TimelineBlock.Kind, _ subject: String) -> TimelineBlock? {
    blocks[Key(kind: kind, subject: subject)]?.block
  }

  /// Of one kind, the earliest first.
  private func all(_ kind: TimelineBlock.Kind) -> [Named] {
    blocks.values.filter { $0.block.kind == kind }
      .sorted { ($0.block.from, $0.block.subject) < ($1.block.from, $1.block.subject) }
  }

  /// Ends what goes on the day before `day`; what began that day or later was a mistake of which nothing stays.
  private mutating func end(_ kind: TimelineBlock.Kind, before day: CalendarDate) {
    for named in all(kind) {
      var block = named.block
      guard block.until.map({ $0 >= day }) ?? true else { continue }
      guard block.from < day else {
        remove(kind, block.subject)
        continue
      }
      block.until = day.adding(days: -1)
      put(block, naming: named.account)
    }
  }

  // MARK: The caseload

  mutating func take(_ event: DossierEntered) {
    lead(event.lead, from: event.on)
    if let entitlement = event.entitlement { right(entitlement, duties: nil, from: event.rightSince ?? event.on) }
  }

  mutating func take(_ event: ReferentChanged) {
    lead(event.lead, from: event.on)
    guard let former = event.former, let until = event.accessUntil else { return }
    put(
      TimelineBlock(
        kind: .stepReferent, subject: "\(former)/\(event.on)", title: "Référent d’étape",
        detail: "Fin des saisies après réorientation", from: event.on, until: max(event.on, until), lasts: true),
      naming: former)
  }

  private mutating func lead(_ account: ID<Account>, from day: CalendarDate) {
    end(.lead, before: day)
    put(
      TimelineBlock(
        kind: .lead, subject: day.description, title: "Référent", detail: "Référent de parcours", from: day,
        lasts: true), naming: account)
  }

  mutating func take(_ event: ExitRecorded) {
    if let last = all(.exit).last { remove(.exit, last.block.subject) }
    guard let lead = all(.lead).last else { return }
    var block = lead.block
    block.until = event.until.map { max(block.from, $0) }
    put(block, naming: lead.account)
    guard let until = event.until else { return }
    put(
      TimelineBlock(
        kind: .exit, subject: block.subject, title: "Sortie de la file active", detail: event.reason, from: until,
        lasts: false))
  }

  mutating func take(_ event: StepReferentNamed) {
    put(
      TimelineBlock(
        kind: .stepReferent, subject: "\(event.account)/\(event.from)", title: "Référent d’étape",
        detail: "Référent d’étape", from: event.from, until: event.until, lasts: true), naming: event.account)
  }

  /// Its days changed, or it ended; of one that ended on the day on which it began nothing stays.
  mutating func take(_ event: StepReferentChanged, at moment: Date) {
    guard let named = all(.stepReferent).last(where: { $0.account == event.account }) else { return }
    guard !event.ended || event.from < CalendarDate(moment) else {
      return remove(.stepReferent, named.block.subject)
    }
    var block = named.block
    block.from = event.from
    block.until = event.until
    put(block, naming: named.account)
  }

  mutating func take(_ event: EntitlementChanged) {
    right(event.entitlement, duties: event.duties, from: event.on)
  }

  private mutating func right(_ state: EntitlementState, duties: Bool?, from day: CalendarDate) {
    end(.entitlement, before: day)
    put(
      TimelineBlock(
        kind: .entitlement, subject: day.description, title: state.label,
        detail: duties.map { $0 ? "Soumis aux droits et devoirs" : "Non soumis aux droits et devoirs" }, from: day,
        lasts: true))
  }

  mutating func take(_ event: StandbyChanged) {
    // Before it was told which one, the last that began no later.
    let older = all(.standby).last { $0.block.from <= event.from }?.block.subject
    let subject =
      event.standby?.uuidString.lowercased() ?? (event.change == .started ? nil : older) ?? event.from.description
    guard event.change != .removed else { return remove(.standby, subject) }
    put(
      TimelineBlock(
        kind: .standby, subject: subject, title: "Veille", detail: event.reason, from: event.from, until: event.until,
        lasts: true))
  }

  mutating func take(_ event: FormalNoticeRequested) {
    put(
      TimelineBlock(
        kind: .notice, subject: event.on.description, title: "Mise en demeure demandée", from: event.on, lasts: false))
  }

  // MARK: The work

  mutating func take(_ event: ContractMoved, at moment: Date) {
    let subject = event.contract.description
    let from = event.startsOn ?? found(.contract, subject)?.from ?? CalendarDate(moment)
    put(
      TimelineBlock(
        kind: .contract, subject: subject, title: "CER n° \(event.number)", detail: event.to.timelineWord, from: from,
        until: event.endsOn.map { max(from, $0) }, lasts: true))
  }

  mutating func take(_ event: AppointmentChanged) {
    let subject = event.appointment.description
    guard event.outcome != "deleted" else { return remove(.appointment, subject) }
    put(
      TimelineBlock(
        kind: .appointment, subject: subject, title: event.kind,
        detail: AppointmentOutcome(rawValue: event.outcome)?.label, from: CalendarDate(event.startsAt),
        at: event.startsAt, lasts: false))
  }

  /// A positioning that was taken up is a step from then on; what goes through an FSE operation has a bar for it too.
  mutating func take(_ event: StepChanged) {
    let subject = event.step.description
    remove(.operation, subject)
    let wasPositioning = found(.positioning, subject) != nil
    remove(.positioning, subject)
    remove(.step, subject)
    guard event.change != .removed else { return }
    let isPositioning = event.change == .positioned || (wasPositioning && event.change != .registered)
    let until = event.until.map { max(event.from, $0) }
    put(
      TimelineBlock(
        kind: isPositioning ? .positioning : .step, subject: subject, title: event.offerName, from: event.from,
        until: until, lasts: true))
    guard event.participation != nil else { return }
    put(
      TimelineBlock(
        kind: .operation, subject: subject, title: "Opération FSE", detail: event.offerName, from: event.from,
        until: until, lasts: true))
  }

  mutating func take(_ event: GatheringChanged) {
    let subject = event.gathering.description
    guard event.change != .removed else { return remove(.gathering, subject) }
    let presence =
      switch event.change {
      case .present: "Présence"
      case .absent: "Absence"
      case .invited, .awaited, .removed: "Inscription"
      }
    put(
      TimelineBlock(
        kind: .gathering, subject: subject, title: event.name, detail: presence, from: event.on, lasts: false))
  }
}

extension ContractState {
  /// As the timeline tells it.
  var timelineWord: String {
    switch self {
    case .proposition: "élaboré"
    case .submitted: "soumis à l’étude"
    case .studied: "en étude approfondie en commission"
    case .awaiting: "en attente de décision"
    case .accepted: "validé"
    case .refused: "non validé"
    }
  }
}
