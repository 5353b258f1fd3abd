import API
import Domain
import Service

let delaysRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Délais", delaysAddress),
      text: "Jours et heures que le département décide, avec leur historique")
  ]
) { pages in
  pages.get("administration/delais", rights: [.administer]) { visit in try await delaysPage(visit) }
  pages.form("administration/delais/{delay}", rights: [.administer], DelayForm.self)
}

let delaysAddress = "/administration/delais"

extension CountyDelay {
  var address: String { "\(delaysAddress)/\(rawValue)" }
}

/// Every delay of every service, asked for side by side.
private func delaysPage(_ visit: Visit) async throws -> PageAnswer {
  let values = try await visit.gathered(from: ServiceName.withDelays) { $0.delays.all }
  let rows = CountyDelay.allCases.map { delay in
    let found = values.first { $0.name == delay }
    let value = found?.value ?? delay.standard
    return Row(
      id: delay.rawValue, address: delay.address, name: delay.label,
      [
        Cell(delay.label, detail: delay.effect),
        Cell(
          delay.text(value),
          detail: found?.next.map { "\(delay.text($0.value)) à partir du \(French.long($0.from))" }),
        value == delay.standard ? Cell("D’origine") : Cell(Badge("Décidé ici", .info, icon: .edit)),
      ])
  }
  let table = Table(
    id: "delais", caption: "Délais du département",
    columns: [Column("Délai"), Column("Aujourd’hui"), Column("Valeur", isSecondary: true)], rows: rows,
    empty: EmptyState("Aucun délai", "Les délais viennent avec Jalons.", icon: .clock))
  let head = PageHead(
    "Délais", lead: "Ouvrez un délai pour décider d’une autre valeur, aujourd’hui ou plus tard.",
    back: Link("Administration", "/administration"))
  return visit.page(head, .administration, [table])
}
