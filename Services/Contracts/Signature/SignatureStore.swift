import API
import Documents
import Domain
import Foundation
import Letters
import Messaging
import Postgres
import Service

/// The signatures by SMS of contracts, from the document that is shown to the code that signs it.
struct SignatureStore: Sendable {
  let contracts: ContractStore
  let printing: Printing
  let files: any FileStore
  /// Codes are kept and sent under it.
  let codes: KeySeal
  let filing: SignatureFiling
  /// Who has documents signed in place of the codes of our own; nil for those.
  let yousign: Yousign?

  private var postgres: PostgresClient { contracts.postgres }

  // MARK: Looking

  func sheet(
    _ id: ID<ContractSignature>, of contract: ID<Contract>, for caller: Caller
  ) async throws -> SignatureSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      let record = try await transaction.contract(contract)
      return try await transaction.signature(id, of: contract).sheet(of: record)
    }
  }

  /// - Throws: 404 for a page that the document has not.
  func page(
    _ number: Int, _ id: ID<ContractSignature>, of contract: ID<Contract>, for caller: Caller
  ) async throws -> FileOutput {
    let record = try await postgres.withTransaction(as: caller) { try await $0.signature(id, of: contract) }
    guard (1...record.pages).contains(number) else { throw Problem.notFound("Cette page") }
    let picture = try await PDFPages.picture(of: number, in: files.data(record.digest))
    return FileOutput(name: "page-\(number).png", contentType: "image/png", bytes: picture)
  }

  /// - Throws: 404 for what is not there yet.
  func file(
    _ kind: SignatureFileQuery.Kind, _ id: ID<ContractSignature>, of contract: ID<Contract>, for caller: Caller
  ) async throws -> FileOutput {
    let record = try await postgres.withTransaction(as: caller) { try await $0.signature(id, of: contract) }
    switch kind {
    case .shown:
      return FileOutput(
        name: "\(record.fileName).pdf", contentType: LetterFormat.pdf.contentType,
        bytes: try await files.data(record.digest))
    case .signed:
      guard let digest = record.signedDigest else { throw Problem.notFound("Le document signé") }
      return FileOutput(
        name: "\(record.fileName) – signé.pdf", contentType: LetterFormat.pdf.contentType,
        bytes: try await files.data(digest))
    case .evidence:
      guard let digest = record.evidenceDigest else { throw Problem.notFound("La preuve de la signature") }
      return FileOutput(
        name: "\(record.fileName) – preuve de signature.txt", contentType: "text/plain; charset=utf-8",
        bytes: try await files.data(digest))
    }
  }

  /// Whether a PDF is a signed document of this contract, to the byte.
  func check(_ pdf: Data, of contract: ID<Contract>, for caller: Caller) async throws -> SignedDocumentCheck {
    let digest = pdf.fileDigest
    let signedAt = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select confirmed_at from contracts.signature where contract = \(contract) and signed_digest = \(digest)",
        as: Date.self)
    }
    if let signedAt { return SignedDocumentCheck(verdict: .intact, signedAt: signedAt) }
    switch PDFVerdict(on: pdf, certificates: try await filing.identities.certificates()) {
    // Ours, but of another contract.
    case .intact, .foreign: return SignedDocumentCheck(verdict: .foreign)
    case .changed: return SignedDocumentCheck(verdict: .changed)
    case .addedTo: return SignedDocumentCheck(verdict: .addedTo)
    case .unsigned: return SignedDocumentCheck(verdict: .unsigned)
    }
  }

  // MARK: The document

  /// Makes the document that the person is to sign, with the telephone and the text of this moment. One that was under way
  /// ends.
  /// - Throws: 404; 409 where no signature may be begun; 412; 503 when too many documents are being made.
  func start(
    _ draft: SignatureDraft, of contract: ID<Contract>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> SignatureSheet {
    let prepared = try await postgres.withTransaction(as: caller.looking) { transaction in
      try await transaction.toSign(
        contract, model: draft.model, version: version, at: moment)
    }
    let pdf = try await printing.file(prepared, as: .pdf).bytes
    let (pages, digest) = (try PDFSigner.pages(of: pdf), try await files.put(pdf).digest)
    guard let phone = prepared.letter.people.phone.flatMap({ PhoneNumber($0) }) else { throw Problem.documentChanged }
    return try await postgres.withTransaction(as: caller) { transaction in
      let held = try await transaction.contract(contract, toChange: true)
      guard held.version == version else { throw Problem.documentChanged }
      try await transaction.execute(
        """
        update contracts.signature set status = 'replaced'
        where contract = \(contract) and status in ('shown', 'sent')
        """)
      let people = prepared.letter.people
      let id = ID<ContractSignature>.new(at: moment)
      try await transaction.execute(
        """
        insert into contracts.signature (id, contract, dossier, contract_version, model_label, file_name, digest, pages,
          phone, beneficiary, started_at, started_by, started_by_name)
        values (\(id), \(contract), \(held.dossier), \(version), \(prepared.model.label),
          \(prepared.letter.fileName(prepared.model.offered)), \(digest), \(pages), \(phone.e164),
          \(French.name(people.familyName, people.givenName)), \(moment), \(caller.account), \(caller.name))
        """)
      return try await transaction.signature(id, of: contract).sheet(of: held)
    }
  }

  // MARK: The code

  /// Sends the person a code, another one each time.
  /// - Throws: 404; 409; 422 for a document that was not read to its end.
  func sendCode(
    _ reading: SignatureReading, for id: ID<ContractSignature>, of contract: ID<Contract>, by caller: Caller,
    at moment: Date
  ) async throws -> SignatureSheet {
    if let yousign { return try await send(by: yousign, reading, for: id, of: contract, as: caller, at: moment) }
    return try await postgres.withTransaction(as: caller) { transaction in
      let held = try await transaction.contract(contract, toChange: true)
      let record = try await transaction.signature(id, of: contract)
      guard reading.readToEnd else { throw Problem.unread }
      try record.checkOpen(held)
      try await transaction.checkConsent(of: contract)
      try record.checkSending(today: try await transaction.codesSent(for: contract, on: CalendarDate(moment)))
      let code = String(String(1_000_000 + Int.random(in: 0...999_999)).dropFirst())
      let until = moment.addingTimeInterval(Double(SignatureLimits.minutes) * 60)
      let message = UUID.version7(at: moment)
      try await transaction.execute(
        """
        update contracts.signature set status = 'sent', read_at = coalesce(read_at, \(moment)),
          code_hash = \(hash(code, of: id)), code_until = \(until), codes = codes + 1, tries = 0, message = \(message),
          delivery = 'waiting', delivery_fault = null, delivered_at = null
        where id = \(id)
        """)
      let text = TextMessage(phone: record.phone, text: Self.words(code), kept: Self.words("[code]"))
      try await transaction.announce(
        TextMessageRequested(
          message: message, dossier: record.dossier, account: caller.account,
          sealed: try codes.seal(try JSONEncoder.jalons.encode(text), name: message.text), expiresAt: until),
        at: moment)
      return try await transaction.signature(id, of: contract).sheet(of: held)
    }
  }

  /// Nothing in it says what the document is about: others may read over a shoulder.
  private static func words(_ code: String) -> String {
    "Votre code de signature : \(code). Donnez-le à votre référent pour signer le document qu’il vous présente. "
      + "Valable \(SignatureLimits.minutes) min."
  }

  private func hash(_ code: String, of id: ID<ContractSignature>) -> Data { codes.hash(code, name: "code:\(id)") }

  private enum Attempt: Sendable {
    case right(SignatureRecord)
    case wrong(triesLeft: Int)
    case done
  }

  /// Signs with the code. The agreement and the order to make the signed document are one commit; the document follows at
  /// once, or from the background when this process dies in between.
  /// - Throws: 404; 409; 422 for a wrong code.
  func confirm(
    _ answer: SignatureCode, for id: ID<ContractSignature>, of contract: ID<Contract>, by caller: Caller,
    at moment: Date
  ) async throws -> SignatureSheet {
    let code = answer.code.filter(\.isNumber)
    switch try await attempt(code, for: id, of: contract, by: caller.looking, at: moment) {
    case .done: break
    case .wrong(let left): throw Self.wrong(triesLeft: left)
    case .right(let record):
      try await agree(record, by: caller, at: moment)
      await filing.fileAtOnce(id)
    }
    return try await sheet(id, of: contract, for: caller.looking)
  }

  /// Spends a try, whatever becomes of it: two guesses at once are two tries.
  private func attempt(
    _ code: String, for id: ID<ContractSignature>, of contract: ID<Contract>, by caller: Caller, at moment: Date
  ) async throws -> Attempt {
    try await postgres.withTransaction(as: caller) { transaction in
      let held = try await transaction.contract(contract, toChange: true)
      let before = try await transaction.signature(id, of: contract)
      // The same answer again, sent twice by a slow connection.
      if before.confirmedAt != nil { return .done }
      try before.checkOpen(held)
      try await transaction.checkConsent(of: contract)
      guard before.status == .sent, let hash = before.codeHash, let until = before.codeUntil else {
        throw Problem.conflict("sans-code", "Aucun code n’a encore été envoyé.", detail: "Envoyez d’abord le code.")
      }
      guard moment < until else {
        throw Problem.conflict(
          "code-expire", "Ce code n’est plus valable.",
          detail: "Il valait \(SignatureLimits.minutes) minutes. Envoyez-en un autre.")
      }
      if hash == self.hash(code, of: id) { return .right(before) }
      let tries = before.tries + 1
      let status: SignatureSheet.Status = tries < SignatureLimits.tries ? .sent : .locked
      try await transaction.execute(
        "update contracts.signature set tries = \(tries), status = \(status) where id = \(id)")
      return .wrong(triesLeft: max(0, SignatureLimits.tries - tries))
    }
  }

  private static func wrong(triesLeft: Int) -> Problem {
    guard triesLeft > 0 else {
      return .conflict(
        "signature-bloquee", "Trop de codes inexacts ont été saisis pour ce document.",
        detail: "Recommencez le processus de signature, ou recueillez l’accord par la case à cocher.")
    }
    return .invalid([
      Fault(
        "code", "inexact",
        "Ce code n’est pas celui du SMS. Il reste \(French.count(triesLeft, "essai")).")
    ])
  }

  private func agree(_ record: SignatureRecord, by caller: Caller, at moment: Date) async throws {
    do {
      _ = try await contracts.change(
        record.contract, version: record.contractVersion, for: caller, at: moment
      ) { held, transaction in
        try held.check(.consent)
        held.record.consent = .sms
        held.record.consentAt = moment
        held.events.append(
          ConsentRecorded(contract: record.contract, dossier: record.dossier, consent: .sms))
        let changed = try await transaction.execute(
          """
          update contracts.signature set status = 'confirmed', confirmed_at = \(moment),
            confirmed_by_name = \(caller.name), confirmed_address = \(caller.act?.address), code_hash = null
          where id = \(record.id) and status = 'sent' and code_hash = \(record.codeHash)
          """)
        guard changed == 1 else { throw Problem.documentChanged }
      }
    } catch let problem as Problem where problem.status == 412 {
      throw Problem.documentChanged
    }
  }
}
