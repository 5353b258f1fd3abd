import API
import Domain
import Foundation
import Logging
import Service

/// A dossier that a person has before her: what every one of its pages shows around its own matter.
struct OpenDossier: Sendable {
  let visit: Visit
  let detail: DossierDetail
  /// What happened and what is of its course; nil when it could not be had, which hides the strip and nothing else.
  let timeline: DossierTimeline?

  /// Asks for the dossier of the address, and then for its timeline.
  ///
  /// - Parameter reads: what the page reads afterwards through `visit`, so that the audit log has one act of it.
  /// - Throws: 404 in the same words for a dossier that does not exist and one out of reach.
  static func load(_ visit: Visit, reads: [String] = []) async throws -> OpenDossier {
    try await load(visit, of: try visit.id("dossier", of: Dossier.self), reads: reads)
  }

  /// As above for a page whose address names something of the dossier instead: a contract, a participation.
  static func load(_ visit: Visit, of id: ID<Dossier>, reads: [String] = []) async throws -> OpenDossier {
    let isToldAll = !visit.person.isOperators
    let shown = try await visit.services.announcing((isToldAll ? [DossiersAPI.listTimeline.fullName] : []) + reads)
      .reply(DossiersAPI.showDossier, ["dossier": id], NoInput())
    let own = visit.under(look: shown.look)
    return OpenDossier(visit: own, detail: shown.value, timeline: isToldAll ? await story(of: id, own) : nil)
  }

  private static func story(of id: ID<Dossier>, _ visit: Visit) async -> DossierTimeline? {
    do {
      return try await PageTime.besideTheRest {
        try await visit.services.call(DossiersAPI.listTimeline, ["dossier": id])
      }
    } catch {
      visit.parts.logger.debug("no timeline", metadata: ["error": "\(error)"])
      return nil
    }
  }

  var name: String { French.name(detail.familyName, detail.givenName) }
  var today: CalendarDate { visit.today }
  /// Whether she follows the dossier as its lead, or by more than her own caseload: a step référent ends nothing of the
  /// lead's.
  var isLeads: Bool { visit.person.scope != .own || detail.lead?.account == visit.person.seat }
  /// The parameter of every call about this dossier.
  var path: [String: any CustomStringConvertible] { ["dossier": detail.id] }

  /// `/dossiers/…/notes`
  func address(_ section: String = "") -> String {
    section.isEmpty ? "/dossiers/\(detail.id)" : "/dossiers/\(detail.id)/\(section)"
  }

  private var sections: [DossierSection] { Self.sections(visit) }

  /// The reads of the panels that the person's sections bring to the summary.
  static func summaryReads(_ visit: Visit) -> [String] { sections(visit).flatMap(\.reads) }

  private static func sections(_ visit: Visit) -> [DossierSection] {
    visit.parts.rooms.flatMap(\.sections)
      .filter { visit.person.may(anyOf: $0.rights) && ($0.isForOperators || !visit.person.isOperators) }
      .sorted { $0.position < $1.position }
  }

  /// A page of this dossier.
  ///
  /// - Parameter section: the path of the section that it belongs to.
  func page(_ head: PageHead, in section: String, _ body: [any Piece]) -> PageAnswer {
    let archived: [any Piece] =
      detail.archivedOn.map {
        [Notice("Dossier archivé depuis le \(French.long($0))", "Il se lit, et ne se change plus.")]
      } ?? []
    return PageAnswer(
      .dossier(
        DossierPage(
          visit.frame(name, .beneficiaries), band: band, navigation: navigation(current: section),
          // The frise's own page draws it larger.
          timeline: section == "frise" ? nil : timeline.map { strip($0.blocks) },
          actions: actionColumn, head: head, body: archived + body)))
  }

  /// The question before an act, as a page for browsers without scripts.
  func page(asking confirmation: Confirmation, in section: String) -> PageAnswer {
    page(PageHead(confirmation.title), in: section, [Panel("Ce qui va se passer", [confirmation])])
  }

  /// What the sections bring to the summary, in the order of the navigation.
  func summaryPanels() async -> [Panel] {
    let bringing = sections.filter { $0.summary != nil }
    return await sideBySide(bringing) { section in
      do {
        return try await PageTime.besideTheRest { try await section.summary?(self) ?? [] }
      } catch {
        visit.parts.logger.notice(
          "a summary panel failed", metadata: ["panel": "\(section.title)", "error": "\(error)"])
        return [Panel(section.title, [Notice.missingPart])]
      }
    }.flatMap { $0 }
  }

  private func navigation(current: String) -> Navigation {
    let links = sections.map { Link($0.title, address($0.path), icon: $0.icon, isCurrent: $0.path == current) }
    return Navigation("Dossier", [NavigationGroup(links: links)])
  }

  private var actionColumn: ActionColumn {
    let actions = detail.archivedOn == nil ? sections.flatMap { $0.actions(self) } : []
    var groups = actions.isEmpty ? [] : [ActionGroup("Actions", actions)]
    if let partner = detail.partner, !visit.person.isOperators {
      let chip = PersonChip(
        French.name(partner.familyName, partner.givenName), detail: "Conjoint",
        address: partner.reachable ? "/dossiers/\(partner.dossier)" : nil)
      groups.append(ActionGroup("Foyer", people: [chip]))
    }
    return ActionColumn(groups)
  }
}
