import API
import Domain
import Foundation
import Service

/// What is done to an account with a question first, by the last part of its address.
enum AccountAct: String, CaseIterable {
  case confirmation, invitation
  case reopening = "reouverture"
  case secondFactor = "second-facteur"
  case sessions = "sessions"
  case closure = "fermeture"

  /// Whether the account's state allows it.
  func isOpen(_ account: AccountDetail) -> Bool {
    switch self {
    case .confirmation: account.status == .pending
    case .invitation: account.status == .invited || account.status == .active
    case .reopening: account.status == .closed
    case .secondFactor: account.secondFactor && account.status != .closed
    case .sessions: account.status == .active
    case .closure: account.status != .closed
    }
  }

  var label: String {
    switch self {
    case .confirmation: "Confirmer le compte"
    case .invitation: "Inviter de nouveau"
    case .reopening: "Rouvrir le compte"
    case .secondFactor: "Retirer le second facteur"
    case .sessions: "Fermer les sessions"
    case .closure: "Fermer le compte"
    }
  }

  func consequences(_ account: AccountDetail) -> [String] {
    switch self {
    case .confirmation:
      return [
        "\(account.name) pourra choisir un mot de passe et se connecter, avec les profils de sa fiche.",
        "Un lien d’invitation, à durée limitée, lui part par courriel et vous sera montré.",
      ]
    case .invitation:
      let again = "L’ancien mot de passe reste bon jusqu’à ce qu’un nouveau soit choisi avec le lien."
      return [
        "Un lien d’invitation, à durée limitée, part par courriel à \(account.name) et vous sera montré.",
        "Les liens donnés auparavant cessent de fonctionner.",
      ] + (account.status == .active ? [again] : [])
    case .reopening:
      return [
        "\(account.name) retrouvera les profils de sa fiche : vérifiez d’abord qu’ils conviennent encore.",
        "L’ancien mot de passe est oublié. Un lien, à durée limitée, part par courriel et vous sera montré.",
      ]
    case .secondFactor:
      return [
        "\(account.name) se connectera avec son seul mot de passe ; ses codes de secours ne vaudront plus rien.",
        "Ses sessions ouvertes se ferment, avec le motif.",
        "Si son profil exige un second facteur, il lui sera demandé d’en ajouter un aussitôt.",
        "Assurez-vous que c’est bien cette personne qui vous le demande : rappelez-la à son numéro connu.",
      ]
    case .sessions:
      return [
        "\(account.name) sera déconnecté de tous ses postes dans la seconde, avec le motif.",
        "Le compte reste ouvert : une nouvelle connexion est possible aussitôt.",
      ]
    case .closure:
      return [
        "\(account.name) ne pourra plus se connecter ; ses sessions ouvertes se ferment, avec le motif.",
        "Les liens d’invitation encore ouverts cessent de fonctionner.",
        "Ce qui a été saisi sous ce compte reste, à son nom.",
        "Les dossiers suivis restent à ce nom tant que Genesis ne nomme pas d’autre référent.",
      ]
    }
  }

  private func title(_ account: AccountDetail) -> String {
    switch self {
    case .invitation: "\(label) \(account.name) ?"
    case .secondFactor: "\(label) du compte de \(account.name) ?"
    case .confirmation, .reopening, .sessions, .closure: "\(label) de \(account.name) ?"
    }
  }

  private var isDangerous: Bool {
    switch self {
    case .closure, .secondFactor, .sessions: true
    case .confirmation, .invitation, .reopening: false
    }
  }

  func question(_ account: AccountDetail) -> Confirmation {
    let reassurance =
      self == .closure ? "Vous pourrez le rouvrir : un nouveau mot de passe sera alors choisi." : nil
    return Confirmation(
      id: rawValue, title: title(account), consequences: consequences(account), reassurance: reassurance,
      address: "\(account.address)/\(rawValue)", label: label, isDangerous: isDangerous, back: account.address)
  }
}

/// The question on a page of its own: from the list, and for browsers without scripts.
func questionPage(_ act: AccountAct, _ visit: Visit) async throws -> PageAnswer {
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
    (act == .confirmation || act == .reopening) && !account.hasAddress
    ? Notice(
      "Ce compte n’a pas d’adresse électronique", "Renseignez-la : elle sert d’identifiant pour se connecter.",
      .waiting, actions: [Action("Renseigner l’adresse", "\(account.address)/modifier", weight: .primary)])
    : Panel("Ce qui va se passer", [question])
  let shown: [any Piece] =
    act == .confirmation || act == .reopening ? [identityPanel(account), profilesPanel(account, directory)] : []
  let head = PageHead(
    question.title, back: Link(account.name, account.address), badges: [account.status.badge],
    actions: act == .confirmation || act == .reopening ? [edit] : [])
  return visit.page(head, .administration, title: act.label, shown + [last])
}

func perform(_ act: AccountAct, _ visit: Visit) async throws -> PageAnswer {
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
    case .reopening:
      let invited = try await visit.services.call(IdentityAPI.reopenAccount, ["account": id])
      return invitedPage(visit, invited, "Le compte de \(invited.account.name) est rouvert")
    case .secondFactor:
      _ = try await visit.services.call(IdentityAPI.withdrawSecondFactor, ["account": id])
      return .see(address, saying: "Le second facteur est retiré ; les sessions de ce compte sont fermées.")
    case .sessions:
      let closed = try await visit.services.call(IdentityAPI.closeAccountSessions, ["account": id]).closed
      let text =
        closed == 0
        ? "Aucune autre session n’était ouverte." : French.count(closed, "session fermée", "sessions fermées") + "."
      return .see(address, saying: text)
    case .closure:
      let closed = try await visit.services.call(IdentityAPI.closeAccount, ["account": id])
      return .see(address, saying: "Le compte de \(closed.name) est fermé.")
    }
  } catch let problem as Problem where problem.status == 409 {
    let text = [problem.title, problem.detail].compactMap { $0 }.joined(separator: " ")
    return .see(address, saying: text, tone: .late)
  }
}

/// Closes one session from the account's page.
func closeAccountSession(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  let session = try visit.id("session", of: Session.self)
  _ = try await visit.services.call(IdentityAPI.closeAccountSession, ["account": id, "session": session])
  return .see(
    "/administration/collaborateurs/\(id)", saying: "La session est fermée ; la personne en saura le motif.")
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
        "Un courriel part avec ce lien",
        "Il arrive à \(account.email). Le lien ne sera plus montré ici : copiez-le si vous préférez le remettre vous-même. S’il se perd, la fiche du collaborateur permet d’inviter de nouveau.",
        .info),
    ])
  let head = PageHead(
    title, back: Link(account.name, account.address), badges: [account.status.badge],
    actions: [
      Action("Voir la fiche", account.address, icon: .user),
      Action("Inviter un autre collaborateur", "/administration/collaborateurs/nouveau", icon: .plus),
    ])
  return visit.page(head, .administration, title: "Invitation", [link])
}
