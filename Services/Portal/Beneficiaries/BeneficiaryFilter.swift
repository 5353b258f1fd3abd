import API
import Domain
import Foundation

/// What a list of dossiers is narrowed to and how it is sorted: all of it is in the address.
struct BeneficiaryFilter: Sendable, Equatable {
  var q: String?
  /// Whether names that are written nearly so are wanted even where some are written exactly so.
  var close: Bool
  /// One of these; so with every list of values.
  var states: [DossierState]
  var entitlements: [EntitlementState]
  var duties: Bool?
  /// Beginnings of communes' names or of postal codes.
  var communes: [String]
  var leads: [ID<Account>]
  var structures: [ID<Organisation>]
  var territories: [ID<Territory>]
  var enteredFrom: CalendarDate?
  var enteredUntil: CalendarDate?
  var ageFrom: Int?
  var ageUntil: Int?
  /// Of an appointment; with days, of one on these days.
  var themes: [String]
  var metFrom: CalendarDate?
  var metUntil: CalendarDate?
  var withoutContract: Bool
  var unseenSince: CalendarDate?
  /// Whether the last full feed still held the person.
  var refreshed: Bool?
  /// Only what is archived; else none of it (rule C22).
  var archived: Bool
  /// What is asked of their characteristics, all at once (the guide's *Recherche de cas*).
  var criteria: [CharacteristicCriterion]
  /// Those ticked and kept under a name.
  var selection: ID<SavedSearch>?
  var sort: DossierSearch.Sort
  var after: String?

  /// Words it does not know are left out, as if they were not there.
  init(_ query: FormAnswers, today: CalendarDate) {
    func day(_ name: String) -> CalendarDate? { query[name].flatMap { FrenchDate.read($0, today: today) } }
    q = query["q"]
    close = query["proches"] == "oui"
    states = query.all("etat").compactMap { DossierState(word: $0) }
    entitlements = query.all("droit").compactMap(EntitlementState.init(rawValue:))
    duties = ["oui": true, "non": false][query["sdd"] ?? ""]
    communes = query.all("commune").flatMap { $0.split(separator: ",") }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    leads = query.all("referent").compactMap { ID<Account>($0) }
    structures = query.all("structure").compactMap { ID<Organisation>($0) }
    territories = query.all("territoire").compactMap { ID<Territory>($0) }
    enteredFrom = day("entree-du")
    enteredUntil = day("entree-au")
    ageFrom = query.int("age-de").flatMap(Self.age)
    ageUntil = query.int("age-a").flatMap(Self.age)
    themes = query.all("theme").filter { !$0.isEmpty }
    metFrom = day("rdv-du")
    metUntil = day("rdv-au")
    withoutContract = query["sans-cer"] == "oui"
    unseenSince = day("sans-rdv")
    refreshed = ["oui": true, "non": false][query["deverse"] ?? ""]
    archived = query["archives"] == "oui"
    criteria = query.all(Self.criterion).compactMap { CharacteristicCriterion(text: $0) }
    selection = query.id("selection")
    sort = Self.sortWords.first { $0.value == query["tri"] }?.key ?? .recent
    after = query["apres"]
  }

  /// A search that was saved.
  init(_ search: DossierSearch) {
    q = search.q
    close = search.close ?? false
    states = search.state ?? []
    entitlements = search.entitlement ?? []
    duties = search.duties
    communes = search.commune ?? []
    leads = search.lead ?? []
    structures = search.organisation ?? []
    territories = search.territory ?? []
    (enteredFrom, enteredUntil) = (search.enteredFrom, search.enteredUntil)
    (ageFrom, ageUntil) = (search.ageFrom, search.ageUntil)
    themes = search.theme ?? []
    (metFrom, metUntil) = (search.metFrom, search.metUntil)
    withoutContract = search.withoutContract ?? false
    unseenSince = search.withoutAppointmentSince
    refreshed = search.refreshed
    archived = search.archived ?? false
    criteria = (search.criteria ?? []).compactMap { CharacteristicCriterion(text: $0) }
    selection = search.selection
    sort = search.sort ?? .recent
  }

  /// Its name in an address, once for each.
  static let criterion = "critere"

  private static let sortWords: [DossierSearch.Sort: String] = [.name: "nom", .recent: "recent", .entered: "entree"]

  private static func age(_ years: Int) -> Int? { (0...130).contains(years) ? years : nil }

  var isNarrowed: Bool { pairs.contains { $0.value != nil && $0.name != "proches" } }

  /// Whether it is the same list, wherever one is in it.
  func isSame(as other: BeneficiaryFilter) -> Bool {
    var (mine, theirs) = (self, other)
    (mine.after, theirs.after) = (nil, nil)
    return mine == theirs
  }

