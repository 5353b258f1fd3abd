import API
import Documents
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// Makes and keeps the signed documents of confirmed signatures. The code's answer is one commit, this is the next: whatever
/// dies in between leaves the signature confirmed, and any copy takes it up.
struct SignatureFiling: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let files: any FileStore
  let identities: SigningIdentities
  let yousign: Yousign?
  let now: Now
  let logger: Logger
  var pause: Duration = .seconds(5)

  func run() async throws {
    await repeating(every: pause, isFinishing: true, logger: logger, complaint: "signed documents pause") {
      while try await fileNext(), !Task.isShuttingDownGracefully {}
    }
  }

  /// Right after the code: the agent waits for the document.
  func fileAtOnce(_ id: ID<ContractSignature>) async {
    do {
      _ = try await fileNext(id)
    } catch {
      logger.warning(
        "a signed document is made later", metadata: ["signature": "\(id)", "error": "\(String(reflecting: error))"])
    }
  }

  /// - Parameter id: which one; the one that has waited longest when absent.
  /// - Returns: whether there was one.
  @discardableResult
  func fileNext(_ id: ID<ContractSignature>? = nil) async throws -> Bool {
    let moment = now()
    return try await postgres.withTransaction(
      as: .system("signature des documents", today: CalendarDate(moment))
    ) { transaction in
      let record = try await transaction.first(
        """
        select \(SignatureRecord.columns) from contracts.signature
        where status = 'confirmed' and (\(id)::uuid is null or id = \(id)::uuid)
        order by confirmed_at limit 1 for update skip locked
        """, as: SignatureRecord.self)
      guard let record, let confirmed = record.confirmedAt else { return false }
      let shown = try await files.data(record.digest)
      let (signed, certificate) = try await sign(record, shown, at: confirmed, in: transaction)
      let signedDigest = try await files.put(signed).digest
      let evidence = record.evidence(
        text: try await PDFPages.text(of: shown), signedDigest: signedDigest, certificate: certificate)
      let evidenceDigest = try await files.put(Data(evidence.utf8)).digest
      try await transaction.execute(
        """
        update contracts.signature set status = 'signed', signed_digest = \(signedDigest),
          evidence_digest = \(evidenceDigest), filed_at = \(moment) where id = \(record.id)
        """)
      let number = try await transaction.first(
        "select number from contracts.contract where id = \(record.contract)", as: Int.self)
      try await transaction.announce(
        ContractSigned(
          contract: record.contract, dossier: record.dossier, signature: record.id, number: number ?? 0,
          account: record.startedBy),
        at: moment)
      return true
    }
  }
}

extension SignatureFiling {
  /// The signed document, and what it is signed with.
  private func sign(
    _ record: SignatureRecord, _ shown: Data, at confirmed: Date, in transaction: Transaction
  ) async throws -> (pdf: Data, certificate: String) {
    if let elsewhere = record.elsewhere {
      // The provider's setting was removed while a person signed there: the document waits until it is set again.
      guard let yousign else { throw SettingError(description: "a document was signed at Yousign, which is not set") }
      return (try await yousign.signed(elsewhere), "Yousign, demande \(elsewhere.request)")
    }
    let identity = try await identities.current(in: transaction, at: confirmed)
    let signed = try PDFSigner(identity).signed(shown, record.statement(at: confirmed))
    return (signed, identity.certificate.fileDigest)
  }
}

extension SignatureRecord {
  private var shownPhone: String { PhoneNumber.shown(phone) ?? phone }

  fileprivate func statement(at moment: Date) -> SignatureStatement {
    SignatureStatement(
      name: beneficiary, reason: "Accord de la personne, par un code reçu par SMS",
      line: "Signé électroniquement par \(beneficiary) le \(French.moment(moment)), code reçu par SMS au \(shownPhone)",
      moment: moment)
  }

  /// What shows later that the person agreed, and to what.
  func evidence(text: String, signedDigest: String, certificate: String) -> String {
    func line(_ words: String, _ moment: Date?) -> String {
      "\(words) : \(moment.map { "\(French.moment($0)) (\(Moment.text($0)))" } ?? "—")"
    }
    return """
      PREUVE DE SIGNATURE ÉLECTRONIQUE

      Document : \(fileName).pdf
      Signataire : \(beneficiary)
      Téléphone : \(shownPhone)
      Contrat : \(contract)
      Signature : \(id)

      \(line("Document présenté", startedAt))
      Présenté par : \(startedByName)
      \(line("Lu jusqu’à la fin", readAt))
      \(line("SMS remis à l’opérateur", deliveredAt))
      \(line("Code saisi", confirmedAt))
      Saisi à l’écran de : \(confirmedByName ?? "—")
      Adresse de l’écran : \(confirmedAddress ?? "—")
      Codes envoyés : \(codes)
      Codes inexacts avant le bon : \(tries)

      Empreinte SHA-256 du document présenté : \(digest)
      Empreinte SHA-256 du document signé : \(signedDigest)
      Empreinte SHA-256 du certificat : \(certificate)

      TEXTE PRÉSENTÉ

      \(text)
      """
  }
}
