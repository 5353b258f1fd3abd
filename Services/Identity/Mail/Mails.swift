import API
import Domain
import Foundation
import Service

/// The e-mails that identity has sent, in the words that their readers see. Scheduling takes them out of the house.
struct Mails: Sendable {
  let seal: KeySeal
  let publicAddress: String

  func invitationLink(_ secret: OneSecret) -> String { "\(publicAddress)/invitation/\(secret.text)" }

  /// Guide, *Se connecter*: « vous recevrez au préalable un e-mail ».
  func invitation(_ account: AccountDetail, secret: OneSecret, until moment: Date) throws -> MailRequested {
    try request(
      "invitation", to: account.id, expiresAt: moment,
      MailText(
        address: account.email, subject: "Votre compte Jalons",
        body: """
          Bonjour \(account.givenName),

          Un compte Jalons est ouvert à votre nom. Choisissez votre mot de passe avec ce lien :

          {lien}

          Il sert une seule fois, jusqu’au \(French.moment(moment)). Ensuite, connectez-vous sur \(publicAddress) \
          avec votre adresse électronique.

          Vous n’attendiez pas ce message ? N’ouvrez pas le lien et prévenez votre administrateur.
          """, link: invitationLink(secret)))
  }

  func passwordReset(
    _ account: ID<Account>, email: String, secret: OneSecret, until moment: Date
  ) throws -> MailRequested {
    try request(
      "password-reset", to: account, expiresAt: moment,
      MailText(
        address: email, subject: "Choisir un nouveau mot de passe Jalons",
        body: """
          Bonjour,

          Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte Jalons. Choisissez-le avec ce lien :

          {lien}

          Il sert une seule fois, jusqu’au \(French.moment(moment)).

          Vous n’avez rien demandé ? Ne faites rien : votre mot de passe reste le même.
          """, link: "\(publicAddress)/mot-de-passe/\(secret.text)"))
  }

  func passwordChanged(_ account: ID<Account>, email: String, at moment: Date) throws -> MailRequested {
    try request(
      "password-changed", to: account, expiresAt: nil,
      MailText(
        address: email, subject: "Votre mot de passe Jalons a changé",
        body: """
          Bonjour,

          Le mot de passe de votre compte Jalons a été changé le \(French.moment(moment)). Les sessions ouvertes avec \
          l’ancien sont fermées.

          Ce n’était pas vous ? Choisissez-en un autre aussitôt : \(publicAddress)/mot-de-passe-oublie \
          et prévenez votre administrateur.
          """))
  }

  private func request(
    _ kind: String, to account: ID<Account>, expiresAt: Date?, _ text: MailText
  ) throws -> MailRequested {
    let mail = UUID()
    let sealed = try seal.seal(JSONEncoder.jalons.encode(text), name: mail.uuidString.lowercased())
    return MailRequested(mail: mail, recipient: account, kind: kind, sealed: sealed, expiresAt: expiresAt)
  }
}
