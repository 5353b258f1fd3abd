import API
import Domain
import Foundation
import Service

private let base = "/agenda/partages"

/// « Partages d’agenda »: to whom one's agenda is open, and whose is open to oneself (guide, outils).
func addAgendaSharePages(to pages: Pages) {
  let rights: [Right] = [.bookAppointments]
  pages.get("agenda/partages", rights: rights) { visit in try await sharesPage(visit, FormAnswers(), FormFaults()) }
  pages.post("agenda/partages", rights: rights) { visit in try await share(visit) }
  pages.post("agenda/partages/{account}/droit", rights: rights) { visit in
    let draft = AgendaShareDraft(
      sharedWith: try visit.id("account", of: Account.self), mayWrite: visit.form["droit"] == "ecrire")
    let share = try await visit.services.call(SchedulingAPI.shareAgenda, [:], draft)
    return .see(base, saying: share.sentence)
  }
  pages.post("agenda/partages/{account}/fin", rights: rights) { visit in
    let account = try visit.id("account", of: Account.self)
    let before = try await visit.services.call(SchedulingAPI.listAgendaShares).first { $0.sharedWith == account }
    _ = try await visit.services.call(SchedulingAPI.unshareAgenda, ["account": account])
    return .see(
      base, saying: "Votre agenda n’est plus partagé avec \(before?.name ?? "cette personne").",
      undo: before.map { share in
        Saying.Undo(
          address: "\(base)/\(account)/droit", values: ["droit": share.mayWrite ? "ecrire" : "lire"])
      })
  }
}

extension AgendaShare {
  fileprivate var sentence: String {
    mayWrite
      ? "\(name) voit votre agenda et peut y prendre des rendez-vous."
      : "\(name) voit votre agenda, sans pouvoir y prendre de rendez-vous."
  }
}

private func share(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  let chosen = try await AccountPicker.chosen("account", visit, &faults)
  guard faults.isEmpty, let chosen else { return try await sharesPage(visit, visit.form, faults) }
  do {
    let draft = AgendaShareDraft(sharedWith: chosen, mayWrite: visit.form["droit"] == "ecrire")
    let share = try await visit.services.call(SchedulingAPI.shareAgenda, [:], draft)
    return .see(base, saying: share.sentence)
  } catch let problem as Problem where problem.status == 422 {
    for fault in problem.faults ?? [] { faults.add("account", fault.message) }
    return try await sharesPage(visit, visit.form, faults)
  }
}

private func sharesPage(_ visit: Visit, _ typed: FormAnswers, _ faults: FormFaults) async throws -> PageAnswer {
  async let sharing = visit.services.call(SchedulingAPI.listAgendaShares)
  async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
  async let suggesting = AccountPicker.names(visit)
  let (shares, agents, names) = try await (sharing, naming, suggesting)
  let others = agents.filter { $0.account != visit.person.account }
  let head = PageHead(
    "Partages d’agenda", lead: "Vos collègues de structure voient déjà votre agenda et peuvent y écrire.",
    back: Link("Agenda", "/agenda"))
  let given = ItemList(
    "Ceux qui voient mon agenda", shares.map(\.item),
    empty: EmptyState(
      "Personne d’autre que votre structure",
      "Partagez-le avec un collègue d’une autre structure : il pourra y prendre vos rendez-vous.", icon: .share))
  let received = ItemList(
    "Agendas ouverts", others.map(\.item),
    empty: EmptyState(
      "Aucun autre agenda", "Ceux de vos collègues et ceux qu’on partage avec vous s’affichent ici.", icon: .calendar))
  let body: [any Piece] =
    faults.general + [
      SideBySide(
        left: [
          Panel("Mon agenda est ouvert à", count: shares.count, [given]),
          Panel("Partager mon agenda", [shareForm(names, typed, faults)]),
        ], right: [Panel("Agendas qui me sont ouverts", count: others.count, [received])])
    ]
  return visit.page(head, .agenda, title: "Partages d’agenda", body).with(faults)
}

extension AgendaShare {
  fileprivate var item: Item {
    let (word, value) = mayWrite ? ("Lecture seule", "lire") : ("Permettre d’écrire", "ecrire")
    return Item(
      name, meta: mayWrite ? "Voit l’agenda et y prend des rendez-vous" : "Voit l’agenda", icon: .user,
      actions: [
        Action(word, "\(base)/\(sharedWith)/droit", weight: .plain, posts: true, values: [HiddenValue("droit", value)]),
        Action("Ne plus partager", "\(base)/\(sharedWith)/fin", weight: .plain, posts: true),
      ])
  }
}

extension AgendaAgent {
  fileprivate var item: Item {
    Item(
      name, address: Address("/agenda", ["agent": account.description]).text,
      meta: [organisationName, mayWrite ? "lecture et écriture" : "lecture seule"].compactMap(\.self)
        .joined(separator: " · "), icon: .calendar)
  }
}

private func shareForm(_ names: [String], _ typed: FormAnswers, _ faults: FormFaults) -> Form {
  let right = typed["droit"] ?? "lire"
  return Form(
    id: "partage", address: base,
    groups: [
      FieldGroup(fields: [
        .text(
          "account", "Collaborateur", value: typed["account"], maximumLength: 200, suggestions: names,
          faults.common("account", help: "Son nom, ou le début de son nom")),
        .radios(
          "droit", "Ce qu’il peut faire",
          [
            Choice("lire", "Voir mon agenda", isChosen: right == "lire"),
            Choice("ecrire", "Voir mon agenda et y prendre des rendez-vous", isChosen: right == "ecrire"),
          ], faults.common("droit")),
      ])
    ], submit: "Partager mon agenda", cancel: Link("Annuler", "/agenda"))
}
