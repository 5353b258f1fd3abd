import API
import Domain
import Foundation
import Service

/// What was changed of a contract, field by field, the newest first.
func contractChangesPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("contract", of: Contract.self)
  let after = visit.query["apres"]
  async let opening = OpenContract.load(visit)
  async let listing = visit.services.call(
    ContractsAPI.listContractChanges, ["contract": id], ListChangeQuery(limit: 50, after: after))
  let (held, found) = try await (opening, listing)
  let entries = found.items.map { change in
    HistoryEntry(
      French.moment(change.at), who: change.byName, change.field.label,
      changes: [Change(change.field.label, from: change.before, to: change.after)])
  }
  var body: [any Piece] = [
    Panel.history(entries, untouched: "Le contrat est tel qu’il a été élaboré.")
  ]
  if let next = found.next {
    body.append(
      Action("Changements plus anciens", Address(held.address("modifications"), ["apres": next]).text, weight: .plain))
  }
  return held.page("Modifications", lead: "\(held.name) de \(held.sheet.beneficiary)", body)
}
