import API
import Documents
import Domain
import Foundation
import HTTPTypes
import Messaging
import Postgres
import Service

extension SignatureStore {
  /// Has Yousign write to the person: they sign on its page with the code that it sends them.
  /// - Throws: 404; 409; 422 for a document that was not read to its end; 503 where Yousign does not answer.
  func send(
    by yousign: Yousign, _ reading: SignatureReading, for id: ID<ContractSignature>, of contract: ID<Contract>,
    as caller: Caller, at moment: Date
  ) async throws -> SignatureSheet {
    let (record, people) = try await contracts.postgres.withTransaction(as: caller.looking) { transaction in
      let held = try await transaction.contract(contract)
      let record = try await transaction.signature(id, of: contract)
      guard reading.readToEnd else { throw Problem.unread }
      try record.checkOpen(held)
      try await transaction.checkConsent(of: contract)
      try record.checkSending(today: try await transaction.codesSent(for: contract, on: CalendarDate(moment)))
      return (record, try await transaction.people(of: record.dossier))
    }
    guard let email = people.email, !email.isEmpty else {
      throw Problem.conflict(
        "sans-courriel", "Le dossier n’a pas d’adresse électronique : la signature à distance en demande une.",
        detail: "Complétez-la avec la personne, ou recueillez son accord par la case à cocher.")
    }
    let begun = try await yousign.begin(
      try await files.data(record.digest), named: "\(record.fileName).pdf", page: record.pages,
      signer: Yousign.Signer(
        givenName: people.givenName, familyName: people.familyName, email: email, phone: record.phone),
      reference: id.description)
    return try await contracts.postgres.withTransaction(as: caller) { transaction in
      let held = try await transaction.contract(contract, toChange: true)
      try await transaction.signature(id, of: contract).checkOpen(held)
      try await transaction.execute(
        """
        update contracts.signature set status = 'sent', read_at = coalesce(read_at, \(moment)), codes = codes + 1,
          provider = 'yousign', provider_request = \(begun.request), provider_document = \(begun.document)
        where id = \(id)
        """)
      return try await transaction.signature(id, of: contract).sheet(of: held)
    }
  }

  /// Takes a message of Yousign's: the person has signed. Others are noted and change nothing.
  /// - Returns: whether it ended a signature.
  /// - Throws: 404 where Yousign is not set; 403 for one that is not its own; 409 for one that came before.
  func take(_ body: Data, signature: String?, at moment: Date) async throws -> Bool {
    guard let yousign else { throw Problem.notFound() }
    guard let message = yousign.webhook.message(body, signature: signature, at: moment) else {
      throw Problem.forbidden("Ce message n’est pas signé comme prévu, ou il est trop ancien.")
    }
    let ended = try await contracts.postgres.withTransaction(
      as: .system("Yousign", today: CalendarDate(moment))
    ) { transaction -> ID<ContractSignature>? in
      try await transaction.execute(
        "delete from contracts.provider_event where at < \(moment.addingTimeInterval(-2 * YousignWebhook.days * 86_400))"
      )
      let isNew = try await transaction.execute(
        "insert into contracts.provider_event (event, at) values (\(message.event), \(moment)) on conflict do nothing")
      guard isNew == 1 else { throw Problem.conflict("deja-recu", "Ce message a déjà été reçu.") }
      guard message.name == "signature_request.done" else { return nil }
      return try await transaction.signedElsewhere(message.request, at: moment)
    }
    guard let ended else { return false }
    await filing.fileAtOnce(ended)
    return true
  }
}

extension Transaction {
  /// Records the agreement of who has signed at a provider; a document whose contract has changed meanwhile is replaced.
  /// In the background this service sees no dossier: what a référent may do now was checked when it left.
  /// - Returns: the signature whose document is to be had; nil where there is none under way.
  fileprivate func signedElsewhere(_ request: String, at moment: Date) async throws -> ID<ContractSignature>? {
    let contract = try await first(
      "select contract from contracts.signature where provider_request = \(request) and status = 'sent'",
      as: ID<Contract>.self)
    guard let contract else { return nil }
    // The contract first, as everywhere, so that no two wait for one another.
    let before = try await self.contract(contract, toChange: true)
    let found = try await first(
      """
      select \(SignatureRecord.columns) from contracts.signature
      where provider_request = \(request) and status = 'sent' for update
      """, as: SignatureRecord.self)
    guard let found else { return nil }
    guard before.state == .proposition, before.version == found.contractVersion else {
      try await execute("update contracts.signature set status = 'replaced' where id = \(found.id)")
      return nil
    }
    var after = before
    (after.consent, after.consentAt) = (.sms, moment)
    try await save(after, version: before.version + 1)
    try await remember(before.changes(into: after), of: before, at: moment)
    try await execute(
      """
      update contracts.signature set status = 'confirmed', confirmed_at = \(moment), confirmed_by_name = 'Yousign'
      where id = \(found.id)
      """)
    try await announce(
      ConsentRecorded(contract: before.id, dossier: before.dossier, consent: .sms), at: moment)
    return found.id
  }
}

func addYousignRoutes(to routes: Routes, store: SignatureStore) {
  routes.handle(ContractsAPI.takeYousignMessage) { _, request in
    let body = try await request.small(ContractsAPI.takeYousignMessage.limit)
    let signature = HTTPField.Name("X-Yousign-Signature-256").flatMap { request.headers[$0] }
    return ProviderReceipt(signed: try await store.take(body, signature: signature, at: request.now))
  }
}
