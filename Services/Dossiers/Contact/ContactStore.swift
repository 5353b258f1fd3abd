import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Corrections of a person's phone number and address: kept whatever the feed says later (rule C11).
struct ContactStore: Sendable {
  let postgres: PostgresClient
  let dossiers: DossierStore

  private struct Before: Decodable, Sendable {
    let phone: String?
    let email: String?
  }

  /// - Throws: 422 with every fault; 412 with the dossier as it is now.
  func change(
    _ change: ContactChange, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> DossierDetail {
    let (phone, email) = try Self.checked(change)
    return try await postgres.withTransaction(as: caller) { transaction in
      guard
        let before = try await transaction.first(
          "select phone, email from dossiers.dossier where id = \(dossier) for update", as: Before.self)
      else { throw Problem.notFound("Ce dossier") }
      _ = try await dossiers.read(dossier, in: transaction).held(version: version)
      var fields: [ContactChanged.Field] = []
      if before.phone != phone {
        fields.append(.phone)
        try await transaction.execute(
          "update dossiers.dossier set phone = \(phone), phone_source = 'local', phone_changed_at = \(moment) where id = \(dossier)"
        )
      }
      if before.email != email {
        fields.append(.email)
        try await transaction.execute(
          "update dossiers.dossier set email = \(email), email_source = 'local', email_changed_at = \(moment) where id = \(dossier)"
        )
      }
      if !fields.isEmpty {
        try await transaction.execute(
          "update dossiers.dossier set version = version + 1, updated_at = \(moment) where id = \(dossier)")
        try await transaction.announce(ContactChanged(dossier: dossier, fields: fields), at: moment)
      }
      return try await dossiers.read(dossier, in: transaction)
    }
  }

  /// The number in its national form and the trimmed address.
  private static func checked(_ change: ContactChange) throws -> (phone: String?, email: String?) {
    var faults: [Fault] = []
    var phone: String?
    let typed = (change.phone ?? "").trimmingCharacters(in: .whitespaces)
    if !typed.isEmpty {
      phone = PhoneNumber(typed)?.national
      if phone == nil {
        faults.append(
          Fault("phone", "numero", "Ce numéro n’est pas un numéro français. Écrivez par exemple 06 12 34 56 78."))
      }
    }
    let email = (change.email ?? "").trimmingCharacters(in: .whitespaces)
    if !email.isEmpty, !EmailAddress.isPlausible(email) {
      faults.append(
        Fault("email", "adresse", "Cette adresse n’est pas complète. Écrivez par exemple prenom.nom@exemple.fr."))
    }
    if !faults.isEmpty { throw Problem.invalid(faults) }
    return (phone, email.isEmpty ? nil : email)
  }
}

func addContactRoutes(to routes: Routes, store: ContactStore) {
  routes.handle(DossiersAPI.changeContact) { change, request in
    try await store.change(
      change, of: request.dossier, version: request.version, for: request.caller, at: request.now)
  }
}
