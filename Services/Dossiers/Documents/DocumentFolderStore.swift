import API
import Domain
import Foundation
import Postgres
import Service

/// The folders that are open in a dossier (rule D1).
struct DocumentFolderStore: Sendable {
  let postgres: PostgresClient

  func folders(of dossier: ID<Dossier>, for caller: Caller) async throws -> [DocumentFolder] {
    try await postgres.withTransaction(as: caller) { try await Self.folders(of: dossier, in: $0) }
  }

  static func folders(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> [DocumentFolder] {
    try await transaction.query(
      """
      select o.folder as code, f.label, o.opened_at, o.account_name,
        (select count(*)::int from dossiers.document d
          where d.dossier = o.dossier and d.folder = o.folder and d.removed_at is null) as documents,
        array(select t.label from dossiers.document_type t
          where t.folder = o.folder and t.is_required and t.open and not exists (
            select from dossiers.document d
            where d.dossier = o.dossier and d.type = t.code and d.removed_at is null)
          order by t.position) as missing
      from dossiers.opened_folder o join dossiers.document_folder f on f.code = o.folder
      where o.dossier = \(dossier) order by f.position, f.code
      """, as: DocumentFolder.self)
  }

  /// - Throws: 422 for a folder that is not in the county's list.
  func open(
    _ folder: String, in dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws -> [DocumentFolder] {
    try await postgres.withTransaction(as: caller) { transaction in
      let faults = try await KeptList.documentFolders.faults(folder, at: "folder", in: transaction)
      guard faults.isEmpty else { throw Problem.invalid(faults) }
      try await DocumentStore.open(folder, in: dossier, transaction, at: moment)
      return try await Self.folders(of: dossier, in: transaction)
    }
  }
}

/// The county's table of documents: where each type goes and how it is called.
struct DocumentTypeStore: Sendable {
  let postgres: PostgresClient

  static let select: SQL =
    "select t.code, t.label, t.folder, t.name, t.is_required, t.open, t.version from dossiers.document_type t"

  func types(for caller: Caller) async throws -> [DocumentType] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query("\(Self.select) order by t.position, t.code limit 500", as: DocumentType.self)
    }
  }

  /// The same again changes nothing.
  /// - Throws: 404; 412 with the type as it is now; 422 with everything that is wrong.
  func change(
    _ code: String, to change: DocumentTypeChange, version: Int, for caller: Caller
  ) async throws -> DocumentType {
    try await postgres.withTransaction(as: caller) { transaction in
      var type = try await transaction.held(
        "\(Self.select) where t.code = \(code) for update of t", as: DocumentType.self, version: version,
        missing: "Ce type de document")
      let name = change.name ?? ""
      var faults = name.isEmpty ? [] : DocumentChecks.faults(name: name)
      faults += try await KeptList.documentFolders.faults(
        change.folder, at: "folder", keeping: type.folder, in: transaction)
      if change.isRequired, change.folder == nil {
        faults.append(Fault("folder", "obligatoire", "Choisissez le dossier dans lequel ce document est requis."))
      }
      guard faults.isEmpty else { throw Problem.invalid(faults) }
      if (type.folder, type.name, type.isRequired) == (change.folder, name, change.isRequired) { return type }
      try await transaction.execute(
        """
        update dossiers.document_type set folder = \(change.folder), name = \(name),
          is_required = \(change.isRequired), version = version + 1
        where code = \(code)
        """)
      type.folder = change.folder
      type.name = name
      type.isRequired = change.isRequired
      type.version += 1
      return type
    }
  }
}
