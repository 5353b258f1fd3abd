import API
import Domain
import Foundation

extension ContractDraft {
  /// An empty answer is none.
  var chosenPriority: String? { priority.flatMap { $0.isEmpty ? nil : $0 } }
}

extension ContractRecord {
  /// A contract as it is first drafted; by convention it begins on the first of next month (rule K4).
  /// - Parameter number: the one proposed when the draft names none.
  /// - Throws: 422 with every fault.
  static func drafted(
    _ draft: ContractDraft, for dossier: ID<Dossier>, number: Int, by caller: Caller, at moment: Date,
    besides others: [Fault] = []
  ) throws(Problem) -> ContractRecord {
    let blank = ContractRecord(
      id: .new(at: moment), dossier: dossier, number: number, state: .proposition, stateSince: moment,
      startsOn: caller.today.firstOfNextMonth, author: caller.account, authorName: caller.name,
      authorOrganisation: caller.organisation, version: 1, createdAt: moment)
    return try blank.revised(draft, today: caller.today, besides: others)
  }

  /// The contract with what référent and person wrote; number, kind and start stay where the draft is silent.
  /// - Parameter others: what else was found wrong with the draft.
  /// - Throws: 422 with every fault.
  func revised(
    _ draft: ContractDraft, today: CalendarDate, besides others: [Fault] = []
  ) throws(Problem) -> ContractRecord {
    var after = self
    after.kind = draft.kind ?? kind
    after.number = draft.number ?? number
    after.startsOn = draft.startsOn ?? startsOn
    after.endsOn = draft.endsOn
    after.signedOn = draft.signedOn
    after.lastContract = draft.lastContract ?? false
    after.priority = draft.chosenPriority
    after.comment = draft.comment ?? ""
    after.situation = draft.situation ?? ""
    after.evaluation = draft.evaluation ?? ""
    after.expression = draft.expression ?? ""
    after.targetHours = draft.targetHours
    let faults = others + after.datesAtFault(today: today)
    guard faults.isEmpty else { throw .invalid(faults) }
    if after.endsOn != endsOn {
      (after.proposedEnd, after.endChangedByName, after.endChangedAt) = (nil, nil, nil)
    }
    return agreedText == after.agreedText ? after : after.disagreed()
  }

  /// What the person agrees to, objectives apart. What the référent tells the service is not part of it.
  private var agreedText: [String] {
    [
      kind.rawValue, startsOn.description, endsOn?.description ?? "", signedOn?.description ?? "", situation,
      evaluation,
      expression, targetHours.map(String.init) ?? "",
    ]
  }
}
