import API
import Domain
import Foundation

/// What happened to a person of the file, in the address and in words.
struct FeedOutcome {
  let outcome: FeedRow.Outcome

  init(_ outcome: FeedRow.Outcome) { self.outcome = outcome }

  init?(_ word: String?) {
    guard let outcome = FeedRow.Outcome.allCases.first(where: { FeedOutcome($0).word == word }) else { return nil }
    self.outcome = outcome
  }

  var word: String {
    switch outcome {
    case .created: "crees"
    case .updated: "mis-a-jour"
    case .quarantined: "de-cote"
    case .exit: "sorties"
    }
  }

  var label: String { outcome.label }

  var badge: Badge {
    switch outcome {
    case .created: Badge("Créé", .done, icon: .plus)
    case .updated: Badge("Mis à jour", .info, icon: .refresh)
    case .quarantined: Badge("De côté", .late, icon: .alert)
    case .exit: Badge("Sortie proposée", .waiting, icon: .clock)
    }
  }

  func count(in counts: FeedRun.Counts) -> Int {
    switch outcome {
    case .created: counts.created
    case .updated: counts.updated
    case .quarantined: counts.quarantined
    case .exit: counts.exits
    }
  }
}

extension FeedRowQuery {
  /// What the address narrows the persons to.
  init(_ query: FormAnswers, limit: Int? = 50) {
    self.init(
      outcome: FeedOutcome(query["effet"])?.outcome, field: query["champ"], problem: query["motif"], limit: limit,
      after: query["apres"])
  }
}

/// What a run did, person by person, by kind of effect.
func feedRows(_ run: FeedRun, _ page: Page<FeedRow>, _ query: FeedRowQuery, _ visit: Visit) -> [any Piece] {
  let base = visit.path
  func address(_ word: String?, after: String? = nil) -> String {
    Address(base, ["effet": word, "champ": query.field, "motif": query.problem, "apres": after]).text + "#lignes"
  }
  let isNarrowed = query.field != nil || query.problem != nil
  let all = Link("Tous", base + "#lignes", isCurrent: query.outcome == nil && !isNarrowed)
  let tabs = FeedRow.Outcome.allCases.map(FeedOutcome.init).map { outcome in
    Link(
      outcome.label, Address(base, ["effet": outcome.word]).text + "#lignes", count: outcome.count(in: run.counts),
      countLabel: "personnes", isCurrent: query.outcome == outcome.outcome && !isNarrowed)
  }
  let moved = Link(
    "Changent de référent", Address(base, ["champ": "lead"]).text + "#lignes", count: run.counts.moved,
    countLabel: "personnes", isCurrent: query.field == "lead")
  let rows = page.items.map { row in
    Row(
      id: String(row.position),
      address: row.dossier.map { "/dossiers/\($0)" }
        ?? row.aside.map { "\(asidesAddress)/\($0.uuidString.lowercased())" },
      name: row.name ?? "ligne \(row.position)",
      mark: row.outcome == .quarantined ? .late : .neutral,
      [
        Cell(row.name ?? "Ligne \(row.position)", detail: row.genesisId), Cell(FeedOutcome(row.outcome).badge),
        Cell(row.outcome == .quarantined ? problemText(row.problems) : changeText(row.changes)),
      ])
  }
  let word = query.outcome.map { FeedOutcome($0).word }
  let table = Table(
    id: "personnes", caption: "Personnes du fichier",
    columns: [Column("Personne"), Column("Effet"), Column("Détail")], rows: rows,
    empty: EmptyState("Personne", "Le fichier n’a eu cet effet sur personne.", icon: .users),
    pager: Pager(
      first: query.after == nil ? nil : address(word), next: page.next.map { address(word, after: $0) }))
  var pieces: [any Piece] = [Tabs("Effets", [all] + tabs + [moved])]
  let narrowed =
    query.field.map { "Champ modifié : \(FeedWords.field($0))" }
    ?? query.problem.map { "Motif : \(FeedWords.problem($0))" }
  if let narrowed, query.field != "lead" {
    pieces.append(Notice(narrowed, nil, actions: [Action("Voir tout le monde", base + "#lignes", weight: .plain)]))
  }
  let export = Action(
    "Exporter (CSV)",
    Address("\(base)/differences", ["effet": word, "champ": query.field, "motif": query.problem]).text, icon: .download)
  let actions = page.items.isEmpty ? [] : [export]
  return [Panel("Personne par personne", id: "lignes", actions: actions, pieces + [table])]
}

/// « Commune : Privas → Aubenas ; … »: each field that the feed changed, as it was and as it is.
func changeText(_ changes: JSONValue) -> String? {
  guard case .object(let fields) = changes else { return nil }
  let texts = fields.sorted { $0.key < $1.key }.map { name, change -> String in
    let label = FeedWords.field(name)
    guard case .array(let pair) = change, pair.count == 2 else { return "\(label) : \(plain(change))" }
    // The run keeps identifiers and codes; people read words.
    if name == "exit" { return "Sortie le \(word(pair[0], of: name)) : \(word(pair[1], of: name))" }
    if name == "territory" { return "\(label) changé" }
    if name == "nir" { return "\(label) corrigé" }
    return "\(label) : \(word(pair[0], of: name)) → \(word(pair[1], of: name))"
  }
  return texts.isEmpty ? nil : texts.joined(separator: " ; ")
}

private func word(_ value: JSONValue, of field: String) -> String {
  let text = plain(value)
  if field == "duties", text == "(vide)" { return "non précisé" }
  return FeedWords.value(text, of: field)
}

/// The sentences of what is wrong with a person's data.
func problemText(_ problems: JSONValue) -> String? {
  guard case .array(let items) = problems else { return problems.text }
  let texts = items.compactMap { $0["message"]?.text ?? $0.text }
  return texts.isEmpty ? nil : texts.joined(separator: " ")
}

private func plain(_ value: JSONValue?) -> String {
  switch value {
  case .string(let text)?: text.isEmpty ? "(vide)" : text
  case .integer(let number)?: String(number)
  case .number(let number)?: String(number)
  case .bool(let flag)?: flag ? "oui" : "non"
  case nil, .null?, .array?, .object?: "(vide)"
  }
}
