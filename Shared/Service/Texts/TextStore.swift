import API
import Domain
import Foundation
import Postgres

extension CountyText {
  /// What is wrong with other words for it: a field that it needs and has not, one that does not exist, a subject that
  /// is missing.
  func faults(_ wording: TextWording) -> [Fault] {
    var faults: [Fault] = []
    if channel == .email, wording.subject?.trimmingCharacters(in: .whitespaces).isEmpty ?? true {
      faults.append(Fault("wording.subject", "obligatoire", "Donnez un objet au courriel."))
    }
    if wording.subject?.contains(where: \.isNewline) == true {
      faults.append(Fault("wording.subject", "ligne", "L’objet tient en une ligne."))
    }
    let inBody = TextWording(subject: nil, body: wording.body).names
    for field in fields where field.isRequired && !inBody.contains(field.name) {
      faults.append(
        Fault("wording.body", "champ", "Le texte doit contenir {\(field.name)} : \(field.meaning.lowercasedFirst)."))
    }
    let known = fields.map(\.name)
    let unknown = wording.names.filter { !known.contains($0) }.map { "{\($0)}" }
    if !unknown.isEmpty {
      let all = known.map { "{\($0)}" }.joined(separator: ", ")
      faults.append(
        Fault(
          "wording.body", "champ-inconnu",
          "\(unknown.joined(separator: ", ")) n’existe pas ici. Les champs sont : \(all)."))
    }
    // A link opens an account: it belongs in the body, where what is kept can be kept without it.
    if TextWording(subject: wording.subject, body: "").names.contains("lien") {
      faults.append(Fault("wording.subject", "lien", "Le lien personnel se met dans le texte, pas dans l’objet."))
    }
    return faults
  }

  var examples: [String: String] {
    Dictionary(fields.map { ($0.name, $0.example) }) { first, _ in first }
  }
}

extension String {
  fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}

extension Transaction {
  /// What a text says now. Read in its own service's schema.
  public func wording(of text: CountyText) async throws -> TextWording {
    struct Kept: Decodable, Sendable { let wording: TextWording? }
    let kept = try await first(
      """
      select wording from \(unsafeSQL: text.service.rawValue).text_version where text = \(text)
      order by position desc limit 1
      """, as: Kept.self)
    return kept?.wording ?? text.shipped
  }
}

/// The texts that one service sends: the functional administrator gives them other words, every version stays.
public struct TextStore: Sendable {
  let postgres: PostgresClient
  let service: ServiceName
  /// A text as it really leaves, and how many messages it makes; nil where it leaves as it is.
  let shortened: (@Sendable (String) -> (text: String, segments: Int))?

  public init(
    postgres: PostgresClient, service: ServiceName,
    shortened: (@Sendable (String) -> (text: String, segments: Int))? = nil
  ) {
    self.postgres = postgres
    self.service = service
    self.shortened = shortened
  }

  private struct Kept: Decodable, Sendable {
    let position: Int
    let wording: TextWording?
    let decidedAt: Date
    let accountName: String
  }

  func all(for caller: Caller) async throws -> [TextSheet] {
    try await postgres.withTransaction(as: caller) { transaction in
      var sheets: [TextSheet] = []
      for text in CountyText.allCases where text.service == service {
        sheets.append(try await read(text, in: transaction))
      }
      return sheets
    }
  }

  private func read(_ text: CountyText, in transaction: Transaction) async throws -> TextSheet {
    let kept = try await transaction.query(
      """
      select position, wording, decided_at, account_name from \(unsafeSQL: service.rawValue).text_version
      where text = \(text) order by position desc limit 100
      """, as: Kept.self)
    let wording = kept.first?.wording
    return TextSheet(
      name: text, wording: wording ?? text.shipped, isShipped: wording == nil,
      history: kept.map { .init(wording: $0.wording, decidedAt: $0.decidedAt, accountName: $0.accountName) },
      version: kept.first?.position ?? 0)
  }

  /// The same again changes nothing and leaves no line in the history.
  /// - Throws: 404; 412 with the text as it is now; 422 with everything that is wrong with the words.
  func change(
    _ name: String, to draft: TextDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> TextSheet {
    let text = try text(name)
    let faults = draft.wording.map(text.faults) ?? []
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.text.\(text.rawValue)")))")
      let before = try await read(text, in: transaction).held(version: version)
      // What Jalons comes with, typed word for word, is what Jalons comes with.
      let wording = draft.wording == text.shipped ? nil : draft.wording
      if wording ?? text.shipped == before.wording { return before }
      try await transaction.execute(
        """
        insert into \(unsafeSQL: service.rawValue).text_version (text, wording, decided_at, account, account_name)
        values (\(text), \(json: wording), \(moment), \(caller.account), \(caller.name))
        """)
      return try await read(text, in: transaction)
    }
  }

  func preview(_ name: String, _ wording: TextWording) throws -> TextPreview {
    let text = try text(name)
    let filled = wording.filled(text.examples)
    guard text.channel == .sms, let shortened else {
      return TextPreview(subject: filled.subject, body: filled.body, segments: nil)
    }
    let short = shortened(filled.body)
    return TextPreview(subject: nil, body: short.text, segments: short.segments)
  }

  private func text(_ name: String) throws -> CountyText {
    guard let found = CountyText(rawValue: name), found.service == service else { throw Problem.notFound("Ce texte") }
    return found
  }
}

public func addTextRoutes(to routes: Routes, store: TextStore) {
  let texts = store.service.texts
  routes.handle(texts.all) { _, request in try await store.all(for: request.caller) }
  routes.handle(texts.change) { draft, request in
    try await store.change(
      request.word("text"), to: draft, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(texts.preview) { wording, request in try store.preview(request.word("text"), wording) }
}
