import API
import Domain
import Service

func addStructureFormPages(to pages: Pages) {
  pages.get("administration/structures/nouvelle", rights: [.administer]) { visit in
    try await structureForm(visit, nil, FormAnswers([("kind", "accompagnement")]), version: nil, FormFaults())
  }
  pages.post("administration/structures/nouvelle", rights: [.administer]) { visit in try await add(visit) }
  pages.get("administration/structures/{organisation}", rights: [.administer]) { visit in
    let structure = try await shown(visit)
    return try await structureForm(visit, structure, structure.answers, version: structure.version, FormFaults())
  }
  pages.post("administration/structures/{organisation}", rights: [.administer]) { visit in try await change(visit) }
}

private let base = "/administration/structures"
private let fields = ["name", "kind", "territory", "genesisRef"]

private func shown(_ visit: Visit) async throws -> OrganisationRow {
  let id = try visit.id("organisation", of: Organisation.self)
  return try await visit.services.call(IdentityAPI.showOrganisation, ["organisation": id])
}

extension OrganisationRow {
  fileprivate var answers: FormAnswers {
    FormAnswers([("name", name), ("kind", kind.rawValue), ("territory", territory?.description ?? "")])
  }
}

/// - Parameter structure: nil for a new one.
private func structureForm(
  _ visit: Visit, _ structure: OrganisationRow?, _ typed: FormAnswers, version: Int?, _ faults: FormFaults,
  notices: [Notice] = []
) async throws -> PageAnswer {
  let territories = try await visit.services.call(IdentityAPI.listTerritories).items
  // What the service keeps when it is not said cannot be taken away by choosing nothing.
  let none = structure?.territory == nil ? [Choice("", "Tout le département")] : []
  let places =
    none + territories.map { Choice($0.id.description, $0.name, isChosen: $0.id.description == typed["territory"]) }
  let kinds = OrganisationKind.allCases.map {
    Choice($0.rawValue, $0.label, help: $0.help, isChosen: $0.rawValue == typed["kind"])
  }
  let reference = Field.text(
    "genesisRef", "Référence Genesis", value: typed["genesisRef"], width: .medium, maximumLength: 50,
    faults.common("genesisRef", help: "Si Genesis nomme cette structure", isRequired: false))
  let isPending = structure?.pending == true
  let form = Form(
    id: "structure", address: structure.map { "\(base)/\($0.id)" } ?? "\(base)/nouvelle",
    groups: [
      FieldGroup(
        fields: [
          .text("name", "Nom", value: typed["name"], maximumLength: 200, faults.common("name")),
          .radios("kind", "Nature", kinds, faults.common("kind")),
          .select(
            "territory", "Territoire", places, width: .medium, faults.common("territory", isRequired: false)),
        ] + (structure == nil ? [reference] : []))
    ], values: [version.map { HiddenValue("version", String($0)) } ?? Visit.freshKey],
    submit: structure == nil ? "Ajouter la structure" : isPending ? "Confirmer la structure" : "Enregistrer",
    cancel: Link("Annuler", base))
  let people = structure.map {
    Action(
      "Ses collaborateurs", Address("/administration/collaborateurs", ["structure": $0.id.description]).text,
      icon: .users)
  }
  let head = PageHead(
    structure?.name ?? "Ajouter une structure", lead: structure?.genesisRef.map { "Référence Genesis : \($0)" },
    back: Link("Structures et territoires", base), badges: structure.map { [$0.badge] } ?? [],
    actions: people.map { [$0] } ?? [])
  let waiting =
    isPending
    ? [Notice("Genesis nomme cette structure", "Vérifiez son nom et sa nature, puis confirmez-la.", .waiting)] : []
  return visit.page(
    head, .administration, title: "Structure", waiting + notices + faults.general + [form]
  ).with(faults)
}

extension OrganisationKind {
  fileprivate var help: String {
    switch self {
    case .departement: "Un service du conseil départemental"
    case .accompagnement: "Suit des bénéficiaires pour le département"
    case .operateur: "Réalise des offres d’insertion"
    }
  }
}

private func kind(_ form: FormAnswers, _ faults: inout FormFaults) -> OrganisationKind? {
  let kind = form["kind"].flatMap(OrganisationKind.init(rawValue:))
  if kind == nil { faults.add("kind", "Choisissez la nature de la structure.") }
  if form["name"] == nil { faults.add("name", "Indiquez le nom de la structure.") }
  return kind
}

private func add(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  let (form, kind) = (visit.form, kind(visit.form, &faults))
  if faults.isEmpty, let kind, let name = form["name"] {
    let new = NewOrganisation(
      name: name, kind: kind, territory: form.id("territory"), genesisRef: form["genesisRef"])
    do {
      let added = try await visit.services.call(IdentityAPI.addOrganisation, [:], new, key: visit.key)
      return .see(base, saying: "La structure « \(added.name) » est ajoutée.")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: fields)
      if problem.type.hasSuffix("/reference-prise") { faults.add("genesisRef", problem.title) }
    }
  }
  return try await structureForm(visit, nil, form, version: nil, faults)
}

private func change(_ visit: Visit) async throws -> PageAnswer {
  let (form, version) = (visit.form, try visit.version)
  var faults = FormFaults()
  let kind = kind(form, &faults)
  let id = try visit.id("organisation", of: Organisation.self)
  if faults.isEmpty {
    let change = OrganisationChange(name: form["name"], kind: kind, territory: form.id("territory"))
    do {
      let saved = try await visit.services.call(
        IdentityAPI.changeOrganisation, ["organisation": id], change, version: version)
      return .see(base, saying: "La structure « \(saved.name) » est enregistrée.")
    } catch let problem as Problem where problem.status == 412 {
      let current = try await shown(visit)
      let notice = Notice(
        "Cette structure a changé pendant que vous l’aviez ouverte",
        "Elle s’appelle maintenant « \(current.name) ». Votre saisie est conservée : vérifiez-la, puis enregistrez.",
        .waiting)
      return try await structureForm(visit, current, form, version: current.version, faults, notices: [notice])
        .with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: fields)
    }
  }
  return try await structureForm(visit, try await shown(visit), form, version: version, faults)
}
