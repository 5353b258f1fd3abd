import API
import Domain
import Foundation
import Service

/// The most persons of one meeting.
private let most = 200

/// The fields at which a refusal can be told.
private let fieldNames = ["minutes", "capacity", "agent", "kind", "theme", "place", "note", "reminder"]

/// Whom a meeting is planned for, and what the form needs to be drawn.
struct MeetingChoice: Sendable {
  let dossiers: [ID<Dossier>]
  /// What they were chosen by: « Recherche « À convoquer » ».
  let source: String?

  /// Those ticked in the list, else those that a saved search finds.
  ///
  /// - Throws: 404 for a search that is not the caller's to use.
  static func of(_ visit: Visit) async throws -> MeetingChoice {
    let ticked = visit.form.all("dossier").compactMap { ID<Dossier>($0) }
    if !ticked.isEmpty { return MeetingChoice(dossiers: Array(ticked.prefix(most)), source: visit.form["source"]) }
    guard let id = visit.query.id("recherche", of: SavedSearch.self) else {
      return MeetingChoice(dossiers: [], source: nil)
    }
    let searches = try await visit.services.call(DossiersAPI.listSavedSearches).items
    guard let found = searches.first(where: { $0.id == id }) else { throw Problem.notFound("Cette recherche") }
    var search = found.search
    search.limit = most
    let rows = try await visit.services.call(DossiersAPI.listDossiers, [:], search)
    let more = rows.next == nil ? "" : " (les \(most) premières personnes)"
    return MeetingChoice(dossiers: rows.items.map(\.id), source: "Recherche « \(found.name) »\(more)")
  }
}

/// Plans the meeting that the form says, or shows the form again with every fault.
func planMeeting(_ visit: Visit) async throws -> PageAnswer {
  let choice = try await MeetingChoice.of(visit)
  guard visit.form["envoi"] != nil else { return try await meetingForm(visit, choice, FormAnswers(), FormFaults()) }
  var faults = FormFaults()
  let form = visit.form
  let day = form.date(
    "date", today: visit.today, leaning: .coming, missing: "Indiquez le jour de la réunion.", &faults)
  let time = form.time("time", missing: "Indiquez l’heure de la réunion.", &faults)
  if let day, let time, let refusal = time.refusal(on: day) { faults.add("time", refusal) }
  let minutes = form.int("minutes").flatMap { (5...480).contains($0) ? $0 : nil }
  if minutes == nil { faults.add("minutes", "Indiquez une durée de 5 à 480 minutes.") }
  if form["kind"] == nil { faults.add("kind", "Choisissez le type d’entretien.") }
  let capacity = form.int("capacity")
  if form["capacity"] != nil, !(capacity.map { (1...most).contains($0) } ?? false) {
    faults.add("capacity", "Indiquez un nombre de places de 1 à \(most), ou rien.")
  }
  guard faults.isEmpty, let day, let time, let minutes, let kind = form["kind"] else {
    return try await meetingForm(visit, choice, form, faults)
  }
  let appointment = AppointmentDraft(
    agent: form.id("agent"), kind: kind, theme: form["theme"], place: form.id("place"),
    startsAt: day.moment(hour: time.hour, minute: time.minute), minutes: minutes, reminder: form["reminder"] == "oui",
    note: form["note"])
  // What is odd about the hour is asked about, as for one person.
  if let doubt = Doubt(hourOf: appointment, at: visit.moment), !doubt.isMeant(in: form) {
    return try await meetingForm(visit, choice, form, faults, doubt: doubt)
  }
  do {
    let meeting = try await visit.services.call(
      SchedulingAPI.planMeeting, [:],
      GroupMeetingDraft(dossiers: choice.dossiers, capacity: capacity, appointment: appointment), key: visit.key)
    return .see("/agenda/collectif/\(meeting.id)", saying: meeting.booked)
  } catch let problem as Problem {
    let faults = try FormFaults(
      problem,
      place: { field in
        let name = field.hasPrefix("appointment.") ? String(field.dropFirst(12)) : field
        return name == "startsAt" ? "date" : fieldNames.contains(name) ? name : nil
      })
    return try await meetingForm(visit, choice, form, faults)
  }
}

extension GroupMeeting {
  /// « 12 personnes inscrites, 2 refusées. »
  fileprivate var booked: String {
    guard let booking, booking.endedAt != nil else { return "La réunion est prévue, les inscriptions sont en cours." }
    let done = French.count(booking.done, "personne inscrite", "personnes inscrites")
    return booking.refused == 0
      ? "\(done)." : "\(done), \(French.count(booking.refused, "refusée")) : la page dit pourquoi."
  }
}

