import API
import Documents
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// The scans of contracts that were signed on paper, and what the person was given.
struct DocumentStore: Sendable {
  let postgres: PostgresClient
  let files: any FileStore

  func all(of contract: ID<Contract>, for caller: Caller) async throws -> ContractDocuments {
    try await postgres.withTransaction(as: caller) { try await $0.documents(of: contract) }
  }

  /// Keeps a scan, once however often it is sent.
  /// - Throws: 404; 422 for a file that is neither PDF nor picture.
  func add(
    _ bytes: Data, named name: String?, to contract: ID<Contract>, as caller: Caller, at moment: Date
  ) async throws -> ContractScan {
    guard let type = ScanType(bytes) else {
      throw Problem.invalid([
        Fault("file", "format", "Déposez le contrat numérisé en PDF, ou une photo JPEG ou PNG.")
      ])
    }
    // Nothing is kept for a contract out of reach.
    _ = try await postgres.withTransaction(as: caller.looking) { try await $0.contract(contract) }
    // As long as the column holds, which counts otherwise than readers do.
    let given = String(String.UnicodeScalarView((name ?? "").unicodeScalars.prefix(200)))
    let fileName = given.isEmpty ? "Contrat signé.\(type.ending)" : given
    let digest = try await files.put(bytes).digest
    return try await postgres.withTransaction(as: caller) { transaction in
      let record = try await transaction.contract(contract)
      try await transaction.execute(
        """
        insert into contracts.scan (id, contract, dossier, file_name, content_type, digest, bytes, added_at, added_by,
          added_by_name)
        values (\(ID<ContractScan>.new(at: moment)), \(contract), \(record.dossier), \(fileName), \(type.contentType),
          \(digest), \(bytes.count), \(moment), \(caller.account), \(caller.name))
        on conflict (contract, digest) do nothing
        """)
      let kept = try await transaction.first(
        """
        select id, file_name, bytes, added_at, added_by_name from contracts.scan
        where contract = \(contract) and digest = \(digest)
        """, as: ContractScan.self)
      guard let kept else { throw Problem.notFound("Ce document") }
      return kept
    }
  }

  private struct Kept: Decodable, Sendable {
    let fileName: String
    let contentType: String
    let digest: String
  }

  /// - Throws: 404 for one of another contract too.
  func file(_ scan: ID<ContractScan>, of contract: ID<Contract>, for caller: Caller) async throws -> FileOutput {
    let kept = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select file_name, content_type, digest from contracts.scan where id = \(scan) and contract = \(contract)",
        as: Kept.self)
    }
    guard let kept else { throw Problem.notFound("Ce document") }
    return FileOutput(name: kept.fileName, contentType: kept.contentType, bytes: try await files.data(kept.digest))
  }

  /// - Throws: 404; 422 for a day to come.
  func record(
    _ draft: HandoverDraft, of contract: ID<Contract>, by caller: Caller, at moment: Date
  ) async throws -> ContractDocuments {
    let day = draft.on ?? caller.today
    return try await postgres.withTransaction(as: caller) { transaction in
      let record = try await transaction.contract(contract)
      guard day <= caller.today else {
        throw Problem.invalid([Fault("on", "futur", "La remise ne peut être dans le futur : elle est faite ou non.")])
      }
      try await transaction.execute(
        """
        insert into contracts.handover (id, contract, dossier, way, on_day, at, by_account, by_name)
        values (\(ID<DocumentHandover>.new(at: moment)), \(contract), \(record.dossier), \(draft.way), \(day), \(moment),
          \(caller.account), \(caller.name))
        """)
      let documents = try await transaction.documents(of: contract)
      try await transaction.announce(
        ContractHandedOver(
          contract: contract, dossier: record.dossier, number: record.number, how: draft.way, on: day), at: moment)
      return documents
    }
  }
}

extension Transaction {
  func documents(of contract: ID<Contract>) async throws -> ContractDocuments {
    let sheet = try await sheet(of: contract)
    let people = try await people(of: sheet.contract.dossier)
    let signatures = try await query(
      """
      select \(SignatureRecord.columns) from contracts.signature where contract = \(contract)
      order by started_at desc, id desc limit 50
      """, as: SignatureRecord.self
    ).map { $0.sheet(of: sheet.contract) }
    let scans = try await query(
      """
      select id, file_name, bytes, added_at, added_by_name from contracts.scan where contract = \(contract)
      order by added_at desc, id desc limit 50
      """, as: ContractScan.self)
    let handovers = try await query(
      """
      select id, way, on_day, at, by_name from contracts.handover where contract = \(contract)
      order by at desc, id desc limit 50
      """, as: DocumentHandover.self)
    let mailings = try await query(
      """
      select \(MailingRecord.columns) from contracts.mailing where contract = \(contract)
      order by asked_at desc, id desc limit 50
      """, as: MailingRecord.self)
    return ContractDocuments(
      signatures: signatures, obstacle: SignatureObstacle.found(sheet, people), phone: PhoneNumber.shown(people.phone),
      email: people.email, scans: scans, handovers: handovers,
      awaitsHandover: sheet.contract.awaitsHandover(signed: signatures.compactMap(\.filedAt).max(), handovers),
      mailings: mailings.map(\.shown))
  }
}

extension ContractRecord {
  /// Whether the person has not been given yet what was signed or decided last (rule K23).
  func awaitsHandover(signed: Date?, _ handovers: [DocumentHandover]) -> Bool {
    guard let news = [signed, state.isDecided ? stateSince : nil].compactMap(\.self).max() else { return false }
    return !handovers.contains { $0.at >= news }
  }
}
