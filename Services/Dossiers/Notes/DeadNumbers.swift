import API
import Domain
import Foundation
import Messaging
import Postgres

/// A number that no SMS reaches is a task on the dossier (rule M14): a note to its référent, which stays on their home page
/// until they close it.
enum DeadNumbers {
  static let handling: Consumer.Handling = .on(NumberRefused.self) { event, envelope, transaction in
    try await ask(for: event.dossier, at: envelope.time, in: transaction)
  }

  static let author = "Jalons"

  private struct Found: Decodable, Sendable {
    let phone: String?
    let lead: ID<Account>?
  }

  private static func ask(for dossier: ID<Dossier>, at moment: Date, in transaction: Transaction) async throws {
    let found = try await transaction.first(
      "select phone, lead from dossiers.dossier where id = \(dossier)", as: Found.self)
    // Corrected or taken away meanwhile, there is nothing to do.
    guard let found, let phone = found.phone, !phone.isEmpty else { return }
    let text = "Numéro à corriger : aucun SMS n’arrive au \(phone). Jalons n’en envoie plus à ce numéro."
    let (audience, id) = (found.lead == nil ? Note.Audience.public : .assigned, ID<Note>.new(at: moment))
    let isNew = try await transaction.execute(
      """
      insert into dossiers.note (id, dossier, author, author_name, text, audience, assignee, written_at)
      select \(id)::uuid, \(dossier)::uuid, \(transaction.caller.account)::uuid, \(author)::text, \(text)::text, \(audience)::text,
        \(found.lead)::uuid, \(moment)::timestamptz
      where not exists (select from dossiers.note where dossier = \(dossier) and text = \(text) and closed_at is null)
      """)
    guard isNew == 1 else { return }
    try await transaction.announce(
      NoteAdded(dossier: dossier, audience: audience, assignee: found.lead), at: moment)
  }
}
