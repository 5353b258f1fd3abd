import API
import Domain
import Foundation
import Service

let mappingsAddress = "/flux/correspondances"

func addMappingPages(to pages: Pages) {
  pages.get("flux/correspondances", rights: [.importFeed]) { visit in try await mappingsPage(visit) }
  addSamplePages(to: pages)
  pages.get("flux/correspondances/{mapping}", rights: [.importFeed]) { visit in
    mappingPage(visit, try await shownMapping(visit))
  }
  pages.post("flux/correspondances/{mapping}/etat", rights: [.importFeed]) { visit in try await turn(visit) }
}

extension FeedMapping {
  var address: String { "\(mappingsAddress)/\(id.uuidString.lowercased())" }

  var badge: Badge {
    isActive ? Badge("En service", .done, icon: .check) : Badge("Retirée", .neutral, icon: .pause)
  }
}

func shownMapping(_ visit: Visit) async throws -> FeedMapping {
  try await visit.services.call(
    DossiersAPI.showFeedMapping, ["mapping": try visit.id("mapping", of: FeedMapping.self).description])
}

private func mappingsPage(_ visit: Visit) async throws -> PageAnswer {
  let mappings = try await visit.services.call(DossiersAPI.listFeedMappings).items
  let rows = mappings.map { mapping in
    Row(
      id: mapping.id.text, address: mapping.address, name: mapping.name,
      [
        Cell(mapping.name, detail: mapping.pattern), Cell(mapping.badge),
        Cell(French.count(mapping.dialect.columns.count, "colonne lue", "colonnes lues")),
        Cell(
          mapping.editions.first.map { "\(French.long(CalendarDate($0.validFrom))) par \($0.authorName)" } ?? "",
          detail: "Version \(mapping.version)"),
      ])
  }
  let table = Table(
    id: "correspondances", caption: "Correspondances",
    columns: [
      Column("Nom"), Column("État"), Column("Colonnes", isSecondary: true),
      Column("En vigueur depuis", isSecondary: true),
    ], rows: rows,
    empty: EmptyState(
      "Aucune correspondance",
      "Si votre logiciel n’écrit ni le format de Genesis ni celui de la CNAF, déposez un de ses fichiers CSV : vous direz "
        + "ce que sont ses colonnes, et Jalons le lira ensuite comme les autres.", icon: .link,
      actions: [Action("Déposer un échantillon", "\(mappingsAddress)/nouvelle", icon: .upload)]))
  let head = PageHead(
    "Correspondances", lead: "Comment sont lus les fichiers CSV du Département",
    back: Link("Flux Genesis", "/flux"),
    actions: [Action("Nouvelle correspondance", "\(mappingsAddress)/nouvelle", icon: .plus, weight: .primary)])
  return visit.page(head, .administration, [table])
}

private func mappingPage(_ visit: Visit, _ mapping: FeedMapping) -> PageAnswer {
  let dialect = mapping.dialect
  let facts = Facts([
    Fact("État", nil, badge: mapping.badge),
    Fact("Nom des fichiers", mapping.pattern ?? "Aucun : à choisir au dépôt"),
    Fact("Chaque fichier contient", dialect.content), Fact("Encodage", dialect.encoding.label),
    Fact("Entre deux colonnes", dialect.separator.label), Fact("Le 12 mars 2026 s’écrit", dialect.dates.label),
    Fact("Version", String(mapping.version)),
  ])
  let table = Table(
    id: "colonnes", caption: "Colonnes lues",
    columns: [Column("Colonne du fichier"), Column("Donnée de Jalons"), Column("Valeurs", isSecondary: true)],
    rows: dialect.columns.map { column in
      Row(
        id: column.field, name: column.header,
        [Cell(column.header), Cell(FeedDialect.label(of: column.field)), Cell(dialect.translation(of: column.field))])
    }, empty: EmptyState("Aucune colonne", "Déposez un échantillon pour dire ce que sont les colonnes.", icon: .link))
  let entries = mapping.editions.enumerated().map { index, edition in
    let former = index + 1 < mapping.editions.count ? mapping.editions[index + 1] : nil
    return HistoryEntry(
      French.moment(edition.validFrom), who: edition.authorName,
      former == nil ? "A enregistré la correspondance" : "A modifié la correspondance (version \(edition.version))",
      changes: former.map { edition.changes(since: $0) } ?? [])
  }
  let turn = Action(
    mapping.isActive ? "Retirer" : "Remettre en service", "\(mapping.address)/etat",
    icon: mapping.isActive ? .pause : .undo, posts: true, values: [HiddenValue("version", String(mapping.version))])
  let head = PageHead(
    mapping.name, back: Link("Correspondances", mappingsAddress), badges: [],
    actions: [Action("Modifier…", "\(mapping.address)/echantillon", icon: .edit), turn])
  return visit.page(
    head, .administration, title: "Correspondances",
    [
      Panel("En bref", [facts]), Panel("Colonnes lues", [table]),
      Panel("Qui a fait quoi", [History(entries)]),
    ])
}

/// Takes a mapping out of service, or puts it back: files already read stay so.
private func turn(_ visit: Visit) async throws -> PageAnswer {
  let mapping = try await shownMapping(visit)
  let draft = FeedMappingDraft(
    name: mapping.name, pattern: mapping.pattern, isActive: !mapping.isActive, dialect: mapping.dialect)
  return try await .acting(at: mapping.address, unless: "Cette correspondance a changé") {
    do {
      let turned = try await visit.services.call(
        DossiersAPI.changeFeedMapping, ["mapping": mapping.id.uuidString.lowercased()], draft,
        version: try visit.version)
      return .see(
        turned.address,
        saying: turned.isActive
          ? "« \(turned.name) » est de nouveau en service."
          : "« \(turned.name) » est retirée : plus aucun fichier n’est lu ainsi.",
        undo: Saying.Undo(address: "\(turned.address)/etat", values: ["version": String(turned.version)]))
    } catch let problem as Problem where [409, 422].contains(problem.status) {
      return .see(mapping.address, saying: problem.faults?.first?.message ?? problem.title, tone: .waiting)
    }
  }
}
