import API
import Domain
import Foundation
import Service

func addTrialPages(to pages: Pages) {
  pages.get("flux/{feed}/appliquer", rights: [.importFeed]) { visit in try await applicationPage(visit) }
  pages.post("flux/{feed}/appliquer", rights: [.importFeed]) { visit in try await apply(visit) }
  pages.get("flux/{feed}/date", rights: [.importFeed]) { visit in
    datePage(try await visit.services.call(DossiersAPI.showFeed, path(visit)), [], visit)
  }
  pages.post("flux/{feed}/date", rights: [.importFeed]) { visit in try await withdrawDate(visit) }
  pages.post("flux/{feed}/relancer", rights: [.importFeed]) { visit in
    let run = try await visit.services.call(
      DossiersAPI.restartFeed, path(visit), FeedApplication(wait: false), key: visit.key)
    return .see(run.address)
  }
  pages.get("flux/{feed}/differences", rights: [.importFeed]) { visit in try await exportRows(visit) }
}

private func path(_ visit: Visit) throws -> [String: String] {
  guard let id = visit.parameters["feed"].flatMap({ UUID(uuidString: $0) }) else { throw Problem.notFound() }
  return ["feed": id.uuidString.lowercased()]
}

/// What a dry run found, and the way to apply it.
func trialNotice(_ run: FeedRun, isOpen: Bool) -> Notice {
  guard isOpen else {
    return Notice("Essai à blanc : rien n’a été changé", "Les chiffres disent ce que le fichier aurait fait.")
  }
  guard run.isApplicable == true else {
    return Notice(
      "Essai à blanc : rien n’a été changé",
      "Il n’est plus à jour : un flux ou une correction a été appliqué depuis, ou il a plus d’une semaine. Déposez le "
        + "fichier à nouveau pour voir ce qu’il changerait maintenant.", .waiting,
      actions: [Action("Déposer un fichier", "/flux#depot", icon: .upload)])
  }
  return Notice(
    "Essai à blanc : rien n’a été changé",
    "Voici ce que le fichier changerait. « Appliquer » reprend exactement ce fichier, tant que rien de plus récent n’est "
      + "arrivé.", actions: [Action("Appliquer…", "\(run.address)/appliquer", icon: .check, weight: .primary)])
}

/// What will happen, before it does.
private func applicationPage(_ visit: Visit) async throws -> PageAnswer {
  question(try await visit.services.call(DossiersAPI.showFeed, path(visit)), [], visit)
}

private func question(_ run: FeedRun, _ notices: [Notice], _ visit: Visit) -> PageAnswer {
  let counts = run.counts
  let lines = [
    (counts.created, "dossier est créé", "dossiers sont créés"),
    (counts.updated, "dossier est mis à jour", "dossiers sont mis à jour"),
    (counts.moved, "personne change de référent", "personnes changent de référent"),
    (counts.exits, "sortie est proposée à son référent", "sorties sont proposées aux référents"),
    (counts.quarantined, "personne est mise de côté", "personnes sont mises de côté"),
  ].filter { $0.0 > 0 }.map { number, one, many in
    "\(French.number(number)) \(number < 2 ? one : many)"
  }
  let confirmation = Confirmation(
    id: "appliquer", title: "Appliquer ce fichier", consequences: lines.isEmpty ? ["Aucun dossier ne change."] : lines,
    reassurance: "Les dossiers changent tout de suite pour tout le monde. Un déversement ne s’annule pas : le suivant "
      + "corrige le précédent.", address: "\(run.address)/appliquer", label: "Appliquer", values: [Visit.freshKey],
    back: run.address)
  let head = PageHead("Appliquer l’essai", lead: run.title, back: Link(run.title, run.address))
  return visit.page(head, .administration, title: "Flux Genesis", notices + [confirmation])
}

private func apply(_ visit: Visit) async throws -> PageAnswer {
  do {
    let run = try await visit.services.call(
      DossiersAPI.applyFeed, path(visit), FeedApplication(wait: false), key: visit.key)
    return .see(run.address)
  } catch let problem as Problem where problem.status == 409 {
    let run = try await visit.services.call(DossiersAPI.showFeed, path(visit))
    return question(run, [.refusal(problem.title, problem.detail)], visit).with(status: 409)
  }
}

/// Before the reference date of the last feed is left out.
private func datePage(_ run: FeedRun, _ notices: [Notice], _ visit: Visit) -> PageAnswer {
  let day = run.referenceDate.map(French.long) ?? "inconnue"
  let confirmation = Confirmation(
    id: "date", title: "Écarter la date du \(day)",
    consequences: [
      "Les prochains fichiers sont comparés à la date du flux intégré avant celui-ci.",
      "Ce que ce flux a changé dans les dossiers reste en place.",
    ],
    reassurance: "À faire quand la date de l’en-tête est fausse et que les fichiers suivants sont refusés comme plus "
      + "anciens. L’acte est inscrit au journal d’audit.", address: "\(run.address)/date", label: "Écarter cette date",
    values: [Visit.freshKey], back: run.address)
  let head = PageHead("Date de référence", lead: run.title, back: Link(run.title, run.address))
  return visit.page(head, .administration, title: "Flux Genesis", notices + [confirmation])
}

private func withdrawDate(_ visit: Visit) async throws -> PageAnswer {
  do {
    let run = try await visit.services.call(DossiersAPI.withdrawFeedDate, path(visit), key: visit.key)
    return .see(run.address)
  } catch let problem as Problem where problem.status == 409 {
    let run = try await visit.services.call(DossiersAPI.showFeed, path(visit))
    return datePage(run, [.refusal(problem.title, problem.detail)], visit).with(status: 409)
  }
}

private func exportRows(_ visit: Visit) async throws -> PageAnswer {
  let file = try await visit.services.open(
    DossiersAPI.exportFeedRows, path(visit), FeedRowQuery(visit.query, limit: nil))
  return PageAnswer(.file(file, isShown: false))
}
