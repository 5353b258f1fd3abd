import API
import Domain
import Foundation
import Service

func addOfferFormPages(to pages: Pages) {
  pages.get("offres/nouvelle", rights: [.editOffers]) { visit in
    try await formPage(visit, nil, FormAnswers([("active", "oui")]), version: nil, faults: FormFaults())
  }
  pages.post("offres/nouvelle", rights: [.editOffers]) { visit in try await save(visit, nil) }
  pages.get("offres/{offer}/modifier", rights: [.editOffers]) { visit in
    let id = try visit.id("offer", of: Offer.self)
    let offer = try await visit.services.call(FSEAPI.showOffer, ["offer": id])
    return try await formPage(visit, id, offer.answers, version: offer.version, faults: FormFaults())
  }
  pages.post("offres/{offer}/modifier", rights: [.editOffers]) { visit in
    try await save(visit, try visit.id("offer", of: Offer.self))
  }
}

private let boxes: KeyValuePairs<String, String> = [
  "active": "Offre active", "needsPartner": "Plusieurs opérateurs, à choisir à chaque inscription",
  "needsAttendance": "Émargement demandé", "needsReport": "Bilan demandé", "usesSessions": "Organisée en sessions",
  "openToOperator": "Dossiers des inscrits ouverts à l’opérateur",
]

private let fields = ["name", "operator", "classification", "startsOn", "endsOn", "description", "operation"]

/// Lines for new sessions, beside those there are.
private let freeLines = 3

extension Offer {
  fileprivate var answers: FormAnswers {
    let ticked: [(String, Bool)] = [
      ("active", active), ("needsPartner", needsPartner), ("needsAttendance", needsAttendance),
      ("needsReport", needsReport), ("usesSessions", usesSessions), ("openToOperator", openToOperator),
    ]
    var pairs: [(name: String, value: String)] = [
      ("name", name), ("operator", self.operator?.description ?? ""), ("classification", classification),
      ("startsOn", French.short(startsOn)), ("endsOn", French.short(endsOn)), ("description", description ?? ""),
      ("operation", operation?.description ?? ""),
    ]
    pairs += ticked.filter(\.1).map { (name: $0.0, value: "oui") }
    for (index, session) in sessions.enumerated() {
      pairs += [
        ("sessions.\(index).id", session.id?.description ?? ""), ("sessions.\(index).name", session.name),
        ("sessions.\(index).startsOn", French.short(session.startsOn)),
        ("sessions.\(index).endsOn", French.short(session.endsOn)),
      ]
    }
    return FormAnswers(pairs)
  }
}

extension FormAnswers {
  /// How many lines of sessions there are, filled in or not.
  fileprivate var sessionLines: Int {
    (0..<200).last { self["sessions.\($0).name"] != nil || self["sessions.\($0).id"] != nil }.map { $0 + 1 } ?? 0
  }
}

private func formPage(
  _ visit: Visit, _ offer: ID<Offer>?, _ typed: FormAnswers, version: Int?, faults: FormFaults, notices: [Notice] = []
) async throws -> PageAnswer {
  async let carrying = visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(limit: 200))
  async let classing = visit.services.call(ServiceName.fse.lists.all)
  async let paying = visit.services.call(FSEAPI.listOperations)
  let (operators, classes, operations) = try await (carrying.items, classing[.offerClass], paying.items)
  func chosen(_ name: String, _ pairs: [(String, String)], none: String) -> [Choice] {
    [Choice("", none)] + pairs.map { Choice($0.0, $0.1, isChosen: $0.0 == typed[name]) }
  }
  var several = faults.common("operator", isRequired: false)
  several.help = "Laissez vide si plusieurs opérateurs la réalisent"
  let address = offer.map { "/offres/\($0)/modifier" } ?? "/offres/nouvelle"
  let back = offer.map { Link("Offre", "/offres/\($0)") } ?? Link("Offres", "/offres")
  let form = Form(
    id: "offre", address: address,
    groups: [
      FieldGroup(fields: [
        .text("name", "Nom", value: typed["name"], maximumLength: 200, faults.common("name")),
        .select(
          "classification", "Classe",
          [Choice("", "Choisissez une classe")] + classes.choices(typed["classification"]),
          faults.common("classification")),
        .select(
          "operator", "Opérateur",
          chosen("operator", operators.map { ($0.id.description, $0.name) }, none: "Aucun"), several),
        .select(
          "operation", "Opération FSE",
          chosen("operation", operations.map { ($0.id.description, $0.name) }, none: "Aucune"),
          faults.common("operation", isRequired: false)),
      ]),
      FieldGroup(
        isPaired: true,
        fields: [
          .date("startsOn", "Début", value: typed["startsOn"], faults.common("startsOn")),
          .date("endsOn", "Fin", value: typed["endsOn"], faults.common("endsOn")),
        ]),
      FieldGroup(
        fields: [
          .area(
            "description", "Description", value: typed["description"], maximumLength: 4000,
            faults.common("description", isRequired: false))
        ]
          + boxes.map { name, label in
            .checkbox(name, label, isChecked: typed[name] != nil, faults.common(name, isRequired: false))
          }),
    ] + sessionGroups(typed, faults),
    values: [version.map { HiddenValue("version", String($0)) } ?? Visit.freshKey]
      + (0..<typed.sessionLines).compactMap { line in
        typed["sessions.\(line).id"].map { HiddenValue("sessions.\(line).id", $0) }
      }, submit: offer == nil ? "Ajouter l’offre" : "Enregistrer", cancel: Link("Annuler", back.address))
  let head = PageHead(offer == nil ? "Ajouter une offre" : "Modifier l’offre", back: back)
  return visit.page(head, .offers, notices + faults.general + [form]).with(faults)
}