func meetingForm(
  _ visit: Visit, _ choice: MeetingChoice, _ typed: FormAnswers, _ faults: FormFaults, doubt: Doubt? = nil
) async throws -> PageAnswer {
  let head = PageHead(
    "Rendez-vous collectif", lead: "Une heure pour un groupe ; chaque personne a le rendez-vous dans sa frise.",
    back: Link("Rendez-vous collectifs", "/agenda/collectif"))
  guard !choice.dossiers.isEmpty else {
    return visit.page(
      head, .agenda,
      [
        EmptyState(
          "Choisissez d’abord les personnes",
          "Cochez-les dans la liste des bénéficiaires, puis « Rendez-vous collectif » ; ou partez d’une recherche.",
          icon: .users, actions: [Action("Bénéficiaires", "/beneficiaires", icon: .users)])
      ])
  }
  async let listing = visit.services.call(ServiceName.scheduling.lists.all)
  async let placing = visit.services.call(SchedulingAPI.listPlaces)
  async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
  let (lists, places, agents) = try await (listing, placing, naming)
  var groups = [
    when(typed, faults), what(typed, faults, lists, places, agendaChoices(agents, visit, chosen: typed["agent"])),
  ]
  groups.append(
    FieldGroup(
      "Rappel",
      fields: [
        .checkbox(
          "reminder", "Rappeler le rendez-vous par SMS à chacun", isChecked: typed["reminder"] == "oui",
          faults.common("reminder", isRequired: false))
      ]))
  var values = [Visit.freshKey, HiddenValue("envoi", "oui"), HiddenValue("source", choice.source ?? "")]
  values += choice.dossiers.map { HiddenValue("dossier", $0.description) }
  if let doubt {
    groups.append(FieldGroup("À confirmer", text: doubt.question, fields: [doubt.field(faults)]))
    values.append(HiddenValue(Doubt.shownFor, doubt.subject))
  }
  let count = French.count(choice.dossiers.count, "personne")
  let form = Form(
    id: "collectif", address: "/agenda/collectif/nouveau", groups: groups, values: values,
    submit: "Prévoir la réunion pour \(count)", cancel: Link("Annuler", "/agenda/collectif"))
  let chosen = Notice("\(count) à inscrire", choice.source, .info)
  let page = visit.page(head, .agenda, faults.general + [chosen, form]).with(faults)
  return doubt == nil ? page : page.with(status: 422)
}

private func when(_ typed: FormAnswers, _ faults: FormFaults) -> FieldGroup {
  FieldGroup(
    "Quand", isPaired: true,
    fields: [
      .date("date", "Jour", value: typed["date"], faults.common("date")),
      .time("time", "Heure", value: typed["time"], faults.common("time", help: "Par exemple 14h30 ou 9")),
      .text(
        "minutes", "Durée en minutes", value: typed["minutes"] ?? "60", width: .narrow, maximumLength: 3,
        inputMode: .numeric, faults.common("minutes")),
      .text(
        "capacity", "Nombre de places", value: typed["capacity"], width: .narrow, maximumLength: 3,
        inputMode: .numeric,
        faults.common("capacity", help: "Vide : autant que de personnes", isRequired: false)),
    ])
}

private func what(
  _ typed: FormAnswers, _ faults: FormFaults, _ lists: [CountyList], _ places: [Place], _ agendas: [Choice]
) -> FieldGroup {
  let kinds = lists[.appointmentKind].choices(typed["kind"] ?? "")
  let themes = lists[.appointmentTheme].choices(typed["theme"] ?? "")
  let offered = places.filter(\.active).map {
    Choice($0.id.description, $0.name, isChosen: $0.id.description == typed["place"])
  }
  return FieldGroup(
    "Quoi, avec qui, où", isPaired: true,
    fields: [
      .select("agent", "Avec", agendas, faults.common("agent")),
      .select("kind", "Type d’entretien", [Choice("", "Choisir…")] + kinds, faults.common("kind")),
      .select("theme", "Thème", [Choice("", "Sans thème")] + themes, faults.common("theme", isRequired: false)),
      .select("place", "Lieu", [Choice("", "Sans lieu")] + offered, faults.common("place", isRequired: false)),
      .area(
        "note", "Note", value: typed["note"], rows: 2, maximumLength: 1000,
        faults.common("note", help: "Pour vous et vos collègues : ni envoyée, ni imprimée", isRequired: false)),
    ])
}
