import API
import Documents
import Domain
import Foundation
import Letters
import Messaging
import Postgres
import Service

/// The documents that leave for the person by e-mail, with the proof that they did.
struct MailingStore: Sendable {
  let printing: Printing
  let files: any FileStore
  /// What leaves is sealed under it on its way to the service that sends it.
  let seal: KeySeal

  /// Most mailboxes take more; the streams between two services should not.
  static let most = 1024 * 1024
  /// Others read over a shoulder: it says nothing of what the document is about.
  static let subject = "Votre document"

  private var postgres: PostgresClient { printing.store.postgres }

  /// - Throws: 404; 409 where the dossier has no address, for a blank model, and without a signed document; what printing
  /// throws.
  func send(
    _ draft: DocumentMailingDraft, of contract: ID<Contract>, by caller: Caller, at moment: Date
  ) async throws -> ContractDocuments {
    let (sheet, people) = try await postgres.withTransaction(as: caller.looking) { transaction in
      let sheet = try await transaction.sheet(of: contract)
      return (sheet, try await transaction.people(of: sheet.contract.dossier))
    }
    guard let address = people.email, !address.isEmpty else { throw Problem.noAddress }
    let pdf = try await document(draft, of: contract, for: caller.looking)
    guard pdf.count <= Self.most else { throw Problem.documentTooLarge }
    let digest = try await files.put(pdf).digest
    let id = ID<DocumentMailing>.new(at: moment)
    let fileName = "Contrat n° \(sheet.contract.number).pdf"
    let text = MailText(
      address: address, subject: Self.subject, body: Self.words(from: caller.name),
      attachment: MailAttachment(name: fileName, contentType: LetterFormat.pdf.contentType, bytes: pdf))
    let sealed = try seal.seal(JSONEncoder.jalons.encode(text), name: id.value.text)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        insert into contracts.mailing (id, contract, dossier, address, subject, file_name, digest, bytes, asked_at,
          asked_by, asked_by_name)
        values (\(id), \(contract), \(sheet.contract.dossier), \(address), \(Self.subject), \(fileName), \(digest),
          \(pdf.count), \(moment), \(caller.account), \(caller.name))
        """)
      try await transaction.announce(
        DocumentMailRequested(
          mail: id.value, dossier: sheet.contract.dossier, account: caller.account, sealed: sealed), at: moment)
      return try await transaction.documents(of: contract)
    }
  }

  private static func words(from name: String) -> String {
    """
    Bonjour,

    \(name) vous envoie le document établi avec vous : il est joint à ce message. Gardez-le.

    Ce message part d’une machine : n’y répondez pas. Pour toute question, appelez la personne qui vous suit.
    """
  }

  private func document(
    _ draft: DocumentMailingDraft, of contract: ID<Contract>, for caller: Caller
  ) async throws -> Data {
    switch draft.document {
    case .printed:
      let asked = draft.model.flatMap { $0.isEmpty ? nil : $0 }
      let prepared = try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.prepared(contract, model: asked)
      }
      guard prepared.model.offered.calledFor != .blank else {
        throw Problem.conflict(
          "modele-vierge", "Un contrat vierge ne s’envoie pas.", detail: "Choisissez un autre modèle.")
      }
      return try await printing.file(prepared, as: .pdf).bytes
    case .signed:
      let digest = try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.first(
          """
          select signed_digest from contracts.signature where contract = \(contract) and status = 'signed'
          order by filed_at desc, id desc limit 1
          """, as: String.self)
      }
      guard let digest else {
        throw Problem.conflict(
          "sans-document-signe", "Ce contrat n’a pas de document signé.", detail: "Envoyez le contrat en PDF.")
      }
      return try await files.data(digest)
    }
  }

  // MARK: The receipt

  /// - Throws: 404 for one of another contract too; 409 as long as no server has taken the e-mail.
  func receipt(
    _ id: ID<DocumentMailing>, of contract: ID<Contract>, for caller: Caller
  ) async throws -> FileOutput {
    let kept = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select \(MailingRecord.columns) from contracts.mailing where id = \(id) and contract = \(contract)",
        as: MailingRecord.self)
    }
    guard let kept else { throw Problem.notFound("Cet envoi") }
    guard kept.status == .sent, let settledAt = kept.settledAt else {
      throw Problem.conflict(
        "envoi-en-cours", "Ce courriel n’est pas parti : il n’y a pas de preuve d’envoi.",
        detail: "Actualisez la page du contrat, puis réessayez.")
    }
    return FileOutput(
      name: "\(kept.fileName) – preuve d’envoi.txt", contentType: "text/plain; charset=utf-8",
      bytes: Data(kept.receipt(at: settledAt).utf8))
  }
}

/// A mailing as it is kept.
struct MailingRecord: Decodable, Sendable {
  let id: ID<DocumentMailing>
  let contract: ID<Contract>
  let address: String
  let subject: String
  let fileName: String
  let digest: String
  let bytes: Int
  let askedAt: Date
  let askedByName: String
  let status: DocumentMailing.Status
  let fault: String?
  let provider: String?
  let settledAt: Date?

  static let columns: SQL = """
    id, contract, address, subject, file_name, digest, bytes, asked_at, asked_by_name, status, fault, provider, settled_at
    """

  var shown: DocumentMailing {
    DocumentMailing(
      id: id, address: address, fileName: fileName, status: status, fault: fault, askedAt: askedAt,
      askedByName: askedByName, settledAt: settledAt)
  }

  func receipt(at moment: Date) -> String {
    """
    PREUVE D’ENVOI PAR COURRIEL

    Document : \(fileName) (\(bytes) octets)
    Empreinte SHA-256 du document : \(digest)
    Contrat : \(contract)
    Objet : \(subject)
    Destinataire : \(address)

    Demandé le \(French.moment(askedAt)) (\(Moment.text(askedAt))) par \(askedByName)
    Pris en charge le \(French.moment(moment)) (\(Moment.text(moment))) par : \(provider ?? "—")
    Identifiant du message : \(id)

    Le serveur de messagerie a pris le courriel en charge. Cela ne prouve pas que la personne l’a lu.
    """
  }
}

extension Problem {
  fileprivate static let noAddress = Problem.conflict(
    "sans-courriel", "Le dossier n’a pas d’adresse électronique.",
    detail: "Complétez-la avec la personne, ou remettez le document en mains propres ou par courrier.")
  fileprivate static let documentTooLarge = Problem.conflict(
    "document-trop-lourd", "Ce document est trop lourd pour un courriel.",
    detail: "Remettez-le en mains propres ou par courrier.")
}

/// What became of the e-mail that a document left in: the handover is noted once a server has taken it.
enum MailingEvents {
  private struct Settled: Decodable, Sendable {
    let contract: ID<Contract>
    let dossier: ID<Dossier>
    let number: Int
    let askedBy: ID<Account>
    let askedByName: String
  }

  static let delivery: Consumer.Handling = .on(DocumentMailSettled.self) { event, envelope, transaction in
    let status: DocumentMailing.Status = event.isSent ? .sent : .failed
    let settled = try await transaction.first(
      """
      update contracts.mailing m set status = \(status), fault = \(event.fault), provider = \(event.provider),
        settled_at = \(envelope.time)
      from contracts.contract c where c.id = m.contract and m.id = \(event.mail) and m.status = 'waiting'
      returning m.contract, m.dossier, c.number, m.asked_by, m.asked_by_name
      """, as: Settled.self)
    guard let settled, event.isSent else { return }
    let day = CalendarDate(envelope.time)
    try await transaction.execute(
      """
      insert into contracts.handover (id, contract, dossier, way, on_day, at, by_account, by_name)
      values (\(ID<DocumentHandover>.new(at: envelope.time)), \(settled.contract), \(settled.dossier), 'email', \(day),
        \(envelope.time), \(settled.askedBy), \(settled.askedByName))
      """)
    try await transaction.announce(
      ContractHandedOver(
        contract: settled.contract, dossier: settled.dossier, number: settled.number, how: .email, on: day),
      at: envelope.time)
  }
}

func addMailingRoutes(to routes: Routes, store: MailingStore) {
  routes.handle(ContractsAPI.mailDocument) { draft, request in
    try await store.send(draft, of: request.id("contract"), by: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.downloadReceipt) { _, request in
    try await store.receipt(request.id("mailing"), of: request.id("contract"), for: request.caller)
  }
}
