import API
import Domain
import Foundation

/// What a list of dossiers is narrowed to and how it is sorted: all of it is in the address.
struct BeneficiaryFilter: Sendable, Equatable {
  var q: String?
  /// Whether names that are written nearly so are wanted even where some are written exactly so.
  var close: Bool
  var state: DossierState?
  var entitlement: EntitlementState?
  var duties: Bool?
  var commune: String?
  var lead: ID<Account>?
  /// Whether the last full feed still held the person.
  var refreshed: Bool?
  /// Whether the archives are searched instead of the caseload.
  var archived = false
  /// What is asked of their characteristics, all at once (the guide's *Recherche de cas*).
  var criteria: [CharacteristicCriterion] = []
  var sort: DossierSearch.Sort
  var after: String?

  /// Words it does not know are left out, as if they were not there.
  init(_ query: FormAnswers) {
    q = query["q"]
    close = query["proches"] == "oui"
    state = DossierState(word: query["etat"])
    entitlement = query["droit"].flatMap(EntitlementState.init(rawValue:))
    duties = ["oui": true, "non": false][query["sdd"] ?? ""]
    commune = query["commune"]
    lead = query.id("referent")
    refreshed = ["oui": true, "non": false][query["deverse"] ?? ""]
    archived = query["archives"] == "oui"
    criteria = query.all(Self.criterion).compactMap { CharacteristicCriterion(text: $0) }
    sort = Self.sortWords.first { $0.value == query["tri"] }?.key ?? .recent
    after = query["apres"]
  }

  /// A search that was saved.
  init(_ search: DossierSearch) {
    q = search.q
    close = search.close ?? false
    state = search.state
    entitlement = search.entitlement
    duties = search.duties
    commune = search.commune
    lead = search.lead
    refreshed = search.refreshed
    archived = search.archived ?? false
    criteria = (search.criteria ?? []).compactMap { CharacteristicCriterion(text: $0) }
    sort = search.sort ?? .recent
  }

  /// Its name in an address, once for each.
  static let criterion = "critere"

  private static let sortWords: [DossierSearch.Sort: String] = [.name: "nom", .recent: "recent", .entered: "entree"]

  var isNarrowed: Bool {
    q != nil || state != nil || entitlement != nil || duties != nil || commune != nil || lead != nil
      || refreshed != nil || archived || !criteria.isEmpty
  }

  /// Whether it is the same list, wherever one is in it.
  func isSame(as other: BeneficiaryFilter) -> Bool {
    var (mine, theirs) = (self, other)
    (mine.after, theirs.after) = (nil, nil)
    return mine == theirs
  }

  func search(limit: Int?) -> DossierSearch {
    DossierSearch(
      q: q, close: close ? true : nil, state: state, entitlement: entitlement, duties: duties, lead: lead,
      commune: commune, refreshed: refreshed,
      criteria: criteria.isEmpty ? nil : criteria.map(\.text), sort: sort, limit: limit, after: after,
      archived: archived ? true : nil)
  }

  private var pairs: [(name: String, value: String?)] {
    var pairs: [(name: String, value: String?)] = [
      ("q", q), ("proches", close ? "oui" : nil), ("etat", state?.word), ("droit", entitlement?.rawValue),
      ("sdd", duties.map { $0 ? "oui" : "non" }), ("commune", commune), ("referent", lead?.description),
      ("deverse", refreshed.map { $0 ? "oui" : "non" }), ("archives", archived ? "oui" : nil),
    ]
    for criterion in criteria { pairs.append((Self.criterion, criterion.text)) }
    return pairs
  }

  /// The address of the same list from another place on.
  ///
  /// - Parameter always: names the order even where it is the usual one, so that the address is not the bare one, which
  ///   opens with what the person chose.
  func address(after cursor: String?, always: Bool = false) -> String {
    address("/beneficiaires", after: cursor, always: always)
  }

  func address(_ path: String, after cursor: String? = nil, always: Bool = true) -> String {
    let order = sort == .recent && !always && isNarrowed ? nil : Self.sortWords[sort]
    let parts = (pairs + [("tri", order), ("apres", cursor)]).compactMap { name, value in
      value.flatMap { $0.addingPercentEncoding(withAllowedCharacters: .urlPathPart) }.map { "\(name)=\($0)" }
    }
    return parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
  }

  /// What a form carries to save it.
  var values: [HiddenValue] {
    (pairs + [("tri", Self.sortWords[sort])]).compactMap { name, value in value.map { HiddenValue(name, $0) } }
  }

