import API
import Domain
import Service

/// An operator, new or changed: coordinates first, then what is known besides.
struct OperatorForm: DraftForm {
  let visit: Visit
  /// Nil for a new one.
  let stored: Operator?
  /// The structures whose people may answer for it.
  let structures: [OrganisationRow]

  static func load(_ visit: Visit) async throws -> OperatorForm {
    async let showing = shown(visit)
    async let listing = visit.services.call(
      IdentityAPI.listOrganisations, [:], OrganisationQuery(kind: .operateur, limit: 200))
    return try await OperatorForm(visit: visit, stored: showing, structures: listing.items)
  }

  private static func shown(_ visit: Visit) async throws -> Operator? {
    guard visit.parameters["operator"] != nil else { return nil }
    return try await visit.services.call(
      FSEAPI.showOperator, ["operator": try visit.id("operator", of: Operator.self)])
  }

  var groups: [QuestionGroup<OperatorDetails>] {
    [
      QuestionGroup(
        .line("name", \.name, "Nom", missing: "Donnez le nom de l’opérateur."),
        .line("address", \.address, "Adresse")),
      QuestionGroup(
        isPaired: true, .line("postalCode", \.postalCode, "Code postal", width: .narrow),
        .line("commune", \.commune, "Commune"), .telephone("phone", \.phone, "Téléphone", most: 30),
        .email("email", \.email, "Courriel")),
      QuestionGroup(
        "Informations complémentaires", text: "Seulement si elles sont connues.",
        .line("contact", \.contact, "Interlocuteur"),
        .line("siret", \.siret, "SIRET", width: .medium, inputMode: .numeric).help("14 chiffres"),
        .area("remarks", \.remarks, "Remarques", rows: 3)),
      QuestionGroup(
        "Accès à Jalons",
        .list(
          "organisation", \.organisation, "Structure dont les collaborateurs répondent", none: "Aucune",
          structures.map { Choice($0.id.description, $0.name) }
        ).help("Ils voient les personnes inscrites sur les offres ouvertes à l’opérateur, et rien d’autre"),
        .box("active", \.active, "Opérateur proposé dans les offres")),
    ]
  }

  var draft: OperatorDetails { stored?.details ?? OperatorDetails(name: "") }
  var version: Int? { stored?.version }

  private var back: Link {
    stored.map { Link($0.details.name, operatorAddress($0.id)) } ?? Link("Opérateurs", operatorsAddress)
  }

  var sending: Sending {
    Sending("operateur", stored == nil ? "Ajouter l’opérateur" : "Enregistrer l’opérateur", cancel: back.address)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let head = PageHead(stored == nil ? "Ajouter un opérateur" : "Modifier l’opérateur", back: back)
    return visit.page(head, .offers, notices + [form])
  }

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/operateur-existant") ? "name" : nil }

  func save(_ draft: OperatorDetails, version: Int?) async throws -> PageAnswer {
    let saved =
      if let stored {
        try await visit.services.call(FSEAPI.changeOperator, ["operator": stored.id], draft, version: version)
      } else { try await visit.services.call(FSEAPI.addOperator, [:], draft, key: visit.key) }
    return .see(operatorAddress(saved.id), saying: "L’opérateur « \(saved.details.name) » est enregistré.")
  }
}
