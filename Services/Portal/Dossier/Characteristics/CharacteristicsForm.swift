import API
import Domain
import Foundation
import Service

/// Every characteristic that the caller writes, on one page (the guide's *Demande de mises en demeure*: « Actualisation avec
/// historique »). The address says whether what was said before is kept.
struct CharacteristicsForm: DossierForm {
  let open: OpenDossier
  let sheet: CharacteristicSheet

  static let section = Characteristics.section

  static func load(_ visit: Visit) async throws -> CharacteristicsForm {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(DossiersAPI.showCharacteristics, ["dossier": id])
    return try await CharacteristicsForm(open: opening, sheet: showing)
  }

  /// What is said, by the code of its characteristic.
  struct Draft: Sendable {
    var values: [String: String] = [:]

    subscript(text code: String) -> String? {
      get { values[code] }
      set { values[code] = newValue }
    }

    subscript(texts code: String) -> [String] {
      get { values[code]?.split(separator: "\n").map(String.init) ?? [] }
      set { values[code] = newValue.isEmpty ? nil : newValue.joined(separator: "\n") }
    }

    subscript(day code: String) -> CalendarDate? {
      get { values[code].flatMap { CalendarDate($0) } }
      set { values[code] = newValue?.description }
    }
  }

  private var keepsHistory: Bool { !visit.path.hasSuffix("/correction") }

  private var written: [Characteristic] { sheet.definitions.filter { $0.isWritten(by: visit.person.profile) } }

  var instead: PageAnswer? {
    guard written.isEmpty else { return nil }
    let nothing = EmptyState(
      "Rien à saisir sous votre profil", "L’administrateur fonctionnel définit qui écrit chaque caractéristique.",
      icon: .lock)
    return open.page(head, in: Self.section, [nothing])
  }

  var groups: [QuestionGroup<Draft>] {
    var groups: [(title: String, questions: [Question<Draft>])] = []
    for (place, definition) in written.enumerated() {
      // The service speaks of a value by its place in what is sent.
      let asked = question(definition).known(as: "values.\(place).value").quiet()
      if groups.last?.title == definition.familyLabel {
        groups[groups.count - 1].questions.append(asked)
      } else {
        groups.append((definition.familyLabel, [asked]))
      }
    }
    return groups.map { QuestionGroup($0.title, all: $0.questions) }
  }

  private func question(_ definition: Characteristic) -> Question<Draft> {
    let (code, label) = (definition.code, definition.label)
    let name = "c_\(code)"
    let stored = draft.values[code]
    // A choice that the county took away stays where it was made.
    let kept = definition.kind == .choice ? [stored].compactMap { $0 }.filter { !definition.choices.contains($0) } : []
    let choices = (definition.choices + kept).map { Choice($0, $0) }
    switch definition.kind {
    case .line: return .line(name, \.[text: code], label, most: 200)
    case .text: return .area(name, \.[text: code], label, rows: 3, most: 4000)
    case .number: return .line(name, \.[text: code], label, width: .narrow, most: 15)
    case .date: return .date(name, \.[day: code], label)
    case .yesNo:
      return .radios(
        name, \.[text: code], label, [Choice("oui", "Oui"), Choice("non", "Non"), Choice("", "Non renseigné")],
        isInline: true)
    case .choice: return .list(name, \.[text: code], label, none: "Non renseigné", choices)
    case .choices: return .boxes(name, \.[texts: code], label, choices)
    }
  }

  var draft: Draft {
    Draft(values: sheet.values.reduce(into: [:]) { $0[$1.characteristic] = $1.value })
  }

  var version: Int? { sheet.version }

  var sending: Sending {
    Sending("caracteristiques", "Enregistrer", cancel: open.address(Self.section))
  }

  var head: PageHead {
    PageHead(
      keepsHistory ? "Actualisation avec historique" : "Correction",
      lead: keepsHistory
        ? "La valeur que vous remplacez reste dans l’historique. Laissez vide ce que vous ne savez pas."
        : "La valeur que vous remplacez était une erreur : elle n’est pas gardée.",
      back: Link("Caractéristiques", open.address(Self.section)))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let values = written.map { CharacteristicUpdate.Entry(characteristic: $0.code, value: draft.values[$0.code]) }
    _ = try await visit.services.call(
      DossiersAPI.updateCharacteristics, open.path, CharacteristicUpdate(values: values, keepsHistory: keepsHistory),
      version: version)
    return .see(open.address(Self.section), saying: "Les caractéristiques sont enregistrées.")
  }
}
