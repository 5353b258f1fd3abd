import API
import Domain
import Foundation
import Service

/// Who one is here, the profiles one may act under, the sessions that are open, the second factor and the password.
func accountPage(_ visit: Visit, faults: FormFaults = FormFaults()) async throws -> PageAnswer {
  async let asking = visit.services.call(IdentityAPI.showMe)
  async let listing = visit.services.call(IdentityAPI.listSessions)
  async let factor = visit.services.call(IdentityAPI.showSecondFactor)
  // Whoever must enrol a second factor first has no tokens to look at yet.
  async let programs = visit.person.mustEnrol ? nil : visit.services.call(IdentityAPI.listAccessTokens).items
  async let replacing = visit.person.mustEnrol ? nil : visit.services.call(IdentityAPI.listDelegations).items
  let (me, sessions, state, tokens, delegations) = try await (asking, listing, factor, programs, replacing)
  let identity = Panel(
    "Identité",
    [
      Facts([
        Fact("Nom", me.account.name), Fact("Adresse électronique", me.account.email),
        Fact(
          "Téléphone professionnel", me.phone,
          action: Action("Modifier", "/compte/telephone", icon: .edit, weight: .plain)),
        Fact("Structure", me.organisation?.name),
        Fact("Territoires", me.territories.isEmpty ? nil : me.territories.map(\.name).joined(separator: ", ")),
      ])
    ])
  let body: [any Piece] =
    faults.general + [
      SideBySide(
        left: [identity, profilesPanel(me)]
          + (delegations.map { [delegationsPanel($0, .own, visit)] } ?? [])
          + (tokens.map { [accessTokensPanel($0)] } ?? []),
        right: [sessionsPanel(sessions.items, visit), secondFactorPanel(state), passwordPanel(me, faults)])
    ]
  return visit.page(PageHead("Mon compte", lead: me.account.name), nil, body).with(faults)
}

private func profilesPanel(_ me: Me) -> Panel {
  let items = me.profiles.map { choice in
    let isCurrent = choice.id == me.profile.id
    return Item(
      choice.label, text: choice.organisation?.name,
      meta: choice.replaces.map { "À la place de \($0.name), jusqu’au \(French.long($0.until))" },
      icon: choice.replaces == nil ? .briefcase : .swap, badges: isCurrent ? [Badge("Actuel", .info)] : [],
      actions: isCurrent ? [] : [choice.action])
  }
  return Panel(
    "Profils", id: "profils", count: me.profiles.count,
    [
      ItemList(
        "Profils", items,
        empty: EmptyState("Aucun profil", "Demandez un profil à votre administrateur.", icon: .briefcase))
    ])
}

private func sessionsPanel(_ sessions: [SessionRow], _ visit: Visit) -> Panel {
  let items = sessions.map { session in
    Item(
      session,
      actions: session.current
        ? [] : [Action("Fermer", "/compte/sessions/\(session.id)/fermeture", weight: .plain, posts: true)])
  }
  return Panel(
    "Sessions ouvertes", count: sessions.count,
    [
      ItemList(
        "Sessions", items,
        empty: EmptyState("Aucune session", "Vous n’êtes connecté nulle part ailleurs.", icon: .lock))
    ])
}

extension Item {
  /// A session: on what, from where, since when.
  init(_ session: SessionRow, actions: [Action]) {
    self.init(
      device(session.agent), text: session.address.map { "Depuis \($0)" },
      meta: "ouverte le \(French.moment(session.createdAt)), vue le \(French.moment(session.seenAt))", icon: .lock,
      badges: session.current ? [Badge("Celle-ci", .info)] : [], actions: actions)
  }
}

/// « Firefox sur Windows », from what the browser says of itself; a label, nothing is decided on it.
func device(_ agent: String?) -> String {
  guard let agent else { return "Appareil inconnu" }
  let browsers = [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]
  let systems = [
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("Macintosh", "Mac"), ("Linux", "Linux"),
  ]
  let browser = browsers.first { agent.contains($0.0) }?.1 ?? "Navigateur"
  guard let system = systems.first(where: { agent.contains($0.0) })?.1 else { return browser }
  return "\(browser) sur \(system)"
}

private func passwordPanel(_ me: Me, _ faults: FormFaults) -> Panel {
  let own = me.profiles.filter { $0.replaces == nil }.map(\.code)
  let rules = PasswordTerms(
    least: PasswordRules.least(for: own), own: [me.account.name, me.account.email])
  let form = Form(
    id: "mot-de-passe", address: "/compte/mot-de-passe",
    groups: [
      FieldGroup(fields: [
        .text(
          "current", "Mot de passe actuel", type: .password, autocomplete: "current-password",
          faults.common("current")),
        .text(
          "new", "Nouveau mot de passe", type: .password, autocomplete: "new-password", strength: rules,
          faults.common("new", help: rules.help)),
      ])
    ], submit: "Changer le mot de passe", isGuarded: false)
  return Panel("Mot de passe", [form])
}

extension API.ProfileChoice {
  /// Goes on under it.
  var action: Action {
    Action(
      replaces == nil ? "Agir sous ce profil" : "Agir à sa place", "/profil", weight: .plain, posts: true,
      values: [HiddenValue("profil", id.description)])
  }
}

func closeSession(_ visit: Visit) async throws -> PageAnswer {
  let session = try visit.id("session", of: Session.self)
  _ = try await visit.services.call(IdentityAPI.closeSession, ["session": session])
  return .see("/compte", saying: "La session est fermée.")
}

func changePassword(_ visit: Visit) async throws -> PageAnswer {
  let (current, new) = (visit.form.exact("current") ?? "", visit.form.exact("new") ?? "")
  var faults = FormFaults()
  if current.isEmpty { faults.add("current", "Saisissez votre mot de passe actuel.") }
  if new.isEmpty { faults.add("new", "Saisissez le nouveau mot de passe.") }
  guard faults.isEmpty else { return try await accountPage(visit, faults: faults) }
  do {
    _ = try await visit.services.call(IdentityAPI.changePassword, [:], PasswordChange(current: current, new: new))
    return .see("/compte", saying: "Votre mot de passe est changé.")
  } catch let problem as Problem {
    return try await accountPage(visit, faults: FormFaults(problem, fields: ["current", "new"]))
  }
}
