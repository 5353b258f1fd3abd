import API
import Domain
import Foundation
import Service

func addSamplePages(to pages: Pages) {
  pages.get("flux/correspondances/nouvelle", rights: [.importFeed]) { visit in
    depositPage(visit, former: nil, FormFaults())
  }
  pages.post("flux/correspondances/nouvelle", rights: [.importFeed], limit: DossiersAPI.addFeedSample.limit) { visit in
    try await deposit(visit)
  }
  pages.get("flux/correspondances/{mapping}/echantillon", rights: [.importFeed]) { visit in
    depositPage(visit, former: try await shownMapping(visit), FormFaults())
  }
  pages.post(
    "flux/correspondances/{mapping}/echantillon", rights: [.importFeed], limit: DossiersAPI.addFeedSample.limit
  ) { visit in
    try await deposit(visit)
  }
  for former in ["", "/{mapping}"] {
    let place = "flux/echantillons/{sample}\(former)"
    pages.get(place, rights: [.importFeed]) { visit in
      let (sample, former) = try await shown(visit, visit.query["separateur"], visit.query["encodage"])
      return samplePage(visit, MappingForm(sample: sample, typed: nil, former: former, faults: FormFaults()))
    }
    pages.post("\(place)/relire", rights: [.importFeed]) { visit in .see(reread(visit)) }
    pages.post("\(place)/verifier", rights: [.importFeed]) { visit in try await verify(visit) }
    pages.post("\(place)/enregistrer", rights: [.importFeed]) { visit in try await save(visit) }
  }
}

// MARK: A sample

private func depositPage(_ visit: Visit, former: FeedMapping?, _ faults: FormFaults) -> PageAnswer {
  let address = former.map { "\($0.address)/echantillon" } ?? "\(mappingsAddress)/nouvelle"
  let form = Form(
    id: "echantillon", address: address,
    groups: [
      FieldGroup(
        text:
          "Un fichier CSV comme votre logiciel en écrit, dont la première ligne donne les noms des colonnes. Seules ses "
          + "premières lignes sont gardées, chiffrées, pendant un jour ; rien n’est importé.",
        fields: [
          .file(
            "fichier", "Échantillon", accept: ".csv,.txt,.gz",
            faults.common("fichier", help: "CSV, compressé (.gz) ou non ; les lignes d’un même foyer se suivent"))
        ])
    ], submit: "Regarder les colonnes", cancel: Link("Annuler", former?.address ?? mappingsAddress), isMultipart: true,
    isGuarded: false)
  let head = PageHead(
    former.map { "Modifier « \($0.name) »" } ?? "Nouvelle correspondance",
    back: Link("Correspondances", mappingsAddress))
  return visit.page(head, .administration, title: "Correspondances", faults.general + [form]).with(faults)
}

private func deposit(_ visit: Visit) async throws -> PageAnswer {
  let former = visit.parameters["mapping"] == nil ? nil : try await shownMapping(visit)
  guard let file = visit.form.file("fichier"), !file.isEmpty else {
    var faults = FormFaults()
    faults.add("fichier", "Choisissez un fichier d’exemple.")
    return depositPage(visit, former: former, faults)
  }
  do {
    let sample = try await visit.services.upload(
      DossiersAPI.addFeedSample, query: ["name": file.name], file: file.content)
    return .see(sampleAddress(sample.id.uuidString.lowercased(), former?.id.uuidString.lowercased()))
  } catch let problem as Problem {
    return depositPage(visit, former: former, try FormFaults(problem, fields: ["fichier"]))
  }
}

private func sampleAddress(_ sample: String, _ mapping: String?) -> String {
  "/flux/echantillons/\(sample)" + (mapping.map { "/\($0)" } ?? "")
}

private func here(_ visit: Visit) -> String {
  sampleAddress(visit.parameters["sample"] ?? "", visit.parameters["mapping"])
}

/// The sample as it reads in one way, and the mapping that is being changed.
private func shown(
  _ visit: Visit, _ separator: String?, _ encoding: String?
) async throws -> (FeedSample, FeedMapping?) {
  let path = ["sample": try visit.id("sample", of: FeedSample.self).description]
  let former = visit.parameters["mapping"] == nil ? nil : try await shownMapping(visit)
  let query = FeedSampleQuery(
    separator: separator.flatMap(FeedDialect.Separator.init(rawValue:)) ?? former?.dialect.separator,
    encoding: encoding.flatMap(FeedDialect.Encoding.init(rawValue:)) ?? former?.dialect.encoding)
  return (try await visit.services.call(DossiersAPI.showFeedSample, path, query), former)
}

