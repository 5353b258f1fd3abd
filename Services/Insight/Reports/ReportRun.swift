import API
import Domain
import Foundation
import Postgres
import Service

/// A report as it was asked for: its dataset narrowed, and the words for it.
struct ReportRun: Sendable {
  let kind: ReportKind
  /// With the county's delay where none was named.
  let query: ReportQuery
  let dataset: Dataset
  /// But for the states of contracts, which are counted each.
  let everyState: Dataset
  let structureName: String?

  /// - Throws: 404 for a report that does not exist; 422 for what it cannot be narrowed to or sorted by.
  init(_ code: String, _ asked: ReportQuery, in transaction: Transaction, at now: Date) async throws {
    guard let kind = ReportKind(rawValue: code) else { throw Problem.notFound("Ce rapport") }
    var query = asked
    var usual = 0
    if let delay = kind.delay { usual = try await transaction.value(of: delay) }
    if kind.filters.contains(.days), query.days == nil { query.days = usual }
    let faults = Self.faults(query, kind.filters)
    if !faults.isEmpty { throw Problem.invalid(faults) }
    try await transaction.check(query.structure.map { BodyReference.organisation($0, at: "structure") })
    let moment = Dataset.Moment(today: transaction.caller.today, now: now)
    let whole = kind.dataset(days: query.days ?? usual, moment)
    _ = try whole.column(query.sort)
    let narrowed = whole.narrowed(Self.conditions(query, day: whole.day))
    everyState = narrowed
    dataset = query.state.map { states in narrowed.narrowed(["c.state = any(\(states))"]) } ?? narrowed
    if let structure = query.structure {
      structureName = try await transaction.first(
        "select name from identity.v1_organisation where id = \(structure)", as: String.self)
    } else {
      structureName = nil
    }
    self.kind = kind
    self.query = query
  }

  private static func faults(_ query: ReportQuery, _ filters: [ReportEntry.Filter]) -> [Fault] {
    let given: [(ReportEntry.Filter, String, Bool)] = [
      (.period, "from", query.from != nil), (.period, "until", query.until != nil),
      (.state, "state", query.state != nil),
      (.days, "days", query.days != nil), (.structure, "structure", query.structure != nil),
    ]
    var faults = given.filter { $0.2 && !filters.contains($0.0) }.map {
      Fault($0.1, "filtre", "Ce rapport n’a pas ce filtre : retirez-le.")
    }
    if let from = query.from, let until = query.until, until < from {
      faults.append(
        Fault(
          "until", "ordre",
          "La fin (\(French.short(until))) précède le début (\(French.short(from))). Corrigez l’une des deux dates."))
    }
    return faults
  }

  private static func conditions(_ query: ReportQuery, day: SQL?) -> [SQL] {
    var conditions: [SQL] = []
    if let day, let from = query.from { conditions.append("\(day) >= \(from)::date") }
    if let day, let until = query.until { conditions.append("\(day) <= \(until)::date") }
    if let structure = query.structure { conditions.append("d.lead_organisation = \(structure)::uuid") }
    return conditions
  }

  var entry: ReportEntry { kind.entry(of: dataset) }

  /// What it is narrowed to, in words, for the name of its file and its sheet.
  var title: String {
    var words = [kind.label]
    if let from = query.from { words.append("du \(from)") }
    if let until = query.until { words.append("au \(until)") }
    if let state = query.state { words.append(state.map(\.label).joined(separator: ", ")) }
    if let days = query.days { words.append("à \(days) jours") }
    if let structureName { words.append(structureName) }
    return words.joined(separator: " ")
  }
}
