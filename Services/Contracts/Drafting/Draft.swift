import API
import Domain
import Foundation

extension ContractRecord {
  /// A contract as it is first drafted; by convention it begins on the first of next month (guide, *Elaboration d'un
  /// CER*).
  /// - Parameter number: the one proposed when the draft names none.
  /// - Throws: 422 with every fault.
  static func drafted(
    _ draft: ContractDraft, for dossier: ID<Dossier>, number: Int, by caller: Caller, at moment: Date
  ) throws(Problem) -> ContractRecord {
    let blank = ContractRecord(
      id: .new(at: moment), dossier: dossier, number: number, state: .proposition, stateSince: moment,
      startsOn: caller.today.firstOfNextMonth, author: caller.account, authorName: caller.name,
      authorOrganisation: caller.organisation, version: 1, createdAt: moment)
    return try blank.revised(draft, today: caller.today)
  }

  /// The contract with what référent and person wrote; number, kind and start stay where the draft is silent.
  /// - Throws: 422 with every fault.
  func revised(_ draft: ContractDraft, today: CalendarDate) throws(Problem) -> ContractRecord {
    var after = self
    after.kind = draft.kind ?? kind
    after.number = draft.number ?? number
    after.startsOn = draft.startsOn ?? startsOn
    after.endsOn = draft.endsOn
    after.signedOn = draft.signedOn
    after.lastContract = draft.lastContract ?? false
    after.priority = draft.priority.flatMap { $0.isEmpty ? nil : $0 }
    after.comment = draft.comment ?? ""
    after.situation = draft.situation ?? ""
    after.evaluation = draft.evaluation ?? ""
    after.expression = draft.expression ?? ""
    after.targetHours = draft.targetHours
    let faults = after.datesAtFault(today: today)
    guard faults.isEmpty else { throw .invalid(faults) }
    return after
  }
}
