import API
import Domain
import Foundation
import Service

/// What the county asks of each person, by family: the functional administrator defines it (rule C18).
let characteristicsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Caractéristiques", characteristicsAddress),
      text: "Ce qui se renseigne sur chaque bénéficiaire, par famille, et qui le lit")
  ]
) { pages in
  pages.get("administration/caracteristiques", rights: [.administer]) { visit in try await characteristicsPage(visit) }
  pages.form("administration/caracteristiques/nouvelle", rights: [.administer], CharacteristicForm.self)
  pages.form("administration/caracteristiques/{characteristic}", rights: [.administer], CharacteristicForm.self)
}

let characteristicsAddress = "/administration/caracteristiques"

private func characteristicsPage(_ visit: Visit) async throws -> PageAnswer {
  let all = try await visit.services.call(DossiersAPI.listCharacteristics).items
  let rows = all.map { characteristic in
    Row(
      id: characteristic.code,
      address: characteristic.locked ? nil : "\(characteristicsAddress)/\(characteristic.code)",
      name: characteristic.label,
      [
        Cell(characteristic.label, detail: characteristic.familyLabel), Cell(characteristic.kind.label),
        Cell(characteristic.readers.words("Tous")),
        Cell(characteristic.locked ? "—" : characteristic.writers.words("Tous")),
        characteristic.locked
          ? Cell(Badge("Remplie par Genesis", .info, icon: .lock))
          : characteristic.open
            ? Cell(Badge("Proposée", .done, icon: .check)) : Cell(Badge("Fermée", .neutral, icon: .lock)),
      ])
  }
  let table = Table(
    id: "caracteristiques", caption: "Caractéristiques",
    columns: [
      Column("Caractéristique"), Column("Nature"), Column("Lue par"), Column("Saisie par"), Column("État"),
    ], rows: rows, count: French.count(rows.count, "caractéristique"),
    empty: EmptyState("Aucune caractéristique", "Ajoutez la première.", icon: .list))
  let families = Action("Familles", CountyListName.characteristicFamily.address, icon: .folder, weight: .plain)
  let add = Action(
    "Ajouter une caractéristique", "\(characteristicsAddress)/nouvelle", icon: .plus, weight: .primary)
  let head = PageHead(
    "Caractéristiques", lead: "Se lisent au résumé de chaque dossier, par famille, et se cherchent dans les listes.",
    back: Link("Administration", "/administration"), actions: [families, add])
  return visit.page(head, .administration, [table])
}

extension [Profile] {
  fileprivate func words(_ everybody: String) -> String {
    isEmpty ? everybody : map(\.label).joined(separator: ", ")
  }
}

extension Characteristic.Kind {
  var label: String {
    switch self {
    case .line: "Texte court"
    case .text: "Texte long"
    case .number: "Nombre"
    case .date: "Date"
    case .yesNo: "Oui ou non"
    case .choice: "Une valeur d’une liste"
    case .choices: "Plusieurs valeurs d’une liste"
    }
  }
}

extension Characteristic.Kind: FormValue {}

/// A characteristic, new or changed.
private struct CharacteristicForm: SettingForm {
  let visit: Visit
  /// Nil for a new one.
  let characteristic: Characteristic?
  let families: CountyList

  static let room = "Caractéristiques"

  static func load(_ visit: Visit) async throws -> CharacteristicForm {
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    async let knowing = visit.services.call(DossiersAPI.listCharacteristics)
    let (lists, all) = try await (listing, knowing.items)
    let families = lists[.characteristicFamily]
    guard let code = visit.parameters["characteristic"] else {
      return CharacteristicForm(visit: visit, characteristic: nil, families: families)
    }
    guard let found = all.first(where: { $0.code == code && !$0.locked }) else {
      throw Problem.notFound("Cette caractéristique")
    }
    return CharacteristicForm(visit: visit, characteristic: found, families: families)
  }

  /// The choices are typed as lines.
  struct Draft: Sendable {
    var sent: CharacteristicDraft
    var lines: String?
  }

  var groups: [QuestionGroup<Draft>] {
    let readers = Profile.allCases.filter { $0.rights.contains(.readDossiers) && $0 != .operateur }
    let writers = readers.filter { $0.rights.contains(.editCharacteristics) }
    let kinds = Characteristic.Kind.allCases.filter { characteristic == nil || $0 == characteristic?.kind }
    return [
      QuestionGroup(
        .list(
          "family", \.sent.family, "Famille", none: "Choisissez une famille", width: .medium,
          missing: "Choisissez la famille.", of: families),
        .line("label", \.sent.label, "Nom", most: 120, missing: "Donnez un nom à la caractéristique."),
        .radios(
          "kind", \.sent.kind, "Nature", kinds.map { Choice($0.rawValue, $0.label) }, missing: "Choisissez la nature."
        ).help(characteristic == nil ? "Elle ne change plus ensuite." : nil),
        .area("choices", \.lines, "Valeurs à choisir", rows: 6, most: 8000)
          .help("Une par ligne").when("kind", is: "choice", "choices")),
      QuestionGroup(
        "Qui", text: "Sans coche, tous ceux qui voient le dossier lisent, et tous ceux qui ont le droit écrivent.",
        .boxes("readers", \.sent.readers, "Lue par", readers.map { Choice($0.rawValue, $0.label) }),
        .boxes("writers", \.sent.writers, "Saisie par", writers.map { Choice($0.rawValue, $0.label) })),
      QuestionGroup(
        .box("required", \.sent.required, "À renseigner pour chaque bénéficiaire")
          .help("Le dossier où elle manque le dit."),
        .box("open", \.sent.open, "Proposée à la saisie").help("Fermée, elle reste là où elle est renseignée.")),
    ]
  }

  var draft: Draft {
    let known = characteristic.map {
      CharacteristicDraft(
        family: $0.family, label: $0.label, kind: $0.kind, choices: $0.choices, readers: $0.readers,
        writers: $0.writers, required: $0.required, open: $0.open)
    }
    let sent = known ?? CharacteristicDraft(family: "", label: "", kind: .line)
    return Draft(sent: sent, lines: sent.choices.isEmpty ? nil : sent.choices.joined(separator: "\n"))
  }

  var version: Int? { characteristic?.version }

  var sending: Sending {
    Sending(
      "caracteristique", characteristic == nil ? "Ajouter la caractéristique" : "Enregistrer la caractéristique",
      cancel: characteristicsAddress)
  }

  var head: PageHead {
    PageHead(
      characteristic?.label ?? "Ajouter une caractéristique", back: Link("Caractéristiques", characteristicsAddress))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    var sent = draft.sent
    sent.choices = (draft.lines ?? "").split(whereSeparator: \.isNewline)
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    if let characteristic {
      _ = try await visit.services.call(
        DossiersAPI.changeCharacteristic, ["characteristic": characteristic.code], sent, version: version)
    } else {
      _ = try await visit.services.call(DossiersAPI.addCharacteristic, [:], sent, key: visit.key)
    }
    return .see(characteristicsAddress, saying: "La caractéristique « \(sent.label) » est enregistrée.")
  }
}
