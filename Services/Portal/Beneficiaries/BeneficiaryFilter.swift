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
    sort = Self.sortWords.first { $0.value == query["tri"] }?.key ?? .recent
    after = query["apres"]
  }

  private static let sortWords: [DossierSearch.Sort: String] = [.name: "nom", .recent: "recent", .entered: "entree"]

  var isNarrowed: Bool {
    q != nil || state != nil || entitlement != nil || duties != nil || commune != nil
  }

  func search(limit: Int) -> DossierSearch {
    DossierSearch(
      q: q, close: close ? true : nil, state: state, entitlement: entitlement, duties: duties, commune: commune,
      sort: sort, limit: limit, after: after)
  }

  /// The address of the same list from another place on.
  func address(after cursor: String?) -> String {
    Address(
      "/beneficiaires",
      [
        "q": q, "proches": close ? "oui" : nil, "etat": state?.word, "droit": entitlement?.rawValue,
        "sdd": duties.map { $0 ? "oui" : "non" },
        "commune": commune, "tri": sort == .recent ? nil : Self.sortWords[sort], "apres": cursor,
      ]
    ).text
  }

  /// The same list from its beginning with something changed.
  private func address(_ change: (inout BeneficiaryFilter) -> Void) -> String {
    var copy = self
    change(&copy)
    return copy.address(after: nil)
  }

  /// - Parameter withReferent: whether the list holds several référents' dossiers.
  func columns(withReferent: Bool) -> [Column] {
    let referent = withReferent ? [Column("Référent de parcours", isSecondary: true)] : []
    return [
      Column("Nom", sort: address { $0.sort = .name }, order: sort == .name ? .ascending : nil),
      Column("Commune"), Column("État"), Column("Droit"), Column("Devoirs", isSecondary: true),
    ] + referent + [
      Column(
        "Suivi depuis", sort: address { $0.sort = .entered }, order: sort == .entered ? .descending : nil,
        isNumber: true, isSecondary: true),
      Column("Actualisé", isNumber: true, isSecondary: true),
    ]
  }

  var bar: FilterBar {
    var active: [Link] = []
    if let q { active.append(Link("« \(q) »", address { $0.q = nil })) }
    if close { active.append(Link("Noms proches aussi", address { $0.close = false })) }
    if let state { active.append(Link("État : \(state.label)", address { $0.state = nil })) }
    if let entitlement { active.append(Link("Droit : \(entitlement.label)", address { $0.entitlement = nil })) }
    if duties != nil { active.append(Link(dutiesWord(duties), address { $0.duties = nil })) }
    if let commune { active.append(Link("Commune : \(commune)", address { $0.commune = nil })) }
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
        .select(
          "sdd", "Droits et devoirs",
          [
            Choice("", "Tous"), Choice("oui", "Soumis (SDD)", isChosen: duties == true),
            Choice("non", "Non soumis (NSDD)", isChosen: duties == false),
          ], .optional),
        .text("commune", "Commune", value: commune, maximumLength: 60, .optional),
      ], active: active, reset: "/beneficiaires")
  }
}
