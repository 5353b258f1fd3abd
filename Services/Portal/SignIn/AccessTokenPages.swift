import API
import Domain
import Foundation
import Service

private let base = "/compte/jetons"

func addAccessTokenPages(to pages: Pages) {
  pages.get("compte/jetons/nouveau") { visit in try await tokenForm(visit, FormAnswers(), FormFaults()) }
  pages.post("compte/jetons/nouveau") { visit in try await addToken(visit) }
  pages.get("compte/jetons/{token}/revocation") { visit in try await revocationPage(visit) }
  pages.post("compte/jetons/{token}/revocation") { visit in
    _ = try await visit.services.call(
      IdentityAPI.revokeAccessToken, ["token": try visit.id("token", of: AccessToken.self)])
    return .see("/compte#jetons", saying: "Le jeton est révoqué : il n’ouvre plus rien.")
  }
}

extension ServiceName {
  /// What a token's reader understands by it.
  var label: String {
    switch self {
    case .identity: "Comptes et structures"
    case .dossiers: "Dossiers et flux"
    case .contracts: "Contrats"
    case .scheduling: "Agendas et envois"
    case .fse: "Offres, étapes et FSE"
    case .insight: "Infocentre"
    }
  }
}

/// On « Mon compte »: what programs may do in one's name.
func accessTokensPanel(_ tokens: [AccessTokenRow]) -> Panel {
  let items = tokens.map { token in
    let used =
      token.lastUsedAt.map {
        "dernier usage le \(French.moment($0))" + (token.lastAddress.map { " depuis \($0)" } ?? "")
      }
      ?? "jamais utilisé"
    return Item(
      token.name, text: reach(token.permits),
      meta: "\(token.profile?.label ?? "profil retiré") · jusqu’au \(French.long(token.expiresOn)) · \(used)",
      icon: .link, badges: token.profile == nil ? [Badge("Sans effet", .late, icon: .alert)] : [],
      actions: [
        Action(
          "Révoquer", "\(base)/\(token.id)/revocation", weight: .plain, confirmation: revocation(token))
      ])
  }
  return Panel(
    "Jetons d’accès", id: "jetons", count: items.count,
    actions: [Action("Créer un jeton", "\(base)/nouveau", icon: .plus, weight: .plain)],
    [
      ItemList(
        "Jetons d’accès", items,
        empty: EmptyState(
          "Aucun jeton", "Un jeton laisse un programme agir en votre nom, sans votre mot de passe.", icon: .link))
    ])
}

/// « Dossiers et flux : lecture · Agendas et envois : lecture et écriture ».
private func reach(_ permits: [String]) -> String {
  ServiceName.allCases.compactMap { service in
    let reads = permits.contains(Permit(service: service.rawValue, writing: false).rawValue)
    let writes = permits.contains(Permit(service: service.rawValue, writing: true).rawValue)
    guard reads || writes else { return nil }
    return "\(service.label) : \(reads && writes ? "lecture et écriture" : reads ? "lecture" : "écriture")"
  }.joined(separator: " · ")
}

private func revocation(_ token: AccessTokenRow) -> Confirmation {
  Confirmation(
    id: "revoquer-\(token.id)", title: "Révoquer le jeton « \(token.name) » ?",
    consequences: [
      "Le programme qui s’en sert est refusé dans la seconde.", "Ce qu’il a fait reste, à votre nom.",
      "Un jeton révoqué ne se rétablit pas : vous pourrez en créer un autre.",
    ], address: "\(base)/\(token.id)/revocation", label: "Révoquer", isDangerous: true, back: "/compte#jetons")
}

/// The question on a page of its own, for browsers without scripts.
private func revocationPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("token", of: AccessToken.self)
  let tokens = try await visit.services.call(IdentityAPI.listAccessTokens).items
  guard let token = tokens.first(where: { $0.id == id }) else { return .see("/compte#jetons") }
  let question = revocation(token)
  return visit.page(
    PageHead(question.title, back: Link("Mon compte", "/compte")), nil, title: "Révoquer un jeton",
    [Panel("Ce qui va se passer", [question])])
}

