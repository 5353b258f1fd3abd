import API
import Domain
import Service

/// The rights of one profile: those that stay ticked stay.
func rightsForm(
  _ visit: Visit, _ shown: ProfileRights, chosen: [Right], version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) async throws -> PageAnswer {
  let groups = RightSubject.allCases.compactMap { subject -> FieldGroup? in
    let choices = shown.offered.filter { $0.subject == subject }.map { right in
      Choice(
        right.rawValue, right.label, help: shown.kept.contains(right) ? "Ne se retire pas" : nil,
        isChosen: chosen.contains(right))
    }
    // One name a subject, so that each box has an id of its own.
    return choices.isEmpty
      ? nil
      : FieldGroup(fields: [
        .checkboxes(subject.rawValue, subject.title, choices, faults.common(subject.rawValue))
      ])
  }
  let form = Form(
    id: "droits", address: shown.address, groups: groups, values: [HiddenValue("version", String(version))],
    submit: "Enregistrer les droits", cancel: Link("Annuler", rightsAddress))
  let consequence = Notice(
    "Ce que cela change",
    "Un droit décoché est retiré à \(French.count(shown.accounts, "compte")) : les pages et l’interface le refusent, et "
      + "les boutons disparaissent. Les sessions ouvertes suivent dans les minutes qui viennent. Ce qui a été fait reste."
  )
  let head = PageHead(
    shown.profile.label, lead: French.count(shown.accounts, "compte ouvert", "comptes ouverts"),
    back: Link("Profils et droits", rightsAddress),
    actions: shown.withdrawn.isEmpty
      ? []
      : [
        Action(
          "Rendre tous les droits", "\(shown.address)/origine", icon: .undo,
          confirmation: restoration(of: shown))
      ])
  let history = try await rightsHistory(visit, of: shown.profile)
  return visit.page(
    head, .administration, title: "Profils et droits", notices + faults.general + [consequence, form, history]
  ).with(faults)
}

func saveRights(_ visit: Visit) async throws -> PageAnswer {
  let (shown, version) = (try await shownRights(visit), try visit.version)
  let ticked = RightSubject.allCases.flatMap { visit.form.all($0.rawValue) }.compactMap(Right.init)
  // What was not offered stays as it is.
  let chosen = ticked + shown.rights.filter(Right.awaited.contains)
  do {
    let saved = try await visit.services.call(
      IdentityAPI.changeProfileRights, ["profile": shown.profile.rawValue], ProfileRightsDraft(rights: chosen),
      version: version)
    let count = saved.withdrawn.count
    return .see(
      rightsAddress,
      saying: count == 0
        ? "Le profil « \(saved.profile.label) » a tous ses droits."
        : "Le profil « \(saved.profile.label) » est enregistré : \(French.count(count, "droit retiré", "droits retirés"))."
    )
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Ces droits ont changé pendant que vous les aviez ouverts",
      "L’historique ci-dessous dit ce qui a changé. Votre saisie est conservée : vérifiez-la, puis enregistrez.",
      .waiting)
    return try await rightsForm(
      visit, shown, chosen: chosen, version: shown.version, FormFaults(), notices: [notice]
    ).with(status: 412)
  } catch var problem as Problem {
    // The service speaks of all rights at once: it is said where the box stands that was unticked.
    let subject = shown.kept.first { !chosen.contains($0) }?.subject ?? .dossiers
    problem.faults = problem.faults?.map { Fault(subject.rawValue, $0.code, $0.message) }
    let faults = try FormFaults(problem, fields: RightSubject.allCases.map(\.rawValue))
    return try await rightsForm(visit, shown, chosen: chosen, version: version, faults)
  }
}

private func restoration(of shown: ProfileRights) -> Confirmation {
  Confirmation(
    id: "origine", title: "Rendre tous les droits au profil « \(shown.profile.label) » ?",
    consequences: shown.withdrawn.map { "Rendu : \($0.label)." },
    reassurance: "L’historique garde ce que vous aviez décidé.", address: "\(shown.address)/origine",
    label: "Rendre tous les droits", values: [HiddenValue("version", String(shown.version))], back: shown.address)
}

/// The question on a page of its own, for browsers without scripts.
func restorationPage(_ visit: Visit) async throws -> PageAnswer {
  let shown = try await shownRights(visit)
  guard !shown.withdrawn.isEmpty else {
    return .see(shown.address, saying: "Ce profil a déjà tous ses droits.", tone: .info)
  }
  let question = restoration(of: shown)
  let head = PageHead(question.title, back: Link(shown.profile.label, shown.address))
  return visit.page(
    head, .administration, title: "Profils et droits", [Panel("Ce qui va se passer", [question])])
}

func restoreRights(_ visit: Visit) async throws -> PageAnswer {
  let shown = try await shownRights(visit)
  do {
    _ = try await visit.services.call(
      IdentityAPI.changeProfileRights, ["profile": shown.profile.rawValue],
      ProfileRightsDraft(rights: shown.usual), version: try visit.version)
    return .see(rightsAddress, saying: "Le profil « \(shown.profile.label) » a tous ses droits.")
  } catch let problem as Problem where problem.status == 412 {
    return .see(shown.address, saying: "Ces droits ont changé entre-temps : les voici.", tone: .waiting)
  }
}
