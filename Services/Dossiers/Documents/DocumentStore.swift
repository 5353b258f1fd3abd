import API
import Crypto
import Documents
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// The documents of dossiers: what is said of them in the database, their contents in the store of files (rules D1, D2 and D4).
struct DocumentStore: Sendable {
  let postgres: PostgresClient
  let files: any FileStore

  private static let select: SQL = """
    select d.id, d.dossier, d.folder, f.label as folder_label, d.type, t.label as type_label, d.name, d.kind, d.bytes,
      d.sent_on, d.comment, d.deposited_at, d.author_name, d.version
    from dossiers.document d
    join dossiers.document_folder f on f.code = d.folder join dossiers.document_type t on t.code = d.type
    """

  func documents(
    of dossier: ID<Dossier>, _ query: DocumentQuery, for caller: Caller
  ) async throws -> Page<DossierDocument> {
    let limit = query.limit ?? 50
    let after = try query.place(as: ID<DossierDocument>.self)
    return try await postgres.withTransaction(as: caller) { transaction in
      let rows = try await transaction.query(
        """
        \(Self.select) where d.dossier = \(dossier) and d.removed_at is null
          and (\(query.folder)::text is null or d.folder = \(query.folder))
          and (\(query.type)::text is null or d.type = \(query.type))
          and (\(after)::uuid is null or d.id < \(after))
        order by d.id desc limit \(limit + 1)
        """, as: DossierDocument.self)
      return try Page(rows, limit: limit, place: \.id)
    }
  }

  func summary(of dossier: ID<Dossier>, for caller: Caller) async throws -> DocumentSummary {
    try await postgres.withTransaction(as: caller) { transaction in
      let newest = try await transaction.query(
        "\(Self.select) where d.dossier = \(dossier) and d.removed_at is null order by d.id desc limit 3",
        as: DossierDocument.self)
      let curriculum = try await transaction.first(
        """
        \(Self.select) where d.dossier = \(dossier) and d.removed_at is null
          and d.type = \(DossierDocument.curriculum)
        order by d.id desc limit 1
        """, as: DossierDocument.self)
      return DocumentSummary(
        curriculum: curriculum, newest: newest,
        folders: try await DocumentFolderStore.folders(of: dossier, in: transaction))
    }
  }

  func document(
    _ id: ID<DossierDocument>, of dossier: ID<Dossier>, for caller: Caller
  ) async throws -> DossierDocument {
    try await postgres.withTransaction(as: caller) { try await Self.document(id, of: dossier, in: $0) }
  }

  static func document(
    _ id: ID<DossierDocument>, of dossier: ID<Dossier>, in transaction: Transaction
  ) async throws -> DossierDocument {
    let found = try await transaction.first(
      "\(select) where d.id = \(id) and d.dossier = \(dossier) and d.removed_at is null", as: DossierDocument.self)
    guard let found else { throw Problem.notFound("Ce document") }
    return found
  }

  /// - Throws: 404, also where the store has lost the content.
  func content(_ id: ID<DossierDocument>, of dossier: ID<Dossier>, for caller: Caller) async throws -> FileOutput {
    let (document, digest) = try await postgres.withTransaction(as: caller) { transaction in
      let document = try await Self.document(id, of: dossier, in: transaction)
      let digest = try await transaction.first("select digest from dossiers.document where id = \(id)", as: String.self)
      return (document, digest ?? "")
    }
    do {
      return FileOutput(
        name: document.fileName, contentType: document.kind.contentType,
        bytes: try await files.data(digest, limit: DossierDocument.mostBytes))
    } catch DocumentError.fileNotFound {
      throw Problem.notFound("Le contenu de ce document")
    }
  }

