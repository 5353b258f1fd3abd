import API
import Domain
import Foundation
import Postgres
import Service

/// The e-mails that identity has sent, in the words that the county gives them. Scheduling takes them out of the house.
struct Mails: Sendable {
  let seal: KeySeal
  let publicAddress: String

  func invitationLink(_ secret: OneSecret) -> String { "\(publicAddress)/invitation/\(secret.text)" }

  /// The invitation (rule A10).
  func invitation(
    _ account: AccountDetail, secret: OneSecret, until moment: Date, in transaction: Transaction
  ) async throws -> MailRequested {
    try await request(
      .invitation, .invitation, to: account.id, address: account.email, link: invitationLink(secret),
      expiresAt: moment, ["prenom": account.givenName, "fin": French.moment(moment)], in: transaction)
  }

  func passwordReset(
    _ account: ID<Account>, email: String, secret: OneSecret, until moment: Date, in transaction: Transaction
  ) async throws -> MailRequested {
    try await request(
      .passwordReset, .passwordReset, to: account, address: email,
      link: "\(publicAddress)/mot-de-passe/\(secret.text)", expiresAt: moment, ["fin": French.moment(moment)],
      in: transaction)
  }

  func passwordChanged(
    _ account: ID<Account>, email: String, at moment: Date, in transaction: Transaction
  ) async throws -> MailRequested {
    try await request(
      .passwordChanged, .passwordChanged, to: account, address: email, link: nil, expiresAt: nil,
      ["moment": French.moment(moment)], in: transaction)
  }

  /// The county's words of today. The link stays a field: what is kept of an e-mail is kept without it.
  private func request(
    _ text: CountyText, _ kind: MailKind, to account: ID<Account>, address: String, link: String?, expiresAt: Date?,
    _ values: [String: String], in transaction: Transaction
  ) async throws -> MailRequested {
    let wording = try await transaction.wording(of: text)
      .filled(values.merging(["adresse": publicAddress]) { $1 })
    let mail = UUID()
    let told = MailText(address: address, subject: wording.subject ?? text.label, body: wording.body, link: link)
    let sealed = try seal.seal(JSONEncoder.jalons.encode(told), name: mail.text)
    return MailRequested(mail: mail, recipient: account, kind: kind, sealed: sealed, expiresAt: expiresAt)
  }
}
