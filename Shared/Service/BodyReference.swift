import API
import Domain
import Foundation
import Postgres

/// An identifier in a body, and what must hold of it: that there is such a thing, that it belongs where it is put, and
/// that it exists for the caller. Stores say it in the transaction that writes it (`Transaction.check`).
public struct BodyReference: Sendable {
  let field: String
  let message: String
  /// Gives a row where it holds. Run as the caller, so that the policies have their say.
  let statement: SQL

  /// - Parameter message: what to do about it, in French.
  public init(_ field: String, _ message: String, _ statement: SQL) {
    self.field = field
    self.message = message
    self.statement = statement
  }

  /// An account that is not closed.
  public static func account(_ id: ID<Account>, at field: String) -> BodyReference {
    BodyReference(
      field, "Cette personne n’a pas de compte ouvert. Choisissez-en une autre.",
      "select from identity.v1_account where id = \(id) and status <> 'closed'")
  }

  /// An account, open or closed: what may be searched for.
  public static func anyAccount(_ id: ID<Account>, at field: String) -> BodyReference {
    BodyReference(
      field, "Cette personne n’a pas de compte. Choisissez-en une autre.",
      "select from identity.v1_account where id = \(id)")
  }

  public static func organisation(_ id: ID<Organisation>, at field: String) -> BodyReference {
    BodyReference(
      field, "Cette structure n’existe pas. Choisissez-en une de la liste.",
      "select from identity.v1_organisation where id = \(id)")
  }

  public static func territory(_ id: ID<Territory>, at field: String) -> BodyReference {
    BodyReference(
      field, "Ce territoire n’existe pas. Choisissez-en un de la liste.",
      "select from identity.v1_territory where id = \(id)")
  }

  /// A step of this dossier.
  public static func step(_ id: ID<Step>, of dossier: ID<Dossier>, at field: String) -> BodyReference {
    BodyReference(
      field, "Cette étape n’est pas celle de la personne. Choisissez-en une de son parcours.",
      "select from fse.v1_step where id = \(id) and dossier = \(dossier)")
  }
}

extension Transaction {
  /// Each of these that does not hold, as a fault at its field; asked in one statement.
  public func faults(of references: [BodyReference?]) async throws -> [Fault] {
    let references = references.compactMap(\.self)
    guard !references.isEmpty else { return [] }
    let asked = references.enumerated().map { index, reference -> SQL in
      "(\(unsafeSQL: String(index)), exists (\(reference.statement)))"
    }
    let wrong = try await query(
      """
      select place from (values \(asked.joined(separator: ", "))) as reference (place, holds)
      where not holds order by place
      """, as: Int.self)
    return wrong.map { Fault(references[$0].field, "inconnu", references[$0].message) }
  }

  /// - Throws: 422 with every reference that does not hold.
  public func check(_ references: BodyReference?...) async throws { try await check(references) }

  /// - Throws: 422 with every reference that does not hold.
  public func check(_ references: [BodyReference?]) async throws {
    let faults = try await faults(of: references)
    if !faults.isEmpty { throw Problem.invalid(faults) }
  }

  private struct Standing: Decodable, Sendable {
    let profile: Profile
    let organisation: ID<Organisation>?
    let territories: [ID<Territory>]
  }

  /// Whether a dossier exists for somebody else, under one of their profiles: their policies are asked.
  public func isReached(_ dossier: ID<Dossier>, by account: ID<Account>) async throws -> Bool {
    let standings = try await query(
      """
      select p.profile, coalesce(p.organisation, a.organisation) as organisation, p.territories
      from identity.v1_account_profile p join identity.v1_account a on a.id = p.account
      where a.id = \(account) and a.status <> 'closed' order by p.profile
      """, as: Standing.self)
    for standing in standings {
      let other = Caller(
        account: account, name: "", profile: standing.profile, scope: standing.profile.scope,
        territories: standing.territories, organisation: standing.organisation, today: caller.today)
      if try await gives("select from dossiers.v1_dossier where id = \(dossier)", to: other) { return true }
    }
    return false
  }
}
