import API
import Domain
import Foundation
import Service

let dossierRoom = Room(
  rights: [.readDossiers],
  sections: [
    DossierSection("Résumé", path: "", icon: .home, position: 10, isForOperators: true),
    characteristicsSection, sideDataSection, formalNoticesSection, documentsSection, notesSection, referentsSection,
    standbySection,
    DossierSection("Évènements du droit", path: "droit", icon: .euro, position: 80),
    DossierSection("Frise", path: "frise", icon: .history, position: 90),
  ], blocks: [openNotesBlock, assignedNotesBlock]
) { pages in
  pages.get("dossiers/{dossier}", rights: [.readDossiers]) { visit in try await summaryPage(visit) }
  pages.get("dossiers/{dossier}/droit", rights: [.readDossiers]) { visit in try await entitlementPage(visit) }
  pages.get("dossiers/{dossier}/frise", rights: [.readDossiers]) { visit in try await timelinePage(visit) }
  pages.form("dossiers/{dossier}/identite", rights: [.editContact], ContactForm.self)
  pages.post("dossiers/{dossier}/nir", rights: [.revealNIR]) { visit in try await nirPage(visit) }
  Characteristics.add(to: pages)
  SideData.add(to: pages)
  FormalNotices.add(to: pages)
  DocumentPages.add(to: pages)
  Notes.add(to: pages)
  addReferentPages(to: pages)
  Standbys.add(to: pages)
}

/// Every change of the right and of the duties, newest first (rule C12).
private func entitlementPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(DossiersAPI.listEntitlement, ["dossier": id])
  let (open, events) = try await (opening, listing)
  let rows = events.items.enumerated().map { index, event in
    Row(
      id: String(index), name: event.entitlement.label, mark: event.entitlement.tone == .late ? .late : .neutral,
      [
        Cell(French.long(event.fromDate)), Cell(Badge(event.entitlement.label, event.entitlement.tone)),
        Cell(dutiesLabel(event.duties)), Cell(event.orientation.map(orientationLabel)),
        Cell(entitlementReason(event.closureReason ?? event.suspensionReason)),
      ])
  }
  let table = Table(
    id: "droit", caption: "Évènements du droit",
    columns: [
      Column("Depuis le"), Column("État du droit"), Column("Devoirs"), Column("Orientation", isSecondary: true),
      Column("Motif", isSecondary: true),
    ], rows: rows,
    empty: EmptyState("Aucun évènement", "Genesis n’a pas encore transmis de changement du droit.", icon: .euro))
  return open.page(PageHead("Évènements du droit", lead: "D’après Genesis."), in: "droit", [table])
}
