import API
import Domain
import Foundation
import Service

/// What the address of a report, or the form that exports it, narrows it to. What cannot be read is said at its field.
struct ReportAddress: Sendable {
  let entry: ReportEntry
  private(set) var query = ReportQuery()
  private(set) var faults = FormFaults()
  private let answers: FormAnswers

  init(_ entry: ReportEntry, _ answers: FormAnswers, today: CalendarDate) {
    self.entry = entry
    self.answers = answers
    if has(.period) { readPeriod(today) }
    if has(.state) { readStates() }
    if has(.days), let text = answers["jours"] {
      query.days = Int(text).flatMap { (0...3660).contains($0) ? $0 : nil }
      if query.days == nil {
        faults.add("jours", "« \(text) » n’est pas un nombre de jours. Écrivez un nombre entier entre 0 et 3660.")
      }
    }
    if has(.structure), let text = answers["structure"] {
      query.structure = ID(text)
      if query.structure == nil { faults.add("structure", "Choisissez une structure de la liste.") }
    }
    readOrder()
    query.after = answers["apres"]
    query.limit = answers["impression"] == "oui" ? 200 : 50
  }

  private func has(_ filter: ReportEntry.Filter) -> Bool { entry.filters.contains(filter) }

  /// The guide's reports open on their last days; a period that was emptied is the whole (rule I2).
  private mutating func readPeriod(_ today: CalendarDate) {
    guard answers.pairs.contains(where: { $0.name == "du" || $0.name == "au" }) else {
      query.from = entry.periodDays.map { today.adding(days: -$0) }
      return
    }
    query.from = answers.date("du", today: today, &faults)
    query.until = answers.date("au", today: today, &faults)
    if let from = query.from, let until = query.until, until < from {
      faults.add(
        "au", "La fin (\(French.short(until))) précède le début (\(French.short(from))). Corrigez l’une des deux dates."
      )
    }
  }

  private mutating func readStates() {
    var states: [ContractState] = []
    for text in answers.all("etat") where !text.isEmpty {
      if let state = ContractState(word: text) ?? ContractState(rawValue: text) {
        states.append(state)
      } else {
        faults.add("etat", "« \(text) » n’est pas un état de contrat. Cochez les états qui vous intéressent.")
      }
    }
    query.state = states.isEmpty ? nil : states
  }

  private mutating func readOrder() {
    if let sort = answers["tri"] {
      if entry.columns.contains(where: { $0.code == sort }) {
        query.sort = sort
      } else {
        faults = FormFaults(
          general: .refusal("Ce rapport n’a pas de colonne « \(sort) ».", "Triez-le par un titre de colonne."))
      }
    }
    query.descending = answers["ordre"] == "desc" ? true : nil
  }

  /// The same with what the service refused.
  func refused(_ problem: Problem) throws -> ReportAddress {
    var copy = self
    copy.faults = try FormFaults(problem) { field in
      ["from": "du", "until": "au", "state": "etat", "days": "jours", "structure": "structure"][field]
    }
    return copy
  }

  var page: String { "/infocentre/rapports/\(entry.code)" }

  var order: DatasetOrder {
    DatasetOrder(column: query.sort ?? entry.order, isDescending: query.descending ?? false)
  }

  /// The filters and the order, as the address has them.
  private var pairs: [(name: String, value: String)] {
    var pairs: [(name: String, value: String)] = []
    if has(.period) {
      pairs.append(("du", query.from.map(French.short) ?? ""))
      pairs.append(("au", query.until.map(French.short) ?? ""))
    }
    for state in query.state ?? [] { pairs.append(("etat", state.word)) }
    if let days = query.days { pairs.append(("jours", String(days))) }
    if let structure = query.structure { pairs.append(("structure", structure.description)) }
    if let sort = query.sort { pairs.append(("tri", sort)) }
    if query.descending == true { pairs.append(("ordre", "desc")) }
    return pairs
  }

  /// The address of the same rows from another place on.
  func address(after cursor: String? = nil, printing: Bool = false) -> String {
    var all = pairs
    if let cursor { all.append(("apres", cursor)) }
    if printing { all.append(("impression", "oui")) }
    return queried(page, all)
  }

  func address(_ change: (inout ReportAddress) -> Void) -> String {
    var copy = self
    change(&copy)
    return copy.address()
  }

  mutating func narrow(to state: ContractState) { query.state = [state] }

  func sorted(_ order: DatasetOrder) -> String {
    address { copy in
      copy.query.sort = order.column
      copy.query.descending = order.isDescending ? true : nil
    }
  }

  /// What the form that exports carries.
  var values: [HiddenValue] { pairs.map { HiddenValue($0.name, $0.value) } }

  /// - Parameters:
  ///   - days: those that hold where none is asked for.
  ///   - structures: to choose from.
  func bar(days: Int?, structures: Directory?) -> FilterBar {
    var fields: [Field] = []
    if has(.period) {
      let label = entry.periodLabel ?? "Date"
      fields.append(date("du", "\(label), du", query.from))
      fields.append(date("au", "au", query.until))
    }
    if has(.days) {
      fields.append(
        .text(
          "jours", "Finissent dans", value: answers["jours"] ?? (query.days ?? days).map(String.init), width: .narrow,
          unit: "jours", inputMode: .numeric, optional("jours")))
    }
    if has(.structure), let structures {
      let chosen = answers["structure"]
      fields.append(
        .select(
          "structure", "Structure du référent actuel", structures.choices(chosen: chosen, none: "Toutes"),
          optional("structure")))
    }
    if has(.state) {
      fields.append(
        .checkboxes(
          "etat", "États",
          ContractState.allCases.map { state in
            Choice(state.word, state.label, isChosen: query.state?.contains(state) ?? false)
          }, isInline: true, optional("etat")))
    }
    return FilterBar(
      address: page, fields: fields, active: active(structures), reset: page,
      values: query.sort.map { [HiddenValue("tri", $0)] } ?? [])
  }

  private func date(_ name: String, _ label: String, _ value: CalendarDate?) -> Field {
    .date(name, label, value: value.map(French.short) ?? answers[name], optional(name))
  }

  private func optional(_ name: String) -> Field.Common { faults.common(name, isRequired: false, saysOptional: false) }

  private func active(_ structures: Directory?) -> [Link] {
    var active: [Link] = []
    if query.from != nil || query.until != nil {
      active.append(
        Link(
          "Période",
          address { copy in
            copy.query.from = nil
            copy.query.until = nil
          }))
    }
    for state in query.state ?? [] {
      active.append(
        Link(
          state.label,
          address { copy in
            let rest = (copy.query.state ?? []).filter { $0 != state }
            copy.query.state = rest.isEmpty ? nil : rest
          }))
    }
    if query.structure != nil {
      active.append(
        Link(structures?.name(query.structure) ?? "Structure", address { copy in copy.query.structure = nil }))
    }
    return active
  }
}