  /// Files a document, in a folder that is opened by it where it was not yet.
  /// - Parameter isOnce: the same content filed under the same type in the same folder is the document that is there.
  /// - Throws: 422 with everything that is wrong: the folder, the type, the name, the file.
  func deposit(
    _ content: Data, _ deposit: DocumentDeposit, in dossier: ID<Dossier>, isOnce: Bool = false, for caller: Caller,
    at moment: Date
  ) async throws -> DossierDocument {
    // Before the transaction, which would hold a second connection.
    let digest = try await noted(content, for: caller)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await self.deposit(content, digest, deposit, in: dossier, isOnce: isOnce, transaction, at: moment)
    }
  }

  /// The deposit itself, inside a transaction that does more.
  /// - Parameter digest: of a content that was `noted`.
  func deposit(
    _ content: Data, _ digest: String, _ deposit: DocumentDeposit, in dossier: ID<Dossier>, isOnce: Bool = false,
    _ transaction: Transaction, at moment: Date
  ) async throws -> DossierDocument {
    let caller = transaction.caller
    let (kind, faults) = DocumentChecks.kind(of: content, named: deposit.fileName)
    try await Self.hold(dossier, in: transaction)
    if isOnce, let twin = try await Self.twin(of: digest, deposit, in: dossier, transaction) { return twin }
    let (name, wrong) = try await DocumentChecks.name(for: deposit, in: dossier, transaction)
    let all = wrong + faults
    guard all.isEmpty, let kind, let name else { throw Problem.invalid(all) }
    try await Self.hold(content: digest, in: transaction)
    let kept = try await files.put(content)
    try await Self.open(deposit.folder, in: dossier, transaction, at: moment)
    let id = ID<DossierDocument>.new(at: moment)
    try await transaction.execute(
      """
      insert into dossiers.document (id, dossier, folder, type, name, kind, bytes, digest, sent_on, comment,
        deposited_at, author, author_name)
      values (\(id), \(dossier), \(deposit.folder), \(deposit.type), \(name), \(kind), \(kept.bytes), \(kept.digest),
        \(deposit.sentOn), \(deposit.comment), \(moment), \(caller.account), \(caller.name))
      """)
    try await transaction.execute("delete from dossiers.loose_content where digest = \(digest)")
    try await transaction.announce(
      DocumentFiled(dossier: dossier, document: id, change: .deposited, name: name), at: moment)
    return try await Self.document(id, of: dossier, in: transaction)
  }

  /// Keeps a content that a batch is to file; where no dossier takes it, `DocumentSweep` erases it.
  /// - Throws: 422 with everything that is wrong: the folder, the type, the file.
  func keep(_ content: Data, _ deposit: DocumentDeposit, for caller: Caller) async throws -> String {
    let wrong = DocumentChecks.kind(of: content, named: deposit.fileName).1
    let digest = try await noted(content, for: caller)
    try await postgres.withTransaction(as: caller) { [files] transaction in
      var faults = try await KeptList.documentFolders.faults(deposit.folder, at: "folder", in: transaction)
      faults += try await KeptList.documentTypes.faults(deposit.type, at: "type", in: transaction)
      faults += wrong
      guard faults.isEmpty else { throw Problem.invalid(faults) }
      try await Self.hold(content: digest, in: transaction)
      try await files.put(content)
    }
    return digest
  }

  private static func twin(
    of digest: String, _ deposit: DocumentDeposit, in dossier: ID<Dossier>, _ transaction: Transaction
  ) async throws -> DossierDocument? {
    try await transaction.first(
      """
      \(select) where d.dossier = \(dossier) and d.digest = \(digest) and d.folder = \(deposit.folder)
        and d.type = \(deposit.type) and (\(deposit.name)::text is null or d.name = \(deposit.name))
      order by d.id desc limit 1
      """, as: DossierDocument.self)
  }

  /// Notes a content before it is kept: where the deposit breaks off, `DocumentSweep` takes it away.
  func noted(_ content: Data, for caller: Caller) async throws -> String {
    let digest = SHA256.hash(data: content).map { String(format: "%02x", $0) }.joined()
    try await postgres.withTransaction(as: caller.looking) { transaction in
      _ = try await transaction.execute(
        """
        insert into dossiers.loose_content (digest, noted_at) values (\(digest), clock_timestamp())
        on conflict (digest) do update set noted_at = excluded.noted_at
        """)
    }
    return digest
  }

  /// The same again changes nothing.
  /// - Throws: 404; 412 with the document as it is now; 422 with everything that is wrong.
  func change(
    _ id: ID<DossierDocument>, of dossier: ID<Dossier>, to change: DocumentChange, version: Int, for caller: Caller,
    at moment: Date
  ) async throws -> DossierDocument {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.hold(dossier, in: transaction)
      let before = try await Self.document(id, of: dossier, in: transaction).held(version: version)
      if before.change == change { return before }
      let faults = try await DocumentChecks.faults(change, of: before, transaction)
      guard faults.isEmpty else { throw Problem.invalid(faults) }
      try await Self.open(change.folder, in: dossier, transaction, at: moment)
      try await transaction.execute(
        """
        update dossiers.document set folder = \(change.folder), type = \(change.type), name = \(change.name),
          sent_on = \(change.sentOn), comment = \(change.comment), version = version + 1
        where id = \(id)
        """)
      return try await Self.document(id, of: dossier, in: transaction)
    }
  }

  /// The row stays as the trace of who deleted what; the content is erased by `DocumentSweep`.
  func remove(
    _ id: ID<DossierDocument>, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date
  ) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.hold(dossier, in: transaction)
      let before = try await Self.document(id, of: dossier, in: transaction).held(version: version)
      try await transaction.execute(
        """
        update dossiers.document set digest = null, removed_at = \(moment), removed_by = \(caller.account),
          removed_by_name = \(caller.name), version = version + 1
        where id = \(id)
        """)
      try await transaction.announce(
        DocumentFiled(dossier: dossier, document: id, change: .removed, name: before.name), at: moment)
    }
  }

  /// Names in a folder are told apart under this lock.
  static func hold(_ dossier: ID<Dossier>, in transaction: Transaction) async throws {
    try await transaction.execute(
      "select pg_advisory_xact_lock(hashtext(\("jalons.documents.\(dossier)")))")
  }

  /// What refers to a content, and what erases it, wait for each other.
  static func hold(content digest: String, in transaction: Transaction) async throws {
    try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.content.\(digest)")))")
  }

  static func open(
    _ folder: String, in dossier: ID<Dossier>, _ transaction: Transaction, at moment: Date
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.opened_folder (dossier, folder, opened_at, account, account_name)
      values (\(dossier), \(folder), \(moment), \(transaction.caller.account), \(transaction.caller.name))
      on conflict do nothing
      """)
  }
}

extension DossierDocument {
  var change: DocumentChange {
    DocumentChange(folder: folder, type: type, name: name, sentOn: sentOn, comment: comment)
  }
}