  /// The criteria in words.
  ///
  /// - Parameter known: the characteristics that the criteria may be about.
  func words(_ known: [Characteristic]) -> [(label: String, value: String)] {
    var words: [(label: String, value: String)] = []
    if let q { words.append(("Nom ou numéro", close ? "« \(q) », noms proches aussi" : "« \(q) »")) }
    if let state { words.append(("État", state.label)) }
    if let entitlement { words.append(("Droit", entitlement.label)) }
    if let duties { words.append(("Droits et devoirs", dutiesLabel(duties))) }
    if let commune { words.append(("Commune", commune)) }
    if lead != nil { words.append(("Référent", "Un référent de parcours")) }
    if let refreshed { words.append(("Déversement", refreshedLabel(refreshed))) }
    if archived { words.append(("Archives", "Dossiers archivés")) }
    for criterion in criteria { words.append((known.label(of: criterion), criterion.words(known))) }
    if sort != .recent { words.append(("Ordre", sort == .name ? "Par nom" : "Entrées les plus récentes")) }
    return words
  }

  /// The same list from its beginning with something changed.
  func address(_ change: (inout BeneficiaryFilter) -> Void) -> String {
    var copy = self
    change(&copy)
    return copy.address(after: nil, always: true)
  }

  func columns(_ chosen: [ListView.Column]) -> [Column] {
    [Column("Nom", sort: address { $0.sort = .name }, order: sort == .name ? .ascending : nil)]
      + chosen.map { column in
        column == .since
          ? Column(
            column.label, sort: address { $0.sort = .entered }, order: sort == .entered ? .descending : nil,
            isNumber: true, isSecondary: true)
          : Column(column.label, isNumber: column.isNumber, isSecondary: column.isSecondary)
      }
  }

  /// - Parameters:
  ///   - leadName: of the référent that the list is narrowed to.
  ///   - known: the characteristics that the criteria may be about.
  ///   - isArchivist: whether who looks reaches the archives.
  func bar(leadName: String? = nil, _ known: [Characteristic] = [], isArchivist: Bool = false) -> FilterBar {
    var active: [Link] = []
    if let q { active.append(Link("« \(q) »", address { $0.q = nil })) }
    if close { active.append(Link("Noms proches aussi", address { $0.close = false })) }
    if let state { active.append(Link("État : \(state.label)", address { $0.state = nil })) }
    if let entitlement { active.append(Link("Droit : \(entitlement.label)", address { $0.entitlement = nil })) }
    if duties != nil { active.append(Link(dutiesWord(duties), address { $0.duties = nil })) }
    if let commune { active.append(Link("Commune : \(commune)", address { $0.commune = nil })) }
    if lead != nil { active.append(Link("Réf. \(leadName ?? "choisi")", address { $0.lead = nil })) }
    if let refreshed { active.append(Link(refreshedLabel(refreshed), address { $0.refreshed = nil })) }
    if archived { active.append(Link("Archives", address { $0.archived = false })) }
    active += criteria.map { criterion in
      Link(
        "\(known.label(of: criterion)) : \(criterion.words(known))",
        address { $0.criteria.removeAll { $0 == criterion } })
    }
    let states = DossierState.allCases.map { Choice($0.word, $0.label, isChosen: $0 == state) }
    let rights = EntitlementState.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == entitlement) }
    let sorts = [
      Choice("recent", "Consultés récemment", isChosen: sort == .recent),
      Choice("nom", "Nom", isChosen: sort == .name),
      Choice("entree", "Entrées les plus récentes", isChosen: sort == .entered),
    ]
    return FilterBar(
      address: "/beneficiaires",
      fields: [
        .text("q", "Nom, prénom ou numéro", value: q, maximumLength: 100, .optional),
        .select("etat", "État", [Choice("", "Tous")] + states, .optional),
        .select("droit", "Droit", [Choice("", "Tous")] + rights, .optional),
        .select("tri", "Trier par", sorts, .optional),
      ],
      more: [
        .select(
          "proches", "Orthographe",
          [Choice("", "Telle qu’écrite"), Choice("oui", "Noms proches aussi", isChosen: close)], .optional),
        .select("sdd", "Droits et devoirs", duties.choices("Soumis (SDD)", "Non soumis (NSDD)"), .optional),
        .select("deverse", "Déversement", refreshed.choices(refreshedLabel(true), refreshedLabel(false)), .optional),
        .text("commune", "Commune", value: commune, maximumLength: 60, .optional),
      ] + (isArchivist ? [archives] : []), active: active, reset: "/beneficiaires?tri=recent",
      save: active.isEmpty ? nil : Link("Enregistrer cette recherche", address("/beneficiaires/recherches/nouvelle")),
      values: (lead.map { [HiddenValue("referent", $0.description)] } ?? [])
        + criteria.map { HiddenValue(Self.criterion, $0.text) })
  }
}

extension BeneficiaryFilter {
  private var archives: Field {
    .select(
      "archives", "Archives",
      [Choice("", "Dossiers en cours"), Choice("oui", "Dossiers archivés", isChosen: archived)], .optional)
  }
}

private func refreshedLabel(_ refreshed: Bool) -> String {
  refreshed ? "Toujours déversé" : "N’est plus déversé"
}

extension Bool? {
  /// All, yes, no.
  fileprivate func choices(_ yes: String, _ no: String) -> [Choice] {
    [
      Choice("", "Tous"), Choice("oui", yes, isChosen: self == true), Choice("non", no, isChosen: self == false),
    ]
  }
}
