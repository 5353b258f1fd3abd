import API
import Domain
import Foundation
import Service

/// Where the suggestions of a field come from while one types (`SuggestionsRoom`).
enum Suggestions: String, Sendable {
  case colleagues = "collaborateurs"
  case structures
  case trades = "metiers"
  /// Those whose agenda is open to the person.
  case agendas

  var address: String { "/suggestions/\(rawValue)" }
}

extension Question {
  /// A colleague, by name: the field suggests while one types, and what was typed is looked up when the form is sent.
  ///
  /// - Parameter names: what is suggested before anything is typed.
  static func colleague(
    _ name: String, _ path: Path<ID<Account>?>, _ label: String, names: [String] = [],
    missing: String? = "Choisissez un collaborateur."
  ) -> Self {
    .found(
      name, label, from: .colleagues, names, isRequired: missing != nil,
      written: { $0[keyPath: path]?.description ?? "" }
    ) { text, visit, draft in
      guard let text else { return missing }
      let found = try await AccountPicker.found(text, visit)
      if let account = found.account { draft[keyPath: path] = account }
      return found.fault
    }
  }

  /// A structure, by name, likewise.
  static func structure(
    _ name: String, _ path: Path<ID<Organisation>?>, _ label: String, missing: String? = nil
  ) -> Self {
    .found(
      name, label, from: .structures, [], isRequired: missing != nil,
      written: { $0[keyPath: path]?.description ?? "" }
    ) { text, visit, draft in
      guard let text else {
        draft[keyPath: path] = nil
        return missing
      }
      let found = try await visit.services.call(
        IdentityAPI.listOrganisations, [:], OrganisationQuery(q: text, limit: 20)
      ).items
      let exact = found.filter { $0.name.caseInsensitiveCompare(text) == .orderedSame }
      guard let structure = exact.count == 1 ? exact[0] : found.count == 1 ? found[0] : nil else {
        return found.isEmpty
          ? "Aucune structure ne s’appelle « \(text) ». Vérifiez l’orthographe."
          : "Plusieurs structures correspondent à « \(text) ». Choisissez-en une dans la liste proposée."
      }
      draft[keyPath: path] = structure.id
      return nil
    }
  }

  /// A trade of the ROME, by words of its label or its code: the field suggests while one types.
  ///
  /// - Parameter called: what the stored trade is called.
  static func trade(
    _ name: String, _ path: Path<String?>, called: Path<String?>, _ label: String, missing: String
  ) -> Self {
    .found(
      name, label, from: .trades, [], isRequired: true,
      written: { [$0[keyPath: path], $0[keyPath: called]].compactMap { $0 }.joined(separator: " ") }
    ) { text, visit, draft in
      guard let text else { return missing }
      // « A1203 Aménagement et entretien des espaces verts », as it is suggested.
      let isCode = text.prefix(5).wholeMatch(of: /[A-Na-n][0-9]{4}/) != nil
      let words = isCode ? String(text.prefix(5)) : String(text.prefix(100))
      let found = try await visit.services.call(DossiersAPI.listTrades, [:], TradeQuery(q: words)).items
      let exact = found.filter { $0.label.caseInsensitiveCompare(text) == .orderedSame }
      guard let trade = exact.count == 1 ? exact[0] : found.count == 1 ? found[0] : nil else {
        return found.isEmpty
          ? "Aucun métier du ROME ne correspond à « \(text) ». Essayez un autre mot."
          : "Plusieurs métiers correspondent à « \(text) ». Choisissez-en un dans la liste proposée."
      }
      draft[keyPath: path] = trade.code
      draft[keyPath: called] = trade.label
      return nil
    }
  }

  private static func found(
    _ name: String, _ label: String, from source: Suggestions, _ names: [String], isRequired: Bool,
    written: @escaping @Sendable (Draft) -> String,
    finding: @escaping @Sendable (String?, Visit, inout Draft) async throws -> String?
  ) -> Self {
    Question(
      name, label, isRequired: isRequired, written: written,
      reading: { text, visit, draft in
        try await finding(text, visit, &draft).map { [FieldFault(name, $0)] } ?? []
      },
      drawing: { typed, common in
        [.text(name, label, value: typed, suggestions: names, searching: source.address, common(name))]
      })
  }
}
