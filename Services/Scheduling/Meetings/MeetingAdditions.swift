import API
import Domain
import Foundation
import Postgres

extension MeetingStore {
  private struct Planned: Decodable, Sendable {
    let agent: ID<Account>
    let kind: String
    let theme: String?
    let place: ID<Place>?
    let startsAt: Date
    let endsAt: Date
    let capacity: Int?
  }

  /// Books more persons for a meeting that is to come; one who is refused holds up no other.
  /// - Throws: 404; 409 once it has begun; 422 without a person, or where the agenda is not open for writing.
  func add(
    _ draft: MeetingAdditionDraft, to id: ID<GroupMeeting>, as caller: Caller, at moment: Date
  ) async throws -> AppointmentBatch {
    guard !draft.dossiers.isEmpty else {
      throw Problem.invalid([Fault("dossiers", "obligatoire", "Choisissez au moins une personne.")])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let task = try await Self.task(of: id, reminder: draft.reminder, at: moment, in: transaction)
      var rows: [AppointmentBatch.Row] = []
      for dossier in draft.dossiers {
        do {
          let booked = try await transaction.savepoint { part in
            try await Self.book(task, for: dossier, in: part, at: moment)
          }
          rows.append(.init(dossier: dossier, appointment: booked, problem: nil))
        } catch let problem as Problem where [404, 409].contains(problem.status) {
          rows.append(.init(dossier: dossier, appointment: nil, problem: problem))
        }
      }
      return AppointmentBatch(rows: rows)
    }
  }

  private static func task(
    of id: ID<GroupMeeting>, reminder: Bool, at moment: Date, in transaction: Transaction
  ) async throws -> MeetingTask {
    let found = try await transaction.first(
      """
      select agent, kind, theme, place, starts_at, ends_at, capacity from scheduling.meeting where id = \(id) for update
      """, as: Planned.self)
    guard let found else { throw Problem.notFound("Cette réunion") }
    guard found.startsAt > moment else {
      throw Problem.conflict(
        "deja-passe", "Cette réunion a commencé.", detail: "Prévoyez-en une autre pour ces personnes.")
    }
    return MeetingTask(
      meeting: id, capacity: found.capacity,
      appointment: AppointmentDraft(
        agent: found.agent, kind: found.kind, theme: found.theme, place: found.place, startsAt: found.startsAt,
        minutes: Int(found.startsAt.distance(to: found.endsAt) / 60), reminder: reminder))
  }
}