  func search(limit: Int?) -> DossierSearch {
    func some<Value>(_ values: [Value]) -> [Value]? { values.isEmpty ? nil : values }
    var search = DossierSearch(
      q: q, close: close ? true : nil, state: some(states), entitlement: some(entitlements), duties: duties,
      lead: some(leads), organisation: some(structures), territory: some(territories), commune: some(communes),
      refreshed: refreshed, criteria: some(criteria.map(\.text)), selection: selection, sort: sort, limit: limit,
      after: after)
    (search.enteredFrom, search.enteredUntil) = (enteredFrom, enteredUntil)
    (search.ageFrom, search.ageUntil) = (ageFrom, ageUntil)
    search.theme = some(themes)
    (search.metFrom, search.metUntil) = (metFrom, metUntil)
    search.withoutContract = withoutContract ? true : nil
    search.withoutAppointmentSince = unseenSince
    search.archived = archived ? true : nil
    return search
  }

  private var pairs: [(name: String, value: String?)] {
    var pairs: [(name: String, value: String?)] = []
    func add(_ name: String, _ value: String?) { pairs.append((name, value)) }
    func add(_ name: String, each values: [String]) { for value in values { add(name, value) } }
    add("q", q)
    add("proches", close ? "oui" : nil)
    add("etat", each: states.map(\.word))
    add("droit", each: entitlements.map(\.rawValue))
    add("sdd", duties.map { $0 ? "oui" : "non" })
    add("commune", each: communes)
    add("referent", each: leads.map(\.description))
    add("structure", each: structures.map(\.description))
    add("territoire", each: territories.map(\.description))
    add("entree-du", enteredFrom?.written)
    add("entree-au", enteredUntil?.written)
    add("age-de", ageFrom.map { String($0) })
    add("age-a", ageUntil.map { String($0) })
    add("theme", each: themes)
    add("rdv-du", metFrom?.written)
    add("rdv-au", metUntil?.written)
    add("sans-cer", withoutContract ? "oui" : nil)
    add("sans-rdv", unseenSince?.written)
    add("deverse", refreshed.map { $0 ? "oui" : "non" })
    add("archives", archived ? "oui" : nil)
    add("selection", selection?.description)
    add(Self.criterion, each: criteria.map(\.text))
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
  var values: [HiddenValue] { values(but: []) }

  /// What a form carries along, but for what it asks itself.
  func values(but asked: Set<String>) -> [HiddenValue] {
    (pairs + [("tri", Self.sortWords[sort])]).compactMap { name, value in
      asked.contains(name) ? nil : value.map { HiddenValue(name, $0) }
    }
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
  ///   - names: what the criteria are called in words.
  ///   - isArchivist: whether who looks reaches the archives.
  func bar(_ names: CriterionNames = CriterionNames(), isArchivist: Bool = false) -> FilterBar {
    let active = parts(names).map { Link($0.chip, address($0.without)) }
    let states = DossierState.allCases.map { Choice($0.word, $0.label, isChosen: [$0] == self.states) }
    let rights = EntitlementState.allCases.map { Choice($0.rawValue, $0.label, isChosen: [$0] == entitlements) }
    let sorts = [
      Choice("recent", "Consultés récemment", isChosen: sort == .recent),
      Choice("nom", "Nom", isChosen: sort == .name),
      Choice("entree", "Entrées les plus récentes", isChosen: sort == .entered),
    ]
    // Of several values each has its link that takes it away; a list shows one.
    let fields: [Field?] = [
      .text("q", "Nom, prénom ou numéro", value: q, maximumLength: 100, .optional),
      self.states.count > 1 ? nil : .select("etat", "État", [Choice("", "Tous")] + states, .optional),
      entitlements.count > 1 ? nil : .select("droit", "Droit", [Choice("", "Tous")] + rights, .optional),
      .select("tri", "Trier par", sorts, .optional),
    ]
    let more: [Field] = [
      .select(
        "proches", "Orthographe",
        [Choice("", "Telle qu’écrite"), Choice("oui", "Noms proches aussi", isChosen: close)], .optional),
      .select("sdd", "Droits et devoirs", duties.choices("Soumis (SDD)", "Non soumis (NSDD)"), .optional),
      .select("deverse", "Déversement", refreshed.choices(refreshedLabel(true), refreshedLabel(false)), .optional),
      .text(
        "commune", "Commune ou code postal", value: communes.joined(separator: ", "), maximumLength: 60, .optional),
    ]
    let archives = Field.select(
      "archives", "Archives",
      [Choice("", "Dossiers en cours"), Choice("oui", "Dossiers archivés", isChosen: archived)], .optional)
    let all = more + (isArchivist ? [archives] : [])
    let asked = fields.compactMap { $0 } + all
    return FilterBar(
      address: "/beneficiaires", fields: fields.compactMap { $0 }, more: all, active: active,
      reset: "/beneficiaires?tri=recent",
      save: active.isEmpty ? nil : Link("Enregistrer cette recherche", address("/beneficiaires/recherches/nouvelle")),
      values: values(but: Set(asked.map(\.name))))
  }
}

func refreshedLabel(_ refreshed: Bool) -> String {
  refreshed ? "Toujours déversé" : "N’est plus déversé"
}

extension Bool? {
  /// All, yes, no.
  func choices(_ yes: String, _ no: String) -> [Choice] {
    [
      Choice("", "Tous"), Choice("oui", yes, isChosen: self == true), Choice("non", no, isChosen: self == false),
    ]
  }
}
