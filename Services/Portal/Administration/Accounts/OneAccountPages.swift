import API
import Domain
import Foundation
import Service

func addAccountPages(to pages: Pages) {
  let base = "administration/collaborateurs/{account}"
  pages.get(base, rights: [.administer]) { visit in try await accountPage(visit) }
  for act in AccountAct.allCases {
    pages.get("\(base)/\(act.rawValue)", rights: [.administer]) { visit in try await questionPage(act, visit) }
    pages.post("\(base)/\(act.rawValue)", rights: [.administer]) { visit in try await perform(act, visit) }
  }
  pages.post("\(base)/sessions/{session}/fermeture", rights: [.administer]) { visit in
    try await closeAccountSession(visit)
  }
}

/// One account: who, what it may do, and where it stands.
private func accountPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  async let showing = visit.services.call(IdentityAPI.showAccount, ["account": id])
  async let knowing = Directory.load(visit)
  async let listing = visit.services.call(IdentityAPI.listAccountSessions, ["account": id])
  async let replacing = visit.services.call(IdentityAPI.listAccountDelegations, ["account": id])
  let (account, directory, sessions, delegations) = try await (showing, knowing, listing.items, replacing.items)
  var body: [any Piece] = []
  switch account.status {
  case .pending where !account.hasAddress:
    body.append(
      Notice(
        "Ce compte attend une adresse électronique", "Genesis n’en donne pas. Renseignez-la, puis confirmez le compte.",
        .waiting, actions: [Action("Renseigner l’adresse", "\(account.address)/modifier", icon: .edit)]))
  case .pending:
    body.append(
      Notice(
        "Ce compte attend votre confirmation",
        "Genesis nomme \(account.name) référent. Vérifiez l’identité et les profils, puis confirmez.", .waiting))
  case .invited:
    body.append(
      Notice(
        "Le mot de passe n’est pas encore choisi",
        "Si le lien d’invitation est périmé ou s’est perdu, invitez la personne de nouveau."))
  case .closed:
    body.append(
      Notice(
        "Ce compte est fermé",
        "Personne ne peut s’y connecter. Ce qui a été saisi sous ce compte reste, au nom de \(account.name)."))
  case .suspended:
    body.append(
      Notice(
        "Ce compte est suspendu", "Son usage est sorti de l’ordinaire. Examinez le constat pour le rétablir.", .late,
        actions: [Action("Voir le constat", usageAddress, icon: .eye)]))
  case .active: break
  }
  body += [identityPanel(account), profilesPanel(account, directory)]
  if account.status == .active || !delegations.isEmpty {
    body.append(delegationsPanel(delegations, .account(account), visit))
  }
  if account.status == .active { body.append(sessionsPanel(account, sessions)) }
  let head = PageHead(
    account.name, lead: account.organisation?.name, back: Link("Collaborateurs", "/administration/collaborateurs"),
    badges: [account.status.badge])
  return visit.page(
    head, .administration, title: "Collaborateur", actions: actions(account, isSelf: id == visit.person.account), body)
}

private func actions(_ account: AccountDetail, isSelf: Bool) -> ActionColumn {
  let edit = Action("Modifier", "\(account.address)/modifier", icon: .edit)
  func action(_ act: AccountAct, _ icon: Icon, _ weight: Action.Weight, refusal: String? = nil) -> [Action] {
    guard act.isOpen(account) else { return [] }
    return [
      Action(
        act.label, "\(account.address)/\(act.rawValue)", icon: icon, weight: weight,
        confirmation: refusal == nil ? act.question(account) : nil, refusal: refusal)
    ]
  }
  let missing = account.hasAddress ? nil : "Renseignez d’abord l’adresse électronique"
  let own = isSelf ? "Demandez-le à un autre administrateur" : nil
  let ownFactor = isSelf ? "Retirez-le depuis « Mon compte »" : nil
  return ActionColumn([
    ActionGroup(
      "Actions",
      action(.confirmation, .check, .primary, refusal: missing)
        + action(.reopening, .undo, .primary, refusal: missing) + [edit] + action(.invitation, .mail, .outline)
        + action(.secondFactor, .phone, .outline, refusal: ownFactor) + action(.closure, .lock, .danger, refusal: own))
  ])
}

func identityPanel(_ account: AccountDetail) -> Panel {
  let signedIn = account.signedInAt.map(French.moment) ?? "jamais"
  return Panel(
    "Identité",
    [
      Facts(
        [
          Fact("Nom", account.familyName.uppercased()), Fact("Prénom", account.givenName),
          Fact("Adresse électronique", account.hasAddress ? account.email : nil),
          Fact("Téléphone professionnel", PhoneNumber.shown(account.phone)),
          Fact("Structure", account.organisation?.name), Fact("Dernière connexion", signedIn),
          Fact("Second facteur", account.secondFactor ? "demandé à la connexion" : "aucun"),
        ] + (account.genesisRef.map { [Fact("Référence Genesis", $0)] } ?? []))
    ])
}

func profilesPanel(_ account: AccountDetail, _ directory: Directory) -> Panel {
  let items = account.profiles.map { grant in
    let places = [directory.name(grant.organisation), directory.names(grant.territories)]
    return Item(
      grant.profile.label, text: grant.profile.scope.reachText,
      meta: places.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " · "), icon: .briefcase)
  }
  let give = Action("Donner un profil", "\(account.address)/modifier", icon: .plus)
  return Panel(
    "Profils", count: items.count,
    [
      ItemList(
        "Profils", items,
        empty: EmptyState("Aucun profil", "Sans profil, ce compte ne peut rien faire.", actions: [give]))
    ])
}

/// Where the account is in use now.
private func sessionsPanel(_ account: AccountDetail, _ sessions: [SessionRow]) -> Panel {
  let items = sessions.map { session in
    Item(
      session,
      // One's own, from which one looks, is not closed from here.
      actions: session.current
        ? []
        : [Action("Fermer", "\(account.address)/sessions/\(session.id)/fermeture", weight: .plain, posts: true)])
  }
  let question = AccountAct.sessions.question(account)
  let all = Action("Tout fermer", question.address, weight: .plain, confirmation: question)
  let others = sessions.contains { !$0.current }
  return Panel(
    "Sessions ouvertes", id: "sessions-ouvertes", count: items.count, actions: others ? [all] : [],
    [
      ItemList(
        "Sessions", items,
        empty: EmptyState("Aucune session", "\(account.name) n’est connecté nulle part en ce moment.", icon: .lock))
    ])
}
