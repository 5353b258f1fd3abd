import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// What is asked of a document before it is filed.
enum DocumentChecks {
  /// What the content is, and what is wrong with it.
  static func kind(of content: Data, named fileName: String?) -> (DossierDocument.Kind?, [Fault]) {
    do {
      guard let found = try FileKind.of(content), let kind = DossierDocument.Kind(rawValue: found.rawValue) else {
        return (
          nil,
          [
            Fault(
              "file", "nature",
              "Ce fichier n’est ni un PDF, ni un document Word, ni une image JPEG ou PNG. Enregistrez-le dans l’un de "
                + "ces formats, puis déposez-le à nouveau.")
          ]
        )
      }
      guard let said = fileName.flatMap(FileKind.named), said != found else { return (kind, []) }
      return (
        nil,
        [
          Fault(
            "file", "nature",
            "Ce fichier est en réalité de nature \(kind.label). Renommez-le en .\(kind.ending), puis déposez-le à "
              + "nouveau.")
        ]
      )
    } catch let error as DocumentError {
      return (nil, [Fault("file", "document", error.description)])
    } catch {
      return (nil, [Fault("file", "document", DocumentError.notWordDocument.description)])
    }
  }

  /// The name that a deposit gets, and everything that is wrong with what it says.
  static func name(
    for deposit: DocumentDeposit, in dossier: ID<Dossier>, _ transaction: Transaction
  ) async throws -> (String?, [Fault]) {
    var faults = try await KeptList.documentFolders.faults(deposit.folder, at: "folder", in: transaction)
    faults += try await KeptList.documentTypes.faults(deposit.type, at: "type", in: transaction)
    let typed = deposit.name?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    if !typed.isEmpty {
      faults += self.faults(name: typed)
      if faults.isEmpty, try await taken(in: deposit.folder, of: dossier, transaction).contains(typed.lowercased()) {
        faults.append(nameTaken(typed))
      }
      return (typed, faults)
    }
    let rule = try await transaction.first(
      "\(DocumentTypeStore.select) where t.code = \(deposit.type)", as: DocumentType.self)
    let usual = rule?.proposedName(on: transaction.caller.today) ?? deposit.fileName.flatMap(DocumentName.ofFile)
    return (free(usual ?? "Document", in: try await taken(in: deposit.folder, of: dossier, transaction)), faults)
  }

  /// Everything that is wrong with a correction.
  static func faults(
    _ change: DocumentChange, of before: DossierDocument, _ transaction: Transaction
  ) async throws -> [Fault] {
    var faults = try await KeptList.documentFolders.faults(
      change.folder, at: "folder", keeping: before.folder, in: transaction)
    faults += try await KeptList.documentTypes.faults(
      change.type, at: "type", keeping: before.type, in: transaction)
    faults += self.faults(name: change.name)
    let isMoved = (change.folder, change.name.lowercased()) != (before.folder, before.name.lowercased())
    if faults.isEmpty, isMoved {
      let names = try await taken(in: change.folder, of: before.dossier, transaction)
      if names.contains(change.name.lowercased()) { faults.append(nameTaken(change.name)) }
    }
    return faults
  }

  /// A name outside the rule is refused with the one that follows it.
  static func faults(name: String) -> [Fault] {
    if DocumentName.isPlain(name) { return [] }
    let rule = "Un nom ne contient que des lettres sans accent, des chiffres, « _ » et « - »."
    guard let mended = DocumentName.mended(name) else { return [Fault("name", "nom", rule)] }
    return [Fault("name", "nom", "\(rule) Nom proposé : \(mended)")]
  }

  private static func nameTaken(_ name: String) -> Fault {
    Fault("name", "nom-existant", "« \(name) » existe déjà dans ce dossier de classement. Donnez un autre nom.")
  }

  private static func taken(
    in folder: String, of dossier: ID<Dossier>, _ transaction: Transaction
  ) async throws -> Set<String> {
    Set(
      try await transaction.query(
        """
        select lower(name) from dossiers.document
        where dossier = \(dossier) and folder = \(folder) and removed_at is null
        """, as: String.self))
  }

  /// The name, with a number behind it where it is taken.
  private static func free(_ name: String, in taken: Set<String>) -> String {
    guard taken.contains(name.lowercased()) else { return name }
    let stem = name.prefix(DocumentName.longest - 6)
    var number = 2
    while taken.contains("\(stem)_\(number)".lowercased()) { number += 1 }
    return "\(stem)_\(number)"
  }
}
