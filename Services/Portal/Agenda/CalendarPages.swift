import API
import Domain
import Foundation
import Service

private let base = "/agenda/calendrier"

/// « Mon calendrier »: the secret address under which Outlook or a telephone shows one's appointments.
func addCalendarPages(to pages: Pages) {
  let rights: [Right] = [.bookAppointments]
  pages.get("agenda/calendrier", rights: rights) { visit in try await calendarPage(visit) }
  pages.post("agenda/calendrier", rights: rights) { visit in
    let issued = try await visit.services.call(SchedulingAPI.openCalendarFeed, [:], visit.calendarDraft)
    return issuedPage(visit, issued)
  }
  pages.post("agenda/calendrier/titres", rights: rights) { visit in
    let feed = try await visit.services.call(SchedulingAPI.changeCalendarFeed, [:], visit.calendarDraft)
    return .see(
      base,
      saying: feed.neutral
        ? "Le calendrier ne dit plus que « Rendez-vous » et l’heure."
        : "Le calendrier montre le nom de la personne, le type d’entretien et le lieu.")
  }
  pages.get("agenda/calendrier/retrait", rights: rights) { visit in
    visit.page(
      PageHead(ending.title, back: Link("Mon calendrier", base)), .agenda, title: "Retirer l’adresse",
      [Panel("Ce qui va se passer", [ending])])
  }
  pages.post("agenda/calendrier/retrait", rights: rights) { visit in
    _ = try await visit.services.call(SchedulingAPI.closeCalendarFeed)
    return .see(base, saying: "L’adresse est retirée : elle ne montre plus rien.")
  }
}

extension Visit {
  fileprivate var calendarDraft: CalendarFeedDraft { CalendarFeedDraft(neutral: form["neutral"] == "oui") }
}

private var ending: Confirmation {
  Confirmation(
    id: "retirer-calendrier", title: "Retirer l’adresse secrète ?",
    consequences: [
      "Les calendriers qui la lisent ne montrent plus vos rendez-vous, au plus tard à leur prochaine lecture.",
      "Une adresse retirée ne se rétablit pas : vous pourrez en créer une autre.",
    ], address: "\(base)/retrait", label: "Retirer l’adresse", isDangerous: true, back: base)
}

private func titles(_ neutral: Bool, help: String? = nil) -> Field {
  .checkbox(
    "neutral", "Titre neutre : « Rendez-vous », sans nom ni lieu", isChecked: neutral,
    FormFaults().common("neutral", help: help, isRequired: false))
}

private func calendarPage(_ visit: Visit) async throws -> PageAnswer {
  let feed = try await visit.services.call(SchedulingAPI.showCalendarFeed).feed
  let head = PageHead(
    "Mon calendrier", lead: "Vos rendez-vous dans Outlook, Thunderbird ou votre téléphone.",
    back: Link("Agenda", "/agenda"))
  let rules = Panel(
    "Ce que le calendrier montre",
    [
      Paragraph(
        "Les rendez-vous prévus et tenus de votre agenda, de 31 jours en arrière à 400 jours en avant, avec leur lieu. "
          + "Ceux qui sont annulés ou que la personne n’a pas honorés en disparaissent. Un changement se voit dès la "
          + "lecture suivante du programme."),
      Paragraph(
        "Le calendrier se lit seulement : un rendez-vous se prend, se déplace et s’annule dans Jalons.", isMuted: true),
    ])
  guard let feed else {
    let form = Form(
      id: "calendrier", address: base,
      groups: [
        FieldGroup(fields: [
          titles(false, help: "À cocher si d’autres que vous voient votre calendrier ou votre téléphone")
        ])
      ], submit: "Créer l’adresse secrète", cancel: Link("Annuler", "/agenda"))
    return visit.page(head, .agenda, [Panel("Créer une adresse secrète", [form]), rules])
  }
  let read = feed.lastReadAt.map {
    "le \(French.moment($0))" + (feed.lastAddress.map { " depuis \($0)" } ?? "")
  }
  let form = Form(
    id: "titres", address: "\(base)/titres", groups: [FieldGroup(fields: [titles(feed.neutral)])],
    submit: "Enregistrer", cancel: Link("Annuler", "/agenda"))
  let another = Action(
    "Créer une autre adresse", base, icon: .refresh, posts: true,
    values: [HiddenValue("neutral", feed.neutral ? "oui" : "non")], note: "L’ancienne s’éteint")
  let remove = Action("Retirer l’adresse", "\(base)/retrait", icon: .trash, weight: .danger, confirmation: ending)
  return visit.page(
    head, .agenda,
    [
      Panel(
        "Adresse secrète", actions: [another, remove],
        [
          Facts([
            Fact("Créée", "le \(French.moment(feed.madeAt))"),
            Fact("Dernière lecture", read ?? "Aucun programme ne l’a encore lue"),
          ]), form,
        ]), rules,
    ])
}

/// The address. It is kept nowhere, so it is in the answer itself, this once.
private func issuedPage(_ visit: Visit, _ issued: IssuedCalendarFeed) -> PageAnswer {
  let panel = Panel(
    "Adresse à donner à votre calendrier",
    [
      CopyValue(id: "calendrier", "Adresse secrète", issued.address, confirmation: "L’adresse est copiée."),
      Notice(
        "Cette adresse ne sera plus montrée",
        "Dans Outlook : « Ajouter un calendrier », puis « S’abonner à partir du web », et collez-la. Qui la détient lit "
          + "vos rendez-vous sans mot de passe : ne la transmettez pas, et retirez-la si elle s’égare.", .waiting),
    ])
  let head = PageHead(
    "L’adresse est créée", back: Link("Mon calendrier", base),
    actions: [Action("J’ai copié l’adresse", base, icon: .check)])
  return visit.page(head, .agenda, title: "Mon calendrier", [panel])
}
