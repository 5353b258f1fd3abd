import API
import Domain
import Service

func addStructureFormPages(to pages: Pages) {
  pages.form("administration/structures/nouvelle", rights: [.administer], StructureForm.self)
  pages.form("administration/structures/{organisation}", rights: [.administer], StructureForm.self)
}

private let base = "/administration/structures"

/// A structure, new or changed.
struct StructureForm: SettingForm {
  let visit: Visit
  /// Nil for a new one.
  let structure: OrganisationRow?
  let territories: [TerritoryRow]

  static let room = "Structure"

  static func load(_ visit: Visit) async throws -> StructureForm {
    async let listing = visit.services.call(IdentityAPI.listTerritories)
    async let showing = shown(visit)
    let (territories, structure) = try await (listing.items, showing)
    return StructureForm(visit: visit, structure: structure, territories: territories)
  }

  private static func shown(_ visit: Visit) async throws -> OrganisationRow? {
    guard visit.parameters["organisation"] != nil else { return nil }
    return try await visit.services.call(
      IdentityAPI.showOrganisation, ["organisation": try visit.id("organisation", of: Organisation.self)])
  }

  var groups: [QuestionGroup<NewOrganisation>] {
    let kinds = OrganisationKind.allCases.map { Choice($0.rawValue, $0.label, help: $0.help) }
    // What the service keeps when it is not said cannot be taken away by choosing nothing.
    let none = structure?.territory == nil ? "Tout le département" : nil
    var questions: [Question<NewOrganisation>] = [
      .line("name", \.name, "Nom", missing: "Indiquez le nom de la structure."),
      .radios("kind", \.kind, "Nature", kinds, missing: "Choisissez la nature de la structure."),
      .list(
        "territory", \.territory, "Territoire", none: none, width: .medium,
        territories.map { Choice($0.id.description, $0.name) }),
    ]
    questions += [
      .line("address", \.address, "Adresse").help("Numéro et rue ; les courriers la portent"),
      .line("postalCode", \.postalCode, "Code postal", width: .narrow, inputMode: .numeric),
      .line("commune", \.commune, "Commune", width: .medium),
    ]
    if structure == nil {
      questions.append(
        .line("genesisRef", \.genesisRef, "Référence Genesis", width: .medium).help("Si Genesis nomme cette structure"))
    }
    return [QuestionGroup(nil, all: questions)]
  }

  var draft: NewOrganisation {
    structure.map {
      NewOrganisation(
        name: $0.name, kind: $0.kind, territory: $0.territory, address: $0.address, postalCode: $0.postalCode,
        commune: $0.commune)
    }
      ?? NewOrganisation(name: "", kind: .accompagnement)
  }

  var version: Int? { structure?.version }

  private var isPending: Bool { structure?.pending == true }

  var sending: Sending {
    Sending(
      "structure",
      structure == nil ? "Ajouter la structure" : isPending ? "Confirmer la structure" : "Enregistrer", cancel: base)
  }

  var head: PageHead {
    let people = structure.map {
      Action(
        "Ses collaborateurs", Address("/administration/collaborateurs", ["structure": $0.id.description]).text,
        icon: .users)
    }
    return PageHead(
      structure?.name ?? "Ajouter une structure", lead: structure?.genesisRef.map { "Référence Genesis : \($0)" },
      back: Link("Structures et territoires", base), badges: structure.map { [$0.badge] } ?? [],
      actions: people.map { [$0] } ?? [])
  }

  func body(_ form: any Piece) -> [any Piece] {
    let waiting = Notice(
      "Genesis nomme cette structure", "Vérifiez son nom et sa nature, puis confirmez-la.", .waiting)
    return isPending ? [waiting, form] : [form]
  }

  func save(_ draft: NewOrganisation, version: Int?) async throws -> PageAnswer {
    guard let structure else {
      let added = try await visit.services.call(IdentityAPI.addOrganisation, [:], draft, key: visit.key)
      return .see(base, saying: "La structure « \(added.name) » est ajoutée.")
    }
    // What was emptied is sent empty: left out, it would stay as it was.
    let change = OrganisationChange(
      name: draft.name, kind: draft.kind, territory: draft.territory, address: draft.address ?? "",
      postalCode: draft.postalCode ?? "", commune: draft.commune ?? "")
    let saved = try await visit.services.call(
      IdentityAPI.changeOrganisation, ["organisation": structure.id], change, version: version)
    return .see(base, saying: "La structure « \(saved.name) » est enregistrée.")
  }

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/reference-prise") ? "genesisRef" : nil }
}

extension OrganisationKind: FormValue {}

extension OrganisationKind {
  fileprivate var help: String {
    switch self {
    case .departement: "Un service du conseil départemental"
    case .accompagnement: "Suit des bénéficiaires pour le département"
    case .operateur: "Réalise des offres d’insertion"
    }
  }
}
