import API
import Domain
import Foundation
import Service

let characteristicsSection = DossierSection(
  "Caractéristiques", path: "caracteristiques", icon: .list, position: 15,
  actions: { open in
    [Action("Caractéristiques", open.address("caracteristiques"), icon: .list, weight: .plain)]
  },
  reads: [DossiersAPI.showCharacteristics.fullName],
  summary: { open in
    let sheet = try await open.visit.services.call(DossiersAPI.showCharacteristics, open.path)
    let all = Action("Toutes", open.address("caracteristiques"), weight: .plain)
    return sheet.families.compactMap { family -> Panel? in
      let facts = family.definitions.compactMap { sheet.fact($0, isFilled: true) }
      return facts.isEmpty ? nil : Panel(family.title, actions: [all], [Facts(facts)])
    }
  })

/// The characteristics of a dossier: what is said, what was said before, and the two ways to write them (rule C18).
enum Characteristics {
  static let section = "caracteristiques"

  static func add(to pages: Pages) {
    let all = "dossiers/{dossier}/caracteristiques"
    pages.get(all, rights: [.readDossiers]) { visit in try await page(visit) }
    pages.get("\(all)/historique", rights: [.readDossiers]) { visit in try await historyPage(visit) }
    pages.form("\(all)/actualisation", rights: [.editCharacteristics], CharacteristicsForm.self)
    pages.form("\(all)/correction", rights: [.editCharacteristics], CharacteristicsForm.self)
  }

  private static func page(_ visit: Visit) async throws -> PageAnswer {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(DossiersAPI.showCharacteristics, ["dossier": id])
    let (open, sheet) = try await (opening, showing)
    let asking = formalNoticesSection.actions(open)
    let panels: [any Piece] = sheet.families.map { family in
      // A formal notice is asked for by filling in two of these in the guide.
      let asks = family.definitions.contains { $0.code == "date_demande_midem" }
      return Panel(
        family.title, actions: asks ? asking : [],
        [Facts(family.definitions.compactMap { sheet.fact($0, isFilled: false) })])
    }
    let empty = EmptyState(
      "Aucune caractéristique", "L’administrateur fonctionnel définit ce qui se renseigne ici.", icon: .list)
    let mayWrite =
      visit.may(.editCharacteristics) && sheet.definitions.contains { $0.isWritten(by: visit.person.profile) }
    var actions = [Action("Historique", open.address("\(section)/historique"), icon: .history, weight: .plain)]
    if mayWrite {
      actions += [
        Action("Correction", open.address("\(section)/correction"), icon: .edit),
        Action(
          "Actualisation avec historique", open.address("\(section)/actualisation"), icon: .refresh, weight: .primary),
      ]
    }
    let head = PageHead(
      "Caractéristiques", lead: "Ce que le déversement et les demandes remplissent ne se modifie pas ici.",
      actions: actions)
    return open.page(head, in: section, panels.isEmpty ? [empty] : panels)
  }

  private static func historyPage(_ visit: Visit) async throws -> PageAnswer {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(
      DossiersAPI.listCharacteristicHistory, ["dossier": id], ListChangeQuery(limit: 50, after: visit.query["apres"]))
    let (open, past) = try await (opening, listing)
    let rows = past.items.map { change in
      Row(
        id: String(change.position), name: change.label,
        [
          Cell(change.label), Cell(change.kind.shown(change.value) ?? "non renseigné"),
          Cell(French.long(CalendarDate(change.at)), detail: change.authorName),
          Cell(French.long(CalendarDate(change.replacedAt)), detail: change.replacedBy),
        ])
    }
    let address = open.address("\(section)/historique")
    let table = Table(
      id: "historique", caption: "Valeurs précédentes",
      columns: [Column("Caractéristique"), Column("Valeur"), Column("Saisie le"), Column("Remplacée le")], rows: rows,
      empty: EmptyState(
        "Aucune valeur précédente", "« Actualisation avec historique » garde ici la valeur que vous remplacez.",
        icon: .history),
      pager: Pager(
        first: visit.query["apres"] == nil ? nil : address,
        next: past.next.map { Address(address, ["apres": $0]).text }))
    let head = PageHead("Historique des caractéristiques", back: Link("Caractéristiques", open.address(section)))
    return open.page(head, in: section, [table])
  }
}

extension CharacteristicSheet {
  /// The open characteristics, and the closed ones that have a value, by family.
  var families: [(title: String, definitions: [Characteristic])] {
    var families: [(title: String, definitions: [Characteristic])] = []
    for definition in definitions where definition.open || value(of: definition) != nil {
      if families.last?.definitions.first?.family == definition.family {
        families[families.count - 1].definitions.append(definition)
      } else {
        families.append((definition.familyLabel, [definition]))
      }
    }
    return families
  }

  func value(of definition: Characteristic) -> CharacteristicValue? {
    values.first { $0.characteristic == definition.code }
  }

  /// - Parameter isFilled: leaves out those of which nothing is said.
  func fact(_ definition: Characteristic, isFilled: Bool) -> Fact? {
    let said = value(of: definition)
    if said == nil, isFilled { return nil }
    let author = said?.authorName.flatMap { name in said?.at.map { "\(name), le \(French.long(CalendarDate($0)))" } }
    let isMissing = said == nil && definition.required
    return Fact(
      definition.label, definition.kind.shown(said?.value),
      badge: isMissing ? Badge("À renseigner", .waiting, icon: .alert) : nil, source: author)
  }
}

extension Characteristic.Kind {
  /// A value as it is read.
  func shown(_ value: String?) -> String? {
    guard let value else { return nil }
    return switch self {
    case .date: CalendarDate(value).map(French.long) ?? value
    case .yesNo: value == "oui" ? "Oui" : "Non"
    case .choices: value.split(separator: "\n").joined(separator: ", ")
    case .line, .text, .number, .choice: value
    }
  }
}
