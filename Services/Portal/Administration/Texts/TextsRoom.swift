import API
import Domain
import Service

let textsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Textes", textsAddress),
      text: "Courriels et SMS que Jalons envoie, avec leur aperçu")
  ]
) { pages in
  pages.get("administration/textes", rights: [.administer]) { visit in try await textsPage(visit) }
  pages.form("administration/textes/{text}", rights: [.administer], TextForm.self)
  pages.get("administration/textes/{text}/origine", rights: [.administer]) { visit in
    let sheet = try await shownText(visit)
    let head = PageHead(sheet.name.label, back: Link(sheet.name.label, sheet.name.address))
    let question = shippedAgain(sheet)
    return visit.page(head, .administration, title: "Textes", [Panel(question.title, [question])])
  }
  pages.post("administration/textes/{text}/origine", rights: [.administer]) { visit in try await resetText(visit) }
}

let textsAddress = "/administration/textes"

extension CountyText {
  var address: String { "\(textsAddress)/\(rawValue)" }

  var badge: Badge {
    channel == .sms ? Badge("SMS", .info, icon: .sms) : Badge("Courriel", .neutral, icon: .mail)
  }
}

private func allTexts(_ visit: Visit) async throws -> [TextSheet] {
  try await visit.gathered(from: ServiceName.withTexts) { $0.texts.all }
}

private func textsPage(_ visit: Visit) async throws -> PageAnswer {
  let sheets = try await allTexts(visit)
  let rows = CountyText.allCases.map { text in
    let isShipped = sheets.first { $0.name == text }?.isShipped ?? true
    return Row(
      id: text.rawValue, address: text.address, name: text.label,
      [
        Cell(text.label, detail: text.use), Cell(text.badge),
        isShipped ? Cell("D’origine") : Cell(Badge("Décidé ici", .info, icon: .edit)),
      ])
  }
  let table = Table(
    id: "textes", caption: "Textes envoyés", columns: [Column("Texte"), Column("Envoi"), Column("Version")],
    rows: rows, empty: EmptyState("Aucun texte", "Les textes viennent avec Jalons.", icon: .mail))
  let head = PageHead(
    "Textes", lead: "Ce que disent les courriels et les SMS. Ouvrez un texte pour le lire, l’essayer ou le changer.",
    back: Link("Administration", "/administration"))
  return visit.page(head, .administration, [table])
}

func shownText(_ visit: Visit) async throws -> TextSheet {
  guard let text = CountyText(rawValue: visit.parameters["text"] ?? "") else { throw Problem.notFound("Ce texte") }
  let sheets = try await visit.services.call(text.service.texts.all)
  guard let sheet = sheets.first(where: { $0.name == text }) else { throw Problem.notFound("Ce texte") }
  return sheet
}
