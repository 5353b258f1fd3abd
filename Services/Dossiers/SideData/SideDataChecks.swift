import API
import Domain
import Foundation
import Postgres
import Service

/// Whether a fact of a person is what its kind asks for.
enum SideDataChecks {
  /// - Returns: what it is called: the entry that was chosen, or what was written.
  /// - Throws: 422 with every fault.
  static func label(
    of draft: SideDatumDraft, keeping before: SideDatum?, in dossier: ID<Dossier>, in transaction: Transaction
  ) async throws -> String {
    var faults: [Fault] = []
    if let before, before.kind != draft.kind {
      faults.append(Fault("kind", "fixe", "La nature ne change pas. Fermez cette donnée et ajoutez-en une autre."))
    }
    if let until = draft.until, until < draft.from {
      faults.append(
        Fault(
          "until", "ordre",
          "La fin (\(French.short(until))) précède le début (\(French.short(draft.from))). Corrigez l’une des deux dates."
        ))
    }
    if draft.step != before?.step {
      faults += try await transaction.faults(of: [draft.step.map { BodyReference.step($0, of: dossier, at: "step") }])
    }
    let found = try await name(of: draft, keeping: before, &faults, in: transaction)
    guard faults.isEmpty, let found else { throw Problem.invalid(faults) }
    return found
  }

  private static func name(
    of draft: SideDatumDraft, keeping before: SideDatum?, _ faults: inout [Fault], in transaction: Transaction
  ) async throws -> String? {
    guard !draft.kind.isWritten else {
      let written = draft.label?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
      if written.isEmpty { faults.append(Fault("label", "obligatoire", "Écrivez de quoi il s’agit.")) }
      return written
    }
    guard let code = draft.code else {
      faults.append(Fault("code", "obligatoire", "Choisissez dans la liste."))
      return nil
    }
    // What was chosen once stays as it was called.
    if let before, before.code == code { return before.label }
    let label: String?
    switch draft.kind {
    case .difficulty:
      faults += try await KeptList.difficulties.faults(code, at: "code", in: transaction)
      label = try await transaction.first("select label from dossiers.difficulty where code = \(code)", as: String.self)
    case .sector:
      faults += try await KeptList.sectors.faults(code, at: "code", in: transaction)
      label = try await transaction.first("select label from dossiers.sector where code = \(code)", as: String.self)
    case .trade:
      label = try await transaction.first("select label from dossiers.trade where code = \(code)", as: String.self)
    default: label = draft.kind.choices.first { $0.code == code }?.label
    }
    if label == nil, faults.isEmpty { faults.append(Fault("code", "choix", "Choisissez une valeur de la liste.")) }
    return label
  }
}

extension SideDatumDraft {
  /// What was chosen, where the kind is chosen from something.
  var chosen: String? { kind.isWritten ? nil : code }
}
