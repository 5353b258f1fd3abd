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
      feedFieldLabel(tally.name), Double(tally.count), shown: French.number(tally.count), .info,
      address: lines(["champ": tally.name]))
  }
  let problems = effects.problems.map { tally in
    ChartFigure(
      feedProblemLabel(tally.name), Double(tally.count), shown: French.number(tally.count), .late,
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

/// A field as `FeedRow.changes` names it, in words.
func feedFieldLabel(_ name: String) -> String {
  [
    "familyName": "Nom", "givenName": "Prénom", "birthName": "Nom de naissance", "birthDate": "Naissance",
    "entitlement": "Droit", "duties": "Devoirs", "orientation": "Orientation", "territory": "Territoire",
    "commune": "Commune", "address": "Adresse", "household": "Foyer", "closedOn": "Clôture du droit",
    "formalNoticeOn": "Mise en demeure", "lead": "Référent de parcours", "exit": "Sortie proposée",
  ][name] ?? name
}

/// Why a person was set aside, in a few words.
func feedProblemLabel(_ code: String) -> String {
  [
    "nir-invalide": "NIR impossible", "nir-sexe": "Sexe et NIR en désaccord",
    "nir-date-naissance": "Naissance et NIR en désaccord", "couple-meme-nir": "Même NIR dans le couple",
    "deux-demandeurs": "Deux demandeurs", "deux-conjoints": "Deux conjoints",
    "conjoint-sans-demandeur": "Conjoint sans demandeur", "isole-avec-conjoint": "Personne seule avec un conjoint",
    "role-inconnu": "Rôle inconnu", "etat-droit-inconnu": "État du droit inconnu",
    "clos-sans-date": "Droit clos sans date", "date-illisible": "Date illisible",
    "champ-trop-long": "Valeur trop longue", "identifiant-absent": "Sans identifiant Genesis",
    "identifiant-en-double": "Identifiant en double", "demande-absente": "Sans numéro de demande",
    "nom-absent": "Sans nom", "colonnes": "Colonnes manquantes", "nir-en-double": "NIR en double",
    "identite-ambigue": "NIR et identifiant de deux dossiers", "deux-referents": "Deux référents ouverts",
    "code-postal-hors-departement": "Adresse hors du département",
  ][code] ?? code
}