private func tokenForm(_ visit: Visit, _ typed: FormAnswers, _ faults: FormFaults) async throws -> PageAnswer {
  async let asking = visit.services.call(IdentityAPI.showMe)
  async let delaying = visit.services.call(ServiceName.identity.delays.all)
  let (me, usualDays) = try await (asking, delaying[.accessToken])
  let chosen = typed["profile"] ?? me.profile.id.description
  let profiles = me.profiles.filter { $0.replaces == nil }.map { choice in
    Choice(
      choice.id.description, [choice.label, choice.organisation?.name].compactMap { $0 }.joined(separator: " · "),
      isChosen: choice.id.description == chosen)
  }
  let reaches = ServiceName.allCases.map { service in
    let reach = typed["portee.\(service.rawValue)"] ?? ""
    return Field.radios(
      "portee.\(service.rawValue)", service.label,
      [
        Choice("", "Rien", isChosen: reach.isEmpty), Choice("lire", "Lire", isChosen: reach == "lire"),
        Choice("ecrire", "Lire et écrire", isChosen: reach == "ecrire"),
      ], isInline: true, faults.common("portee.\(service.rawValue)"))
  }
  let form = Form(
    id: "jeton", address: "\(base)/nouveau",
    groups: [
      FieldGroup(
        fields: [
          .text(
            "name", "Nom", value: typed["name"], maximumLength: 80,
            faults.common("name", help: "Ce que fait le programme ; le journal d’audit le montre à côté du vôtre"))
        ]
          + (profiles.count > 1
            ? [.select("profile", "Profil", profiles, width: .medium, faults.common("profile", isRequired: false))]
            : [])
          + [
            .date(
              "expiresOn", "Valable jusqu’au",
              value: typed["expiresOn"] ?? French.short(visit.today.adding(days: usualDays)),
              faults.common("expiresOn", help: "Un an au plus"))
          ]),
      FieldGroup(
        "Portée",
        text: "Le programme ne pourra rien de plus, et jamais plus que vous sous ce profil.", fields: reaches),
    ], submit: "Créer le jeton", cancel: Link("Annuler", "/compte#jetons"))
  let head = PageHead("Créer un jeton d’accès", back: Link("Mon compte", "/compte"))
  return visit.page(head, nil, faults.general + [form]).with(faults)
}

private func addToken(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  if visit.form["name"] == nil { faults.add("name", "Nommez le jeton, par exemple « Export de nuit ».") }
  let typed = visit.form["expiresOn"]
  let end = typed.flatMap { FrenchDate.read($0, today: visit.today) }
  if end == nil {
    faults.add(
      "expiresOn", typed.map { "« \($0) » n’est pas une date." } ?? "Indiquez jusqu’à quel jour le jeton est valable.")
  }
  let permits = ServiceName.allCases.flatMap { service -> [String] in
    let reach = visit.form["portee.\(service.rawValue)"]
    let read = Permit(service: service.rawValue, writing: false).rawValue
    switch reach {
    case "lire": return [read]
    case "ecrire": return [read, Permit(service: service.rawValue, writing: true).rawValue]
    default: return []
    }
  }
  if permits.isEmpty { faults.add("portee.identity", "Choisissez au moins une partie que le programme pourra lire.") }
  guard faults.isEmpty, let name = visit.form["name"], let end else {
    return try await tokenForm(visit, visit.form, faults)
  }
  do {
    let issued = try await visit.services.call(
      IdentityAPI.addAccessToken, [:],
      NewAccessToken(name: name, profile: visit.form.id("profile"), permits: permits, expiresOn: end))
    return issuedPage(visit, issued)
  } catch let problem as Problem {
    return try await tokenForm(visit, visit.form, FormFaults(problem, fields: ["name", "profile", "expiresOn"]))
  }
}

/// The secret. It is kept nowhere, so it is in the answer itself, this once.
private func issuedPage(_ visit: Visit, _ issued: IssuedAccessToken) -> PageAnswer {
  let panel = Panel(
    issued.token.name,
    [
      CopyValue(id: "jeton", "À donner au programme", issued.secret, confirmation: "Le jeton est copié."),
      Facts([
        Fact("Portée", reach(issued.token.permits)), Fact("Profil", issued.token.profile?.label),
        Fact("Valable jusqu’au", French.long(issued.token.expiresOn)),
      ]),
      Notice(
        "Ce jeton ne sera plus montré",
        "Copiez-le dans la configuration du programme, qui l’envoie dans l’en-tête « Authorization: Bearer … ». Qui le détient agit en votre nom : s’il s’égare, révoquez-le.",
        .waiting),
    ])
  let head = PageHead(
    "Le jeton est créé", back: Link("Mon compte", "/compte"),
    actions: [Action("J’ai copié le jeton", "/compte#jetons", icon: .check)])
  return visit.page(head, nil, title: "Jeton d’accès", [panel])
}
