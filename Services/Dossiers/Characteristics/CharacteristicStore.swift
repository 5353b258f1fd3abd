import API
import Domain
import Foundation
import Postgres
import Service

/// How the county defines its characteristics (rule C18).
struct CharacteristicStore: Sendable {
  let postgres: PostgresClient

  static let select: SQL = """
    select c.code, c.family, f.label as family_label, c.label, c.kind, c.choices, c.readers, c.writers, c.required,
      c.open, c.locked, c.version
    from dossiers.characteristic c join dossiers.characteristic_family f on f.code = c.family
    """

  /// By family and in their order: those that the caller's profile reads, all for an administrator.
  func all(for caller: Caller) async throws -> Page<Characteristic> {
    try await postgres.withTransaction(as: caller) { transaction in
      Page(items: try await Self.readable(in: transaction))
    }
  }

  /// - Parameter defining: whether an administrator also gets those whose values are not theirs to read.
  static func readable(in transaction: Transaction, defining: Bool = true) async throws -> [Characteristic] {
    // An operator's people know of a step, not of the person.
    if transaction.caller.scope == .enrolled { return [] }
    let which: SQL =
      defining && transaction.caller.rights.contains(.administer)
      ? "true" : "(c.readers = '{}' or caller.profile() = any (c.readers))"
    return try await transaction.query(
      "\(select) where \(which) order by f.position, f.code, c.position limit 500", as: Characteristic.self)
  }

  /// - Throws: 422 with every fault; 409 for a label that the family has already.
  func add(_ draft: CharacteristicDraft, for caller: Caller) async throws -> Characteristic {
    try await refusingTwins {
      try await postgres.withTransaction(as: caller) { transaction in
        let kept = try await Self.checked(draft, before: nil, in: transaction)
        let codes = try await transaction.query("select code from dossiers.characteristic limit 1000", as: String.self)
        guard codes.count < 500 else {
          throw Problem.conflict(
            "trop-de-caracteristiques", "Il y a déjà 500 caractéristiques.",
            detail: "Renommez plutôt une caractéristique fermée.")
        }
        let code = CountyListStore.code(for: kept.label, besides: codes)
        try await transaction.execute(
          """
          insert into dossiers.characteristic (code, family, label, kind, choices, readers, writers, required, open)
          values (\(code), \(kept.family), \(kept.label), \(kept.kind), \(kept.choices)::text[],
            \(kept.readers)::text[], \(kept.writers)::text[], \(kept.required), \(kept.open))
          """)
        return try await Self.read(code, in: transaction)
      }
    }
  }

  /// - Throws: 404; 412 with the characteristic as it is now; 409 as `add`, and for one that the feed fills.
  func change(
    _ code: String, to draft: CharacteristicDraft, version: Int, for caller: Caller
  ) async throws -> Characteristic {
    try await refusingTwins {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.execute("select from dossiers.characteristic where code = \(code) for update")
        let before = try await Self.read(code, in: transaction).held(version: version)
        guard !before.locked else {
          throw Problem.conflict(
            "caracteristique-verrouillee", "Cette caractéristique est remplie par le déversement.",
            detail: "Elle ne se modifie pas. Ajoutez-en une autre si besoin.")
        }
        let kept = try await Self.checked(draft, before: before, in: transaction)
        try await transaction.execute(
          """
          update dossiers.characteristic set family = \(kept.family), label = \(kept.label),
            choices = \(kept.choices)::text[], readers = \(kept.readers)::text[],
            writers = \(kept.writers)::text[], required = \(kept.required), open = \(kept.open),
            version = version + 1
          where code = \(code)
          """)
        return try await Self.read(code, in: transaction)
      }
    }
  }

  static func read(_ code: String, in transaction: Transaction) async throws -> Characteristic {
    guard let found = try await transaction.first("\(select) where c.code = \(code)", as: Characteristic.self) else {
      throw Problem.notFound("Cette caractéristique")
    }
    return found
  }

  /// The draft as it is kept: without choices said twice, or where the kind has none.
  private static func checked(
    _ draft: CharacteristicDraft, before: Characteristic?, in transaction: Transaction
  ) async throws -> CharacteristicDraft {
    var kept = draft
    kept.label = draft.label.trimmingCharacters(in: .whitespacesAndNewlines)
    var choices: [String] = []
    for choice in draft.choices.map({ $0.trimmingCharacters(in: .whitespacesAndNewlines) })
    where !choice.isEmpty && !choices.contains(choice) { choices.append(choice) }
    kept.choices = draft.kind.hasChoices ? choices : []
    var faults = try await KeptList.characteristicFamilies.faults(
      draft.family, at: "family", keeping: before?.family, in: transaction)
    if kept.label.isEmpty { faults.append(Fault("label", "obligatoire", "Donnez un nom à la caractéristique.")) }
    if draft.kind.hasChoices, !(1...200).contains(choices.count) {
      faults.append(Fault("choices", "choix", "Écrivez les valeurs à choisir, une par ligne, 200 au plus."))
    }
    if let before, before.kind != draft.kind {
      faults.append(
        Fault("kind", "fixe", "La nature ne change plus : des dossiers ont déjà des valeurs. Ajoutez-en une autre."))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    return kept
  }

  private func refusingTwins(_ body: @Sendable () async throws -> Characteristic) async throws -> Characteristic {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "characteristic_label" {
      throw Problem.conflict(
        "caracteristique-existante", "Cette famille a déjà une caractéristique de ce nom.",
        detail: "Modifiez-la, ou donnez un autre nom.")
    }
  }
}

extension Characteristic.Kind {
  var hasChoices: Bool { self == .choice || self == .choices }
}
