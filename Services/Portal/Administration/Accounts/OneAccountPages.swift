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
}

/// What is done to an account with a question first, by the last part of its address.
private enum AccountAct: String, CaseIterable {
  case confirmation, invitation
  case closure = "fermeture"

  /// Whether the account's state allows it.
  func isOpen(_ account: AccountDetail) -> Bool {
    switch self {
    case .confirmation: account.status == .pending
    case .invitation: account.status == .invited || account.status == .active
    case .closure: account.status != .closed
    }
  }

  var label: String {
    switch self {
    case .confirmation: "Confirmer le compte"
    case .invitation: "Inviter de nouveau"
    case .closure: "Fermer le compte"
    }
  }

  func consequences(_ account: AccountDetail) -> [String] {
    switch self {
    case .confirmation:
      return [
        "\(account.name) pourra choisir un mot de passe et se connecter, avec les profils de sa fiche.",
        "Un lien d’invitation, bon pendant 24 heures, vous sera montré : vous le lui transmettrez.",
      ]
    case .invitation:
      let again = "L’ancien mot de passe reste bon jusqu’à ce qu’un nouveau soit choisi avec le lien."
      return [
        "Un lien d’invitation, bon pendant 24 heures, vous sera montré : vous le transmettrez à \(account.name).",
        "Les liens donnés auparavant cessent de fonctionner.",
      ] + (account.status == .active ? [again] : [])
    case .closure:
      return [
        "\(account.name) ne pourra plus se connecter ; ses sessions ouvertes se ferment, avec le motif.",
        "Les liens d’invitation encore ouverts cessent de fonctionner.",
        "Ce qui a été saisi sous ce compte reste, à son nom.",
        "Les dossiers suivis restent à ce nom tant que Genesis ne nomme pas d’autre référent.",
      ]
    }
  }

  func question(_ account: AccountDetail) -> Confirmation {
    Confirmation(
      id: rawValue, title: "\(label) \(self == .invitation ? "" : "de ")\(account.name) ?",
      consequences: consequences(account), reassurance: self == .closure ? "Un compte fermé ne se rouvre pas." : nil,
      address: "\(account.address)/\(rawValue)", label: label, isDangerous: self == .closure, back: account.address)
  }
}

/// One account: who, what it may do, and where it stands.
private func accountPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  async let showing = visit.services.call(IdentityAPI.showAccount, ["account": id])
  async let knowing = Directory.load(visit)
  let (account, directory) = try await (showing, knowing)
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
        "Si le lien d’invitation a plus de 24 heures ou s’est perdu, invitez la personne de nouveau."))
  case .active, .closed: break
  }
  body += [identityPanel(account), profilesPanel(account, directory)]
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
  return ActionColumn([
    ActionGroup(
      "Actions",
      action(.confirmation, .check, .primary, refusal: missing) + [edit] + action(.invitation, .mail, .outline)
        + action(.closure, .lock, .danger, refusal: own))
  ])
}

private func identityPanel(_ account: AccountDetail) -> Panel {
  let signedIn = account.signedInAt.map(French.moment) ?? "jamais"
  return Panel(
    "Identité",
    [
      Facts(
        [
          Fact("Nom", account.familyName.uppercased()), Fact("Prénom", account.givenName),
          Fact("Adresse électronique", account.hasAddress ? account.email : nil),
          Fact("Structure", account.organisation?.name), Fact("Dernière connexion", signedIn),
        ] + (account.genesisRef.map { [Fact("Référence Genesis", $0)] } ?? []))
    ])
}

private func profilesPanel(_ account: AccountDetail, _ directory: Directory) -> Panel {
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

/// The question on a page of its own: from the list, and for browsers without scripts.
private func questionPage(_ act: AccountAct, _ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  async let showing = visit.services.call(IdentityAPI.showAccount, ["account": id])
  async let knowing = Directory.load(visit)
  let (account, directory) = try await (showing, knowing)
  guard act.isOpen(account) else {
    return .see(account.address, saying: "L’état de ce compte a changé : voici ce qu’il est maintenant.", tone: .info)
  }
  let question = act.question(account)
  let edit = Action("Modifier", "\(account.address)/modifier", icon: .edit)
  let last: any Piece =
    act == .confirmation && !account.hasAddress
    ? Notice(
      "Genesis ne donne pas d’adresse électronique", "Renseignez-la : elle sert d’identifiant pour se connecter.",
      .waiting, actions: [Action("Renseigner l’adresse", "\(account.address)/modifier", weight: .primary)])
    : Panel("Ce qui va se passer", [question])
  let shown: [any Piece] =
    act == .confirmation ? [identityPanel(account), profilesPanel(account, directory)] : []
  let head = PageHead(
    question.title, back: Link(account.name, account.address), badges: [account.status.badge],
    actions: act == .confirmation ? [edit] : [])
  return visit.page(head, .administration, title: act.label, shown + [last])
}

private func perform(_ act: AccountAct, _ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  let address = "/administration/collaborateurs/\(id)"
  do {
    switch act {
    case .confirmation:
      let invited = try await visit.services.call(IdentityAPI.confirmAccount, ["account": id])
      return invitedPage(visit, invited, "Le compte de \(invited.account.name) est confirmé")
    case .invitation:
      let invited = try await visit.services.call(IdentityAPI.inviteAccount, ["account": id])
      return invitedPage(visit, invited, "Un nouveau lien est créé pour \(invited.account.name)")
    case .closure:
      let closed = try await visit.services.call(IdentityAPI.closeAccount, ["account": id])
      return .see(address, saying: "Le compte de \(closed.name) est fermé.")
    }
  } catch let problem as Problem where problem.status == 409 {
    let text = [problem.title, problem.detail].compactMap { $0 }.joined(separator: " ")
    return .see(address, saying: text, tone: .late)
  }
}

/// The link with which a password is chosen. It is kept nowhere, so it is in the answer itself, this once.
func invitedPage(_ visit: Visit, _ invited: InvitedAccount, _ title: String) -> PageAnswer {
  let account = invited.account
  let link = Panel(
    "Lien d’invitation",
    [
      CopyValue(
        id: "lien", "À transmettre à \(account.name)", invited.invitation.link,
        confirmation: "Le lien est copié."),
      Facts([
        Fact("Valable jusqu’au", French.moment(invited.invitation.expiresAt)), Fact("Usage", "une seule fois"),
        Fact("Identifiant pour se connecter", account.email),
      ]),
      Notice(
        "Ce lien ne sera plus montré",
        "Copiez-le avant de quitter la page. S’il se perd, la fiche du collaborateur permet d’inviter de nouveau.",
        .waiting),
    ])
  let head = PageHead(
    title, back: Link(account.name, account.address), badges: [account.status.badge],
    actions: [
      Action("Voir la fiche", account.address, icon: .user),
      Action("Inviter un autre collaborateur", "/administration/collaborateurs/nouveau", icon: .plus),
    ])
  return visit.page(head, .administration, title: "Invitation", [link])
}