private func sessionGroups(_ typed: FormAnswers, _ faults: FormFaults) -> [FieldGroup] {
  (0..<min(typed.sessionLines + freeLines, 200)).map { line in
    let place = "sessions.\(line)"
    func common(_ field: String) -> Field.Common {
      var common = faults.common("\(place).\(field)", isRequired: false)
      common.condition = "usesSessions=oui"
      return common
    }
    return FieldGroup(
      isPaired: true,
      fields: [
        .text(
          "\(place).name", "Session \(line + 1)", value: typed["\(place).name"], maximumLength: 200,
          common("name")),
        .date("\(place).startsOn", "Du", value: typed["\(place).startsOn"], common("startsOn")),
        .date("\(place).endsOn", "Au", value: typed["\(place).endsOn"], common("endsOn")),
      ])
  }
}

private func draft(_ visit: Visit, _ faults: inout FormFaults) -> OfferDraft? {
  let form = visit.form
  if form["name"] == nil { faults.add("name", "Donnez un nom à l’offre.") }
  if form["classification"] == nil { faults.add("classification", "Choisissez une classe.") }
  let startsOn = form.date("startsOn", today: visit.today, missing: "Indiquez le début de l’offre.", &faults)
  let endsOn = form.date("endsOn", today: visit.today, missing: "Indiquez la fin de l’offre.", &faults)
  if let startsOn, let endsOn, endsOn < startsOn {
    faults.add(
      "endsOn",
      "La fin (\(French.short(endsOn))) précède le début (\(French.short(startsOn))). Corrigez l’une des deux dates.")
  }
  var sessions: [OfferSession] = []
  for line in 0..<form.sessionLines {
    let place = "sessions.\(line)"
    // A line whose name was taken away is a session to take away.
    guard let name = form["\(place).name"] else { continue }
    let from = form.date("\(place).startsOn", today: visit.today, missing: "Indiquez son début.", &faults)
    let until = form.date("\(place).endsOn", today: visit.today, missing: "Indiquez sa fin.", &faults)
    if let from, let until {
      sessions.append(OfferSession(id: form.id("\(place).id"), name: name, startsOn: from, endsOn: until))
    }
  }
  guard faults.isEmpty, let name = form["name"], let classification = form["classification"], let startsOn, let endsOn
  else { return nil }
  return OfferDraft(
    name: name, operator: form.id("operator"), classification: classification, startsOn: startsOn, endsOn: endsOn,
    active: form["active"] != nil, needsPartner: form["needsPartner"] != nil,
    needsAttendance: form["needsAttendance"] != nil, needsReport: form["needsReport"] != nil,
    usesSessions: form["usesSessions"] != nil, openToOperator: form["openToOperator"] != nil,
    description: form["description"], operation: form.id("operation"), sessions: sessions)
}

/// - Parameter id: nil for a new offer.
private func save(_ visit: Visit, _ id: ID<Offer>?) async throws -> PageAnswer {
  let version = id == nil ? nil : try visit.version
  var faults = FormFaults()
  if let draft = draft(visit, &faults) {
    do {
      let offer: Offer
      if let id {
        offer = try await visit.services.call(FSEAPI.changeOffer, ["offer": id], draft, version: version)
      } else {
        offer = try await visit.services.call(FSEAPI.addOffer, [:], draft, key: visit.key)
      }
      return .see("/offres/\(offer.id)", saying: "L’offre « \(offer.name) » est enregistrée.")
    } catch let problem as Problem where problem.status == 412 {
      guard let id else { throw problem }
      let current = try await visit.services.call(FSEAPI.showOffer, ["offer": id])
      let notice = Notice(
        "Cette offre a changé entre-temps.",
        "Votre saisie est conservée : vérifiez-la, puis enregistrez de nouveau.", .waiting)
      return try await formPage(
        visit, id, visit.form, version: current.version, faults: FormFaults(), notices: [notice]
      ).with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(
        problem,
        fields: fields + boxes.map(\.key)
          + (0..<visit.form.sessionLines).flatMap { line in
            ["name", "startsOn", "endsOn"].map { "sessions.\(line).\($0)" }
          })
    }
  }
  return try await formPage(visit, id, visit.form, version: version, faults: faults)
}
