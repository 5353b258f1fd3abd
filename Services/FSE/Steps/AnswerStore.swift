import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Whether operators take who is registered with them (rule S18).
struct AnswerStore: Sendable {
  let postgres: PostgresClient

  private struct Asked: Decodable, Sendable {
    let step: ID<Step>
    let dossier: ID<Dossier>
    let offerName: String
    let organisation: ID<Organisation>?

    func event(_ change: StepAnswered.Change) -> StepAnswered {
      StepAnswered(step: step, dossier: dossier, offerName: offerName, organisation: organisation, change: change)
    }
  }

  /// - Throws: 404; 412; 409 where no answer is awaited; 422 for a refusal without a reason.
  func answer(
    _ draft: StepAnswerDraft, to id: ID<Step>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Step {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await StepStore.hold(id, version: version, in: transaction)
      guard before.answer == .awaited || before.answer == .expired else {
        throw Problem.conflict(
          "deja-repondu", "Cette inscription n’attend pas de réponse.",
          detail: before.answeredByName.map { "\($0) y a déjà répondu." })
      }
      let reason = draft.reason?.trimmingCharacters(in: .whitespacesAndNewlines)
      guard draft.accepted || reason?.isEmpty == false else {
        throw Problem.invalid([Fault("reason", "obligatoire", "Dites au référent pourquoi vous refusez.")])
      }
      let answer: OperatorAnswer = draft.accepted ? .accepted : .refused
      try await transaction.execute(
        """
        update fse.step set answer = \(answer), answer_reason = nullif(\(reason)::text, ''),
          answered_by_name = \(caller.name), answered_at = \(moment), version = version + 1
        where id = \(id)
        """)
      try await transaction.announce(
        StepAnswered(
          step: id, dossier: before.dossier, offerName: before.offerName, organisation: caller.organisation,
          change: draft.accepted ? .accepted : .refused), at: moment)
      return try await StepStore.find(id, in: transaction)
    }
  }

  /// Asks the operator of a new step, where one has access to answer.
  static func ask(_ id: ID<Step>, in transaction: Transaction) async throws -> [any Event] {
    let asked = try await transaction.query(
      """
      update fse.step s set answer = 'awaited', answer_due = caller.today() + \(CountyDelay.operatorAnswer.sql),
        answer_remind_on = caller.today() + \(CountyDelay.operatorReminder.sql)
      from fse.offer o, fse.operator r
      where s.id = \(id) and s.kind = 'step' and s.answer is null and o.id = s.offer and o.open_to_operator
        and r.id = coalesce(s.partner, o.operator) and r.organisation is not null
      returning s.id as step, s.dossier, o.name as offer_name, r.organisation
      """, as: Asked.self)
    return asked.map { $0.event(.awaited) }
  }

  /// Another operator was chosen: what the former one answered counts no longer.
  static func askAgain(_ id: ID<Step>, in transaction: Transaction) async throws -> [any Event] {
    try await transaction.execute(
      """
      update fse.step set answer = null, answer_reason = null, answer_due = null, answer_remind_on = null,
        answer_reminded_at = null, answered_by_name = null, answered_at = null
      where id = \(id)
      """)
    return try await ask(id, in: transaction)
  }

  /// Reminds operators, and lets requests expire whose last day has passed.
  /// - Returns: how many were reminded or expired.
  func turn(to moment: Date) async throws -> Int {
    let caller = Caller.system("fse.answers", today: CalendarDate(moment))
    return try await postgres.withTransaction(as: caller) { transaction in
      let reminded = try await Self.due(
        "s.answer_remind_on <= caller.today() and s.answer_due >= caller.today() and s.answer_reminded_at is null",
        setting: "answer_reminded_at = \(moment)", in: transaction)
      let expired = try await Self.due(
        "s.answer_due < caller.today()", setting: "answer = 'expired', version = t.version + 1", in: transaction)
      try await transaction.announce(
        reminded.map { $0.event(.reminded) } + expired.map { $0.event(.expired) }, at: moment)
      return reminded.count + expired.count
    }
  }

  private static func due(
    _ condition: SQL, setting change: SQL, in transaction: Transaction
  ) async throws -> [Asked] {
    try await transaction.query(
      """
      update fse.step t set \(change) from fse.offer o, (
        select s.id, r.organisation from fse.step s join fse.offer f on f.id = s.offer
        left join fse.operator r on r.id = coalesce(s.partner, f.operator)
        where s.answer = 'awaited' and \(condition) order by s.answer_due limit 200 for update of s skip locked
      ) found
      where t.id = found.id and o.id = t.offer
      returning t.id as step, t.dossier, o.name as offer_name, found.organisation
      """, as: Asked.self)
  }
}
