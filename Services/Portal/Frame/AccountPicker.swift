import API
import Domain
import Foundation
import Service

/// Chooses a colleague by name in a form: the field suggests, and what was typed is looked up when the form is sent.
enum AccountPicker {
  /// How a colleague is written in the field: the structure tells two namesakes apart.
  static func label(_ account: AccountRow) -> String {
    account.organisation.map { "\(account.name) · \($0.name)" } ?? account.name
  }

  /// What the field suggests: the first colleagues by name. Typing another name works as well.
  static func names(_ visit: Visit, organisation: ID<Organisation>? = nil) async throws -> [String] {
    let query = AccountQuery(organisation: organisation, status: .active, limit: 200)
    return try await visit.services.call(IdentityAPI.listAccounts, [:], query).items.map(label)
  }

  /// The colleague that the field names, or nil with a fault at the field.
  static func chosen(_ field: String, _ visit: Visit, _ faults: inout FormFaults) async throws -> ID<Account>? {
    guard let typed = visit.form[field] else {
      faults.add(field, "Choisissez un collaborateur.")
      return nil
    }
    let (account, fault) = try await found(typed, visit)
    if let fault { faults.add(field, fault) }
    return account
  }

  /// The colleague of this name, or why it is none. A form that comes back says who was found.
  static func found(_ typed: String, _ visit: Visit) async throws -> (account: ID<Account>?, fault: String?) {
    if let known = ID<Account>(typed) { return (known, nil) }
    let name = typed.split(separator: "·").first.map { $0.trimmingCharacters(in: .whitespaces) } ?? typed
    let query = AccountQuery(q: name, status: .active, limit: 20)
    let found = try await visit.services.call(IdentityAPI.listAccounts, [:], query).items
    let exact = found.filter { label($0) == typed }
    if exact.count == 1 { return (exact[0].id, nil) }
    if found.count == 1 { return (found[0].id, nil) }
    return (
      nil,
      found.isEmpty
        ? "Aucun collaborateur ne s’appelle « \(typed) ». Vérifiez l’orthographe."
        : "Plusieurs collaborateurs correspondent à « \(typed) ». Choisissez-en un dans la liste proposée."
    )
  }
}
