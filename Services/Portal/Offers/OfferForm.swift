import API
import Domain
import Foundation
import Service

/// An offer, new or changed, with its sessions.
struct OfferForm: DraftForm {
  let visit: Visit
  /// Nil for a new one.
  let offer: Offer?
  let operators: [Operator]
  let classes: CountyList
  let operations: [FSEOperation]
  let territories: [ID<Territory>: String]
  let characteristics: CountyList

  static func load(_ visit: Visit) async throws -> OfferForm {
    async let showing = shown(visit)
    async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(limit: 200))
    async let classing = visit.services.call(ServiceName.fse.lists.all)
    async let paying = visit.services.call(FSEAPI.listOperations)
    async let naming = territoryNames(visit)
    return try await OfferForm(
      visit: visit, offer: showing, operators: carrying.items, classes: classing[.offerClass],
      operations: paying.items, territories: naming, characteristics: classing[.characteristic])
  }

  private static func shown(_ visit: Visit) async throws -> Offer? {
    guard visit.parameters["offer"] != nil else { return nil }
    return try await visit.services.call(FSEAPI.showOffer, ["offer": try visit.id("offer", of: Offer.self)])
  }

  struct Draft: Sendable {
    var offer: OfferDraft
    var partners: [ID<Operator>] = []
    var territories: [ID<Territory>] = []
    var showsPhone = false
    /// How each is answered that is asked at the end.
    var characteristics: [String: OfferCharacteristic.Kind] = [:]
    /// By their line in the form; a line without a name is a session to take away.
    var sessions: [Int: OfferSession]

    subscript(kindOf code: String) -> OfferCharacteristic.Kind? {
      get { characteristics[code] }
      set { characteristics[code] = newValue }
    }

    subscript(line: Int) -> OfferSession? {
      get { sessions[line] }
      set { sessions[line] = newValue }
    }

    var lines: [Int] { sessions.keys.sorted() }

    /// What is sent: the offer with its sessions.
    var whole: OfferDraft {
      var whole = offer
      whole.sessions = lines.compactMap { sessions[$0] }
      whole.partners = offer.needsPartner ? partners : []
      whole.territories = territories
      whole.showsPhone = showsPhone
      whole.characteristics = characteristics.sorted { $0.key < $1.key }.map {
        OfferCharacteristic(code: $0.key, kind: $0.value)
      }
      return whole
    }
  }

  var groups: [QuestionGroup<Draft>] {
    let sessions = (0..<lines).map { QuestionGroup(nil, isPaired: true, all: [Self.session($0)]) }
    return fields + asked + sessions
  }

  private var fields: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .line("name", \.offer.name, "Nom", most: 200, missing: "Donnez un nom à l’offre."),
        .list(
          "classification", \.offer.classification, "Classe", none: "Choisissez une classe",
          missing: "Choisissez une classe.", of: classes),
        .list(
          "operator", \.offer.operator, "Opérateur", none: "Aucun",
          operators.map { Choice($0.id.description, $0.details.name) }
        ).help("Laissez vide si plusieurs opérateurs la réalisent"),
        .box("needsPartner", \.offer.needsPartner, "Plusieurs opérateurs, à choisir à chaque inscription"),
        .boxes(
          "partners", \.partners, "Opérateurs possibles", operators.map { Choice($0.id.description, $0.details.name) }
        )
        .when("needsPartner", is: "oui").help("Aucun coché : tous les opérateurs proposés"),
        .list(
          "operation", \.offer.operation, "Opération FSE", none: "Aucune",
          operations.map { Choice($0.id.description, $0.name) })),
      QuestionGroup(
        isPaired: true, .date("startsOn", \.offer.startsOn, "Début", missing: "Indiquez le début de l’offre."),
        .date("endsOn", \.offer.endsOn, "Fin", missing: "Indiquez la fin de l’offre.")
          .notBefore("startsOn", \.offer.startsOn, \.offer.endsOn)),
      QuestionGroup(
        .area("description", \.offer.description, "Description", most: 4000),
        .box("active", \.offer.active, "Offre active"),
        .boxes(
          "territories", \.territories, "Territoires",
          territories.sorted { French.isBefore($0.value, $1.value) }.map { Choice($0.key.description, $0.value) },
          isInline: true
        ).help("Aucun coché : tout le département"),
        .box("needsAttendance", \.offer.needsAttendance, "Nécessite la saisie de présence"),
        .box("needsReport", \.offer.needsReport, "Bilan de fin d’étape demandé"),
        .box("openToOperator", \.offer.openToOperator, "Dossiers des inscrits ouverts à l’opérateur"),
        .box("showsPhone", \.showsPhone, "Téléphone des inscrits montré à l’opérateur")
          .when("openToOperator", is: "oui"),
        .box("usesSessions", \.offer.usesSessions, "Organisée en sessions")),
    ]
  }

  private var asked: [QuestionGroup<Draft>] {
    let questions = characteristics.offered().map { entry in
      Question<Draft>.list(
        "characteristic.\(entry.code)", \.[kindOf: entry.code], entry.label, none: "Non demandée", width: .medium,
        OfferCharacteristic.Kind.allCases.map { Choice($0.rawValue, $0.label) }
      ).quiet()
    }
    guard !questions.isEmpty else { return [] }
    return [
      QuestionGroup(
        "Caractéristiques de fin d’étape", text: "Ce que le référent ou l’opérateur peut saisir avec le bilan.",
        isPaired: true, all: questions)
    ]
  }

  /// The sessions that there are, and three lines for new ones.
  private var lines: Int {
    let typed = (0..<200).last { visit.form["sessions.\($0).name"] != nil }.map { $0 + 1 } ?? 0
    return min(max(typed, offer?.sessions.count ?? 0) + 3, 200)
  }

  private static func session(_ line: Int) -> Question<Draft> {
    let (name, from, until) = ("sessions.\(line).name", "sessions.\(line).startsOn", "sessions.\(line).endsOn")
    let places = "sessions.\(line).places"
    return .parts(
      "sessions.\(line)", "Session \(line + 1)", fields: [name, from, until, places], hidden: ["sessions.\(line).id"],
      isRequired: false,
      written: { draft in
        draft[line].map {
          [
            $0.name, French.short($0.startsOn), French.short($0.endsOn), $0.places.map { String($0) } ?? "",
            $0.id?.description ?? "",
          ]
        } ?? ["", "", "", "", ""]
      },
      reading: { typed, visit, draft in
        guard !typed[0].isEmpty else {
          draft[line] = nil
          return []
        }
        let first = FrenchDate.read(typed[1], today: visit.today)
        let last = FrenchDate.read(typed[2], today: visit.today)
        var faults: [FieldFault] = []
        if first == nil {
          faults.append(FieldFault(from, typed[1].isEmpty ? "Indiquez son début." : FrenchDate.fault(typed[1])))
        }
        if last == nil {
          faults.append(FieldFault(until, typed[2].isEmpty ? "Indiquez sa fin." : FrenchDate.fault(typed[2])))
        }
        let count = Int(typed[3])
        if !typed[3].isEmpty, count.map({ $0 < 1 }) ?? true {
          faults.append(FieldFault(places, "Écrivez le nombre de places en chiffres, ou laissez vide."))
        }
        guard let first, let last, faults.isEmpty else { return faults }
        draft[line] = OfferSession(id: ID(typed[4]), name: typed[0], startsOn: first, endsOn: last, places: count)
        return []
      },
      drawing: { typed, common in
        [
          .text(name, "Session \(line + 1)", value: typed[0], maximumLength: 200, common(name)),
          .date(from, "Du", value: typed[1], common(from)), .date(until, "Au", value: typed[2], common(until)),
          .text(
            places, "Places", value: typed[3], width: .narrow, maximumLength: 5, inputMode: .numeric, common(places)),
        ]
      }
    ).when("usesSessions", is: "oui").words { text in
      let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
      return parts.count < 3 || parts[0].isEmpty ? nil : "\(parts[0]), du \(parts[1]) au \(parts[2])"
    }
  }

  var draft: Draft {
    guard let offer else {
      return Draft(
        offer: OfferDraft(
          name: "", operator: visit.query.id("operateur"), classification: "", startsOn: visit.today,
          endsOn: visit.today), sessions: [:])
    }
    var stored = offer.asDraft
    stored.sessions = []
    return Draft(
      offer: stored, partners: offer.partners.map(\.id), territories: offer.territories, showsPhone: offer.showsPhone,
      characteristics: Dictionary(offer.characteristics.map { ($0.code, $0.kind) }) { first, _ in first },
      sessions: Dictionary(uniqueKeysWithValues: offer.sessions.enumerated().map { ($0, $1) }))
  }

  var version: Int? { offer?.version }
  var opening: FormAnswers? {
    guard offer == nil else { return nil }
    let carrier = visit.query["operateur"].map { [(name: "operator", value: $0)] } ?? []
    return FormAnswers([(name: "active", value: "oui")] + carrier)
  }

  private var back: Link { offer.map { Link("Offre", "/offres/\($0.id)") } ?? Link("Offres", "/offres") }
  var sending: Sending { Sending("offre", offer == nil ? "Ajouter l’offre" : "Enregistrer", cancel: back.address) }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(offer == nil ? "Ajouter une offre" : "Modifier l’offre", back: back)
    return visit.page(head, .offers, notices + [form])
  }

  func outOfBounds(_ draft: Draft) throws -> [Fault] {
    Problem.invalid(try draft.whole.outOfBounds).moved("sessions", to: draft.lines).faults ?? []
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let sent = draft.whole
    do {
      let saved =
        if let offer {
          try await visit.services.call(FSEAPI.changeOffer, ["offer": offer.id], sent, version: version)
        } else { try await visit.services.call(FSEAPI.addOffer, [:], sent, key: visit.key) }
      return .see("/offres/\(saved.id)", saying: "L’offre « \(saved.name) » est enregistrée.")
    } catch let problem as Problem {
      throw problem.moved("sessions", to: draft.lines)
    }
  }
}

extension Problem {
  /// The problem with its faults at the lines of the form: empty lines were not sent.
  func moved(_ list: String, to lines: [Int]) -> Problem {
    var problem = self
    problem.faults = faults?.map { fault in
      let parts = fault.field.split(separator: ".").map(String.init)
      guard parts.first == list, parts.count > 1, let sent = Int(parts[1]), lines.indices.contains(sent) else {
        return fault
      }
      let place = ([list, String(lines[sent])] + parts.dropFirst(2)).joined(separator: ".")
      return Fault(place, fault.code, fault.message)
    }
    return problem
  }
}

extension OfferCharacteristic.Kind: FormValue {
  var label: String {
    switch self {
    case .text: "Texte"
    case .number: "Nombre"
    case .date: "Date"
    case .yesNo: "Oui ou non"
    }
  }
}
