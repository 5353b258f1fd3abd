import API
import Domain
import Foundation
import Service

/// What a list of contracts is narrowed to: all of it is in the address.
struct ContractView: Sendable {
  var shown: Shown
  var q: String?
  /// Days of the decision for decided contracts, else those on which they were worked out.
  var from: CalendarDate?
  var until: CalendarDate?
  var people: FollowedPeople
  var after: String?

  /// Which contracts: those to treat unless the address says otherwise.
  enum Shown: Equatable {
    case toTreat, all
    case one(ContractState)

    init(_ word: String?) {
      self = word == "tous" ? .all : ContractState(word: word).map(Shown.one) ?? .toTreat
    }

    var word: String {
      switch self {
      case .toTreat: "a-traiter"
      case .all: "tous"
      case .one(let state): state.word
      }
    }

    var states: [ContractState]? {
      switch self {
      case .toTreat: ContractState.toTreat
      case .all: nil
      case .one(let state): [state]
      }
    }

    /// Validated or not.
    var isDecided: Bool {
      if case .one(let state) = self { state.isDecided } else { false }
    }
  }

  init(_ visit: Visit, people: FollowedPeople) {
    let query = visit.query
    shown = Shown(query["etat"])
    q = query["q"]
    from = query["du"].flatMap { FrenchDate.read($0, today: visit.today) }
    until = query["au"].flatMap { FrenchDate.read($0, today: visit.today) }
    self.people = people
    after = query["apres"]
  }

  var filter: ContractFilter {
    var filter = ContractFilter(
      state: shown.states, q: q, lead: people.lead, organisation: people.organisation, territory: people.territory,
      after: after)
    if shown.isDecided {
      (filter.decidedFrom, filter.decidedUntil) = (from, until)
    } else {
      (filter.signedFrom, filter.signedUntil) = (from, until)
    }
    return filter
  }

  func address(_ path: String = "/contrats", _ change: (inout ContractView) -> Void = { _ in }) -> String {
    var copy = self
    change(&copy)
    return Address(
      path,
      [
        "etat": copy.shown == .toTreat ? nil : copy.shown.word, "q": copy.q, "du": copy.from?.written,
        "au": copy.until?.written, "referent": copy.people.leadText, "structure": copy.people.organisation?.description,
        "territoire": copy.people.territory?.description, "apres": copy.after,
      ]
    ).text
  }

  var isNarrowed: Bool {
    q != nil || from != nil || until != nil || people.leadText != nil || people.organisation != nil
      || people.territory != nil
  }

  /// The same list from its beginning.
  func start(_ change: (inout ContractView) -> Void = { _ in }) -> String {
    address {
      $0.after = nil
      change(&$0)
    }
  }

  /// What the days are those of.
  private var dayWord: String {
    switch shown {
    case .one(.accepted): "Validé"
    case .one(.refused): "Non validé"
    case .one, .toTreat, .all: "Élaboré"
    }
  }

  var bar: FilterBar {
    let choices =
      [Choice("a-traiter", "À traiter", isChosen: shown == .toTreat)]
      + ContractState.allCases.map { Choice($0.word, $0.label, isChosen: shown == .one($0)) }
      + [Choice("tous", "Tous", isChosen: shown == .all)]
    var active = q.map { [Link("« \($0) »", start { $0.q = nil })] } ?? []
    if let from { active.append(Link("\(dayWord) depuis le \(French.short(from))", start { $0.from = nil })) }
    if let until { active.append(Link("\(dayWord) jusqu’au \(French.short(until))", start { $0.until = nil })) }
    active += people.active { changed in start { $0.people = changed } }
    return FilterBar(
      address: "/contrats",
      fields: [
        .text("q", "Nom ou prénom", value: q, maximumLength: 80, .optional),
        .select("etat", "État", choices, .optional),
        .date("du", "\(dayWord) depuis le", value: from?.written, .optional),
        .date("au", "\(dayWord) jusqu’au", value: until?.written, .optional),
      ], more: people.fields, active: active,
      reset: start {
        ($0.q, $0.from, $0.until) = (nil, nil, nil)
        $0.people = $0.people.everybody
      })
  }
}

/// Whose people a list of follow-up is about: a référent's, a structure's, a territory's.
struct FollowedPeople: Sendable {
  var lead: ID<Account>?
  /// The référent as typed.
  var leadText: String?
  var organisation: ID<Organisation>?
  var territory: ID<Territory>?
  /// Why the référent that was typed is none.
  private(set) var fault: String?
  private var names: [String] = []
  private var organisations: [OrganisationRow] = []
  private var territories: [TerritoryRow] = []

  /// A référent has her own caseload and nothing to choose.
  static func load(_ visit: Visit) async throws -> FollowedPeople {
    var people = FollowedPeople()
    guard visit.person.scope != .own else { return people }
    async let naming = AccountPicker.names(visit)
    async let structures = visit.services.call(IdentityAPI.listOrganisations, [:], OrganisationQuery(limit: 200))
    async let places = visit.services.call(IdentityAPI.listTerritories)
    people.organisation = visit.query.id("structure")
    people.territory = visit.query.id("territoire")
    people.leadText = visit.query["referent"]
    if let typed = people.leadText { (people.lead, people.fault) = try await AccountPicker.found(typed, visit) }
    people.names = try await naming
    people.organisations = try await structures.items
    people.territories = try await places.items
    return people
  }

  var everybody: FollowedPeople {
    var copy = self
    (copy.lead, copy.leadText, copy.organisation, copy.territory) = (nil, nil, nil, nil)
    return copy
  }

  var notices: [any Piece] { fault.map { [Notice($0, nil, .waiting)] } ?? [] }

  var fields: [Field] {
    guard !names.isEmpty || !organisations.isEmpty || !territories.isEmpty else { return [] }
    return [
      .text("referent", "Référent de parcours", value: leadText, maximumLength: 200, suggestions: names, .optional),
      .select(
        "structure", "Structure",
        [Choice("", "Toutes")]
          + organisations.map { Choice($0.id.description, $0.name, isChosen: $0.id == organisation) }, .optional),
      .select(
        "territoire", "Territoire",
        [Choice("", "Tous")] + territories.map { Choice($0.id.description, $0.name, isChosen: $0.id == territory) },
        .optional),
    ]
  }

  /// What acts now; each link takes one away.
  func active(_ address: (FollowedPeople) -> String) -> [Link] {
    func without(_ change: (inout FollowedPeople) -> Void) -> String {
      var copy = self
      change(&copy)
      return address(copy)
    }
    var links: [Link] = []
    if let leadText { links.append(Link("Réf. \(leadText)", without { ($0.lead, $0.leadText) = (nil, nil) })) }
    if let organisation {
      let name = organisations.first { $0.id == organisation }?.name ?? "Structure choisie"
      links.append(Link(name, without { $0.organisation = nil }))
    }
    if let territory {
      let name = territories.first { $0.id == territory }?.name ?? "Territoire choisi"
      links.append(Link(name, without { $0.territory = nil }))
    }
    return links
  }

  /// As an address names them.
  func address(_ path: String, also others: [(String, String?)] = []) -> String {
    let own = [
      ("referent", leadText), ("structure", organisation?.description), ("territoire", territory?.description),
    ]
    let parts = (others + own).compactMap { name, value -> String? in
      guard let value, let written = value.addingPercentEncoding(withAllowedCharacters: .urlPathPart) else {
        return nil
      }
      return "\(name)=\(written)"
    }
    return parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
  }
}