/// The sample as the form's answers were given on it; nil when the form now asks for another reading.
private func answered(_ visit: Visit) async throws -> (FeedSample, FeedMapping?)? {
  let asked = "\(visit.form["separateur"] ?? "") \(visit.form["encodage"] ?? "")"
  guard visit.form["lu"] == asked else { return nil }
  return try await shown(visit, visit.form["separateur"], visit.form["encodage"])
}

private func reread(_ visit: Visit) -> String {
  Address(here(visit), ["separateur": visit.form["separateur"], "encodage": visit.form["encodage"]]).text
}

private func samplePage(
  _ visit: Visit, _ form: MappingForm, check: FeedSampleCheck? = nil
) -> PageAnswer {
  let sample = form.sample
  var body: [any Piece] = form.faults.general
  if let check { body.append(checkPanel(check, form.dialect)) }
  body.append(form.form(at: here(visit)))
  let lines = French.count(sample.lines, "ligne regardée", "lignes regardées")
  let head = PageHead(
    form.former.map { "Modifier « \($0.name) »" } ?? "Dire ce que sont les colonnes",
    lead: [sample.fileName, sample.isCut ? "\(lines), du début du fichier" : lines].compactMap { $0 }
      .joined(separator: " · "), back: Link("Correspondances", mappingsAddress))
  return visit.page(head, .administration, title: "Correspondances", body).with(form.faults)
}

private func checkPanel(_ check: FeedSampleCheck, _ dialect: FeedDialect) -> any Piece {
  let rows = check.rows.enumerated().map { index, row in
    Row(
      id: String(index), name: row.name, mark: row.outcome == .aside ? .late : .neutral,
      [
        Cell(row.name.isEmpty ? "Sans nom" : row.name, detail: row.genesisId), Cell(row.badge), Cell(row.understood),
        Cell(row.reasons(dialect)),
      ])
  }
  let table = Table(
    id: "verification", caption: "Personnes de l’échantillon",
    columns: [
      Column("Personne"), Column("Effet"), Column("Ce qui est compris", isSecondary: true), Column("Motif"),
    ], rows: rows,
    empty: EmptyState("Personne", "Aucune ligne de l’échantillon ne décrit quelqu’un.", icon: .users))
  let refusal = check.refusal.map { Notice.refusal("Le fichier serait refusé", $0) }
  let counts = Facts([
    Fact("Seraient reprises", French.number(check.taken)),
    Fact("Sans référent ouvert", French.number(check.ignored)),
    Fact("Seraient mises de côté", French.number(check.aside)),
  ])
  return Panel(
    "Ce que donne l’échantillon", id: "verification-resultat", (refusal.map { [$0] } ?? []) + [counts, table])
}

// MARK: Acts

private func verify(_ visit: Visit) async throws -> PageAnswer {
  guard let (sample, former) = try await answered(visit) else { return .see(reread(visit)) }
  let form = MappingForm(sample: sample, typed: visit.form, former: former, faults: FormFaults())
  do {
    let check = try await visit.services.call(
      DossiersAPI.checkFeedSample, ["sample": sample.id.uuidString.lowercased()], form.dialect)
    return samplePage(visit, form, check: check)
  } catch let problem as Problem {
    return samplePage(
      visit,
      MappingForm(sample: sample, typed: visit.form, former: former, faults: try form.faults(of: problem)))
  }
}

private func save(_ visit: Visit) async throws -> PageAnswer {
  guard let (sample, former) = try await answered(visit) else { return .see(reread(visit)) }
  let form = MappingForm(sample: sample, typed: visit.form, former: former, faults: FormFaults())
  func again(_ faults: FormFaults) -> PageAnswer {
    samplePage(visit, MappingForm(sample: sample, typed: visit.form, former: former, faults: faults))
  }
  var faults = FormFaults()
  let name = visit.form["nom"] ?? ""
  if name.count < 2 { faults.add("nom", "Donnez un nom à cette correspondance.") }
  form.unsaid(&faults)
  guard faults.isEmpty else { return again(faults) }
  let draft = FeedMappingDraft(
    name: name, pattern: visit.form["motif"], isActive: former?.isActive ?? true, dialect: form.dialect)
  do {
    guard let former else {
      let kept = try await visit.services.call(DossiersAPI.addFeedMapping, [:], draft, key: visit.key)
      return .see(kept.address, saying: "« \(kept.name) » est enregistrée.")
    }
    let kept = try await visit.services.call(
      DossiersAPI.changeFeedMapping, ["mapping": former.id.uuidString.lowercased()], draft, version: try visit.version)
    return .see(kept.address, saying: "« \(kept.name) » est modifiée ; l’ancienne version est gardée.")
  } catch let problem as Problem {
    return again(try form.faults(of: problem))
  }
}
