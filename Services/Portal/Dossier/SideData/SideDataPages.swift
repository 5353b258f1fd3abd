import API
import Domain
import Foundation
import Service

let sideDataSection = DossierSection(
  "Données bénéficiaire", path: "donnees", icon: .user, position: 65)

/// What is known of a person beside their path (the guide's *Les informations annexes*, rule C19): by kind, what holds and
/// what was closed.
enum SideData {
  static let section = "donnees"

  static func add(to pages: Pages) {
    let all = "dossiers/{dossier}/donnees"
    pages.get(all, rights: [.readDossiers]) { visit in try await page(visit) }
    pages.form("\(all)/nouvelle/{kind}", rights: [.editSideData], SideDatumForm.self)
    pages.form("\(all)/{sideDatum}", rights: [.editSideData], SideDatumForm.self)
    pages.post("\(all)/{sideDatum}/cloture", rights: [.editSideData]) { visit in
      let id = try visit.id("dossier", of: Dossier.self)
      let datum = try visit.id("sideDatum", of: SideDatum.self)
      let address = "/dossiers/\(id)/\(section)"
      return try await PageAnswer.acting(at: address, unless: "La donnée a changé") {
        _ = try await visit.services.call(
          DossiersAPI.closeSideDatum, ["dossier": id, "sideDatum": datum], version: try visit.version)
        return .see(address, saying: "La donnée est close : elle reste lisible avec sa date.")
      }
    }
  }

  private static func page(_ visit: Visit) async throws -> PageAnswer {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(DossiersAPI.listSideData, ["dossier": id])
    let (open, data) = try await (opening, listing.items)
    var steps: [Step] = []
    if data.contains(where: { $0.step != nil }) {
      steps = try await visit.services.call(FSEAPI.listSteps, open.path).items
    }
    let names = Dictionary(steps.map { ($0.id, $0.offerName) }) { first, _ in first }
    let mayWrite = visit.may(.editSideData)
    let panels: [any Piece] = SideDatum.Kind.allCases.map { kind in
      let current = data.filter { $0.kind == kind && $0.closedOn == nil }
      let add = Action(
        "Ajouter : \(kind.label.lowercasedFirst)", open.address("\(section)/nouvelle/\(kind.rawValue)"), icon: .plus,
        weight: .plain)
      // Ten kinds, of which most say nothing: these take a line.
      let body: any Piece =
        current.isEmpty
        ? Paragraph("Rien de renseigné", isMuted: true) : list(current, names, open, label: kind.title)
      return Panel(
        kind.title, id: kind.rawValue, count: current.count, actions: mayWrite ? [add] : [], [body])
    }
    let closed = data.filter { $0.closedOn != nil }
    var body = panels
    if !closed.isEmpty {
      body.append(Panel("Closes", count: closed.count, [list(closed, names, open, label: "Données closes")]))
    }
    let head = PageHead(
      "Données bénéficiaire",
      lead: "Les difficultés ne se lisent que dans ce dossier : aucune liste, aucun rapport ne les reprend.")
    return open.page(head, in: section, body)
  }

  private static func list(
    _ data: [SideDatum], _ steps: [ID<Step>: String], _ open: OpenDossier, label: String
  ) -> ItemList {
    let items = data.map { datum in
      let address = open.address("\(section)/\(datum.id)")
      let change = Action("Modifier", address, weight: .plain)
      let close = Action(
        "Clore", "\(address)/cloture", weight: .plain, posts: true,
        values: [HiddenValue("version", String(datum.version))])
      return Item(
        datum.shown, text: datum.detail, meta: datum.meta(step: datum.step.flatMap { steps[$0] }),
        badges: datum.closedOn == nil ? [] : [Badge(datum.kind.label, .neutral)],
        actions: open.visit.may(.editSideData) && datum.closedOn == nil ? [change, close] : [])
    }
    return ItemList(
      label, items, empty: EmptyState("Rien de renseigné", "Se remplit au fil des entretiens.", icon: .user))
  }
}

extension SideDatum {
  /// « A1203 Aménagement et entretien des espaces verts ».
  var shown: String { kind == .trade ? [code, label].compactMap { $0 }.joined(separator: " ") : label }

  fileprivate func meta(step: String?) -> String {
    let period =
      untilDate.map { "du \(French.long(fromDate)) au \(French.long($0))" } ?? "depuis le \(French.long(fromDate))"
    let closed = closedOn.map { "close le \(French.long($0)) par \(closedBy ?? "—")" }
    return [
      period, "saisie par \(authorName) le \(French.long(CalendarDate(writtenAt)))", step.map { "étape : \($0)" },
      closed,
    ].compactMap { $0 }.joined(separator: " · ")
  }
}

extension SideDatum.Kind {
  fileprivate var title: String {
    switch self {
    case .difficulty: "Difficultés"
    case .trade: "Métiers souhaités"
    case .sector: "Secteurs souhaités"
    case .training: "Formations souhaitées"
    case .mobility: "Mobilité"
    case .licence: "Permis"
    case .language: "Langues"
    case .qualification: "Diplômes et qualifications"
    case .experience: "Expériences"
    case .aid: "Aides financières"
    }
  }
}
