import API
import Domain

/// Which fields changed how often, why persons were set aside, and where Genesis and Jalons count differently.
///
/// - Parameter isOpen: whether the figures lead to the persons.
func feedEffects(_ run: FeedRun, _ effects: FeedEffects, isOpen: Bool) -> [any Piece] {
  func lines(_ filter: KeyValuePairs<String, String?>) -> String? {
    isOpen ? Address(run.address, filter).text + "#lignes" : nil
  }
  let fields = effects.fields.prefix(12).map { tally in
    ChartFigure(
      FeedWords.field(tally.name), Double(tally.count), shown: French.number(tally.count), .info,
      address: lines(["champ": tally.name]))
  }
  let problems = effects.problems.map { tally in
    ChartFigure(
      FeedWords.problem(tally.name), Double(tally.count), shown: French.number(tally.count), .late,
      address: lines(["motif": tally.name]))
  }
  let changed: any Piece =
    fields.isEmpty
    ? EmptyState("Aucun champ modifié", "Les dossiers connus étaient déjà à jour.", icon: .check)
    : Chart(bars: Array(fields), title: "Champs modifiés", unit: "dossiers", labelTitle: "Champ")
  let aside: any Piece =
    problems.isEmpty
    ? EmptyState("Personne n’a été mis de côté", "Toutes les lignes du fichier ont été comprises.", icon: .check)
    : Chart(bars: problems, title: "Motifs de mise de côté", unit: "personnes", labelTitle: "Motif")
  var pieces: [any Piece] = [
    SideBySide(left: [Panel("Ce qui a changé", [changed])], right: [Panel("Mises de côté", [aside])])
  ]
  if let gap = gapPanel(run, effects, isOpen: isOpen) { pieces.append(gap) }
  return pieces
}

/// Only after a full feed: a day's changes say nothing about a caseload.
private func gapPanel(_ run: FeedRun, _ effects: FeedEffects, isOpen: Bool) -> Panel? {
  guard run.stock == true else { return nil }
  guard effects.gaps > 0 else {
    return Panel(
      "Écarts avec Genesis",
      [
        Notice("Les files actives sont celles de Genesis", "Aucun référent n’a plus ou moins de personnes ici.", .done)
      ])
  }
  let persons = French.count(effects.gapPersons, "personne d’écart", "personnes d’écart")
  let referents = French.count(effects.gaps, "référent")
  return Panel(
    "Écarts avec Genesis",
    actions: isOpen ? [Action("Voir référent par référent", "\(run.address)/ecarts", icon: .users)] : [],
    [
      Paragraph(
        "\(persons) chez \(referents). En cas d’écart, la vérité des files actives est sur Genesis : le référent sort "
          + "de sa file active qui n’y est plus.")
    ])
}
