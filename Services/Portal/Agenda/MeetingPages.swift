import API
import Domain
import Foundation
import Service

private let base = "/agenda/collectif"
private let pageLength = 50

/// « Rendez-vous collectifs »: planned for a selection or a saved search, with the report, and the sheet of who came.
func addMeetingPages(to pages: Pages) {
  pages.get("agenda/collectif", rights: bookingRights) { visit in try await meetingsPage(visit) }
  pages.get("agenda/collectif/nouveau", rights: bookingRights) { visit in
    try await meetingForm(visit, try await MeetingChoice.of(visit), FormAnswers(), FormFaults())
  }
  pages.post("agenda/collectif/nouveau", rights: bookingRights) { visit in try await planMeeting(visit) }
  pages.get("agenda/collectif/{meeting}", rights: bookingRights) { visit in try await meetingPage(visit) }
  pages.get("agenda/collectif/{meeting}/avancement", rights: bookingRights) { visit in
    let id = try visit.id("meeting", of: GroupMeeting.self)
    let meeting = try await visit.services.call(SchedulingAPI.showMeeting, ["meeting": id])
    guard let booking = meeting.booking, booking.endedAt == nil else { return .see(meeting.address) }
    return visit.fragment([meeting.progress(booking)])
  }
  pages.get("agenda/collectif/{meeting}/inscriptions", rights: bookingRights) { visit in try await rowsPage(visit) }
  pages.get("agenda/collectif/{meeting}/feuille", rights: bookingRights) { visit in try await sheetPage(visit) }
  pages.form("agenda/collectif/{meeting}/ajout", rights: bookingRights, MeetingAdditionForm.self)
  pages.get("agenda/collectif/{meeting}/convocations", rights: bookingRights) { visit in
    try await summonsPage(visit)
  }
  pages.post("agenda/collectif/{meeting}/convocations", rights: bookingRights) { visit in
    let id = try visit.id("meeting", of: GroupMeeting.self)
    let format = visit.form["format"].flatMap(LetterFormat.init(rawValue:)) ?? .pdf
    let print = SummonsPrint(model: visit.form["model"], format: format, message: visit.form["message"])
    let file = try await visit.services.open(SchedulingAPI.printMeetingSummons, ["meeting": id], print)
    return PageAnswer(.file(file, isShown: format == .pdf))
  }
  pages.post("agenda/collectif/{meeting}/presences", rights: bookingRights) { visit in try await tick(visit) }
}

extension GroupMeeting {
  var address: String { "\(base)/\(id)" }

  /// « jeudi 12 mars 2026, 14 h 30 – 16 h 00 »
  var when: String {
    "\(French.full(CalendarDate(startsAt))), \(French.time(startsAt)) – \(French.time(endsAt))"
  }

  fileprivate func progress(_ booking: Booking) -> ProgressBar {
    let settled = booking.done + booking.refused
    return ProgressBar(
      "\(settled) personnes sur \(booking.total)", percent: booking.total == 0 ? nil : settled * 100 / booking.total,
      detail: "Vous pouvez quitter cette page : les inscriptions continuent.", poll: "\(address)/avancement")
  }

  fileprivate var seats: String {
    let expected = French.count(expected, "personne attendue", "personnes attendues")
    return capacity.map { "\(expected) sur \(French.count($0, "place"))" } ?? expected
  }
}

private func meetingsPage(_ visit: Visit) async throws -> PageAnswer {
  let query = SchedulingPageQuery(after: visit.query["apres"], limit: pageLength)
  async let listing = visit.services.call(SchedulingAPI.listMeetings, [:], query)
  async let searching = visit.services.call(DossiersAPI.listSavedSearches)
  let (found, searches) = try await (listing, searching.items)
  let items = found.items.map { meeting in
    Item(
      meeting.when.uppercasedFirst, address: meeting.address,
      text: [meeting.kindLabel, meeting.themeLabel, meeting.placeName].compactMap(\.self).joined(separator: " · "),
      meta: "\(meeting.agentName) · \(meeting.seats)", icon: .users)
  }
  let choices = searches.map { Choice($0.id.description, $0.name) }
  let starting: any Piece =
    choices.isEmpty
    ? Paragraph("Vous n’avez pas de recherche enregistrée.", isMuted: true)
    : FilterBar(
      address: "\(base)/nouveau", fields: [.select("recherche", "Recherche enregistrée", choices, .optional)])
  let start = Panel(
    "Nouvelle réunion",
    [
      Paragraph(
        "Cochez les personnes dans la liste des bénéficiaires, puis « Rendez-vous collectif » ; ou partez d’une de vos "
          + "recherches enregistrées."),
      starting,
    ])
  let list = ItemList(
    "Réunions", items,
    empty: EmptyState("Aucune réunion", "Les réunions que vous prévoyez s’affichent ici.", icon: .users))
  let pager = Pager(
    first: query.after == nil ? nil : base, next: found.next.map { Address(base, ["apres": $0]).text })
  let head = PageHead(
    "Rendez-vous collectifs", lead: "Une heure, un lieu et un agent pour un groupe.", back: Link("Agenda", "/agenda"),
    actions: [Action("Choisir dans la liste", "/beneficiaires", icon: .users)])
  return visit.page(head, .agenda, [Panel("Réunions", [list] + (pager.leadsNowhere ? [] : [pager])), start])
}

/// The meeting with its sheet: who is expected, and what became of each.
private func meetingPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("meeting", of: GroupMeeting.self)
  async let showing = visit.services.call(SchedulingAPI.showMeeting, ["meeting": id])
  async let listing = visit.services.call(SchedulingAPI.listAttendees, ["meeting": id])
  let (meeting, attendees) = try await (showing, listing)
  var body: [any Piece] = []
  if let booking = meeting.booking {
    if booking.endedAt == nil {
      body.append(Panel("Inscriptions en cours", [meeting.progress(booking)]))
    } else if booking.refused > 0 {
      body.append(
        Notice(
          French.count(booking.refused, "personne n’a pas été inscrite", "personnes n’ont pas été inscrites"),
          "Chaque refus dit pourquoi ; les autres sont inscrites.", .waiting,
          actions: [Action("Voir les refus", "\(meeting.address)/inscriptions?effet=refus", weight: .plain)]))
    }
  }
  body.append(
    Panel(
      "Réunion",
      [
        Facts([
          Fact("Quand", meeting.when), Fact("Avec", meeting.agentName), Fact("Type", meeting.kindLabel),
          Fact("Thème", meeting.themeLabel), Fact("Lieu", meeting.placeName), Fact("Places", meeting.seats),
        ])
      ]))
  body.append(Panel("Présences", id: "presences", count: attendees.count, [sheet(meeting, attendees, visit)]))
  let head = PageHead(
    meeting.when.uppercasedFirst,
    lead: [meeting.kindLabel, meeting.themeLabel].compactMap(\.self).joined(separator: " · "),
    back: Link("Rendez-vous collectifs", base),
    actions: [
      Action("Feuille d’émargement", "\(meeting.address)/feuille", icon: .print),
      Action("Convocations", "\(meeting.address)/convocations", icon: .mail),
    ]
      + (meeting.startsAt > visit.moment
        ? [Action("Ajouter des personnes", "\(meeting.address)/ajout", icon: .plus)] : [])
      // Only the person who booked it follows the booking.
      + (meeting.booking == nil
        ? [] : [Action("Inscriptions", "\(meeting.address)/inscriptions", weight: .plain)]))
  return visit.page(head, .agenda, title: "Rendez-vous collectif", body)
}

/// What can be ticked: who came and who did not, from the hour on.
private func sheet(_ meeting: GroupMeeting, _ attendees: [Attendee], _ visit: Visit) -> any Piece {
  guard !attendees.isEmpty else {
    return EmptyState("Personne n’est attendu", "Les personnes inscrites s’affichent ici.", icon: .users)
  }
  guard meeting.startsAt <= visit.moment else {
    let items = attendees.map { attendee in
      Item(
        attendee.name, address: "/dossiers/\(attendee.dossier)/entretiens/\(attendee.appointment)",
        meta: absencesText(attendee.absences),
        icon: .user, badges: [attendee.outcome.badge(isOver: false)])
    }
    return ItemList("Personnes attendues", items, empty: EmptyState("Personne n’est attendu", ""))
  }
  let outcomes: [AppointmentOutcome] = [.held, .excused, .absent]
  let fields = attendees.map { attendee in
    Field.radios(
      "presence-\(attendee.appointment)",
      [attendee.name, absencesText(attendee.absences)].compactMap(\.self).joined(separator: " · "),
      outcomes.map { Choice($0.rawValue, $0.label, isChosen: attendee.outcome == $0) }, isInline: true,
      FormFaults().common("presence", isRequired: false, saysOptional: false))
  }
  let versions = attendees.map { HiddenValue("version-\($0.appointment)", String($0.version)) }
  return Form(
    id: "presences", address: "\(meeting.address)/presences", groups: [FieldGroup(fields: fields)], values: versions,
    submit: "Enregistrer les présences")
}

private func tick(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("meeting", of: GroupMeeting.self)
  let attendees = try await visit.services.call(SchedulingAPI.listAttendees, ["meeting": id])
  let rows = attendees.compactMap { attendee -> MeetingAttendanceDraft.Row? in
    guard let outcome = visit.form["presence-\(attendee.appointment)"].flatMap(AppointmentOutcome.init(rawValue:)),
      outcome != attendee.outcome, let version = visit.form.int("version-\(attendee.appointment)")
    else { return nil }
    return MeetingAttendanceDraft.Row(appointment: attendee.appointment, outcome: outcome, version: version)
  }
  let address = "\(base)/\(id)#presences"
  guard !rows.isEmpty else { return .see(address, saying: "Aucune présence n’a changé.", tone: .info) }
  let result = try await visit.services.call(
    SchedulingAPI.recordAttendance, ["meeting": id], MeetingAttendanceDraft(rows: rows), key: visit.key)
  let recorded = French.count(result.recorded, "présence enregistrée", "présences enregistrées")
  guard let first = result.refused.first else { return .see(address, saying: "\(recorded).") }
  let name = attendees.first { $0.appointment == first.appointment }?.name ?? "Une personne"
  return .see(
    address, saying: "\(recorded). \(name) et les autres refusées : \(first.problem.title)", tone: .waiting)
}

/// The report of the booking, person by person.
private func rowsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("meeting", of: GroupMeeting.self)
  let onlyRefused = visit.query["effet"] == "refus"
  let query = BatchRowQuery(outcome: onlyRefused ? .refused : nil, limit: pageLength, after: visit.query["apres"])
  async let showing = visit.services.call(SchedulingAPI.showMeeting, ["meeting": id])
  async let listing = visit.services.call(SchedulingAPI.listMeetingRows, ["meeting": id], query)
  let (meeting, rows) = try await (showing, listing)
  let lines = rows.items.map { row in
    let name = row.name ?? "Dossier hors de votre portée"
    let cell =
      switch row.outcome {
      case .refused: Cell(Badge("Refusé", .late, icon: .alert), detail: row.reason)
      case .done: Cell(Badge("Inscrit", .done, icon: .check))
      case .cancelled: Cell(Badge("Arrêté", .neutral))
      case nil: Cell(Badge("En attente", .waiting, icon: .clock))
      }
    return Row(
      id: row.dossier.description, address: row.name == nil ? nil : "/dossiers/\(row.dossier)/entretiens", name: name,
      mark: row.outcome == .refused ? .late : .neutral, [Cell(name), cell])
  }
  func address(after: String?) -> String {
    Address("\(meeting.address)/inscriptions", ["effet": onlyRefused ? "refus" : nil, "apres": after]).text
  }
  let table = Table(
    id: "resultats", caption: "Résultat pour chaque personne", columns: [Column("Personne"), Column("Résultat")],
    rows: lines, empty: EmptyState("Aucun refus", "Toutes les personnes sont inscrites.", icon: .check),
    pager: Pager(first: query.after == nil ? nil : address(after: nil), next: rows.next.map { address(after: $0) }))
  let head = PageHead("Inscriptions", lead: meeting.when, back: Link("Réunion", meeting.address))
  return visit.page(head, .agenda, title: "Inscriptions", [table])
}

/// All the summons in one file, in the order of the envelopes.
private func summonsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("meeting", of: GroupMeeting.self)
  async let showing = visit.services.call(SchedulingAPI.showMeeting, ["meeting": id])
  async let offering = visit.services.call(ServiceName.scheduling.models.offered)
  let (meeting, models) = try await (showing, offering.filter { $0.kind == .summons })
  let head = PageHead("Convocations", lead: meeting.when, back: Link("Réunion", meeting.address))
  // Those made for a group first.
  let ordered = models.filter { $0.code.contains("collectif") } + models.filter { !$0.code.contains("collectif") }
  let form = SummonsFusion(models: ordered, address: "\(meeting.address)/convocations").piece
  let lead = Paragraph(
    "Un seul fichier pour toutes les personnes attendues, par code postal puis par nom, chacune avec les données de son "
      + "rendez-vous.", isMuted: true)
  return visit.page(head, .agenda, title: "Convocations", [lead, form])
}

/// The sheet that goes round the table: names, and room to sign.
private func sheetPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("meeting", of: GroupMeeting.self)
  async let showing = visit.services.call(SchedulingAPI.showMeeting, ["meeting": id])
  async let listing = visit.services.call(SchedulingAPI.listAttendees, ["meeting": id])
  let (meeting, attendees) = try await (showing, listing)
  let rows = attendees.map { attendee in
    Row(
      id: attendee.appointment.description, address: nil, name: attendee.name, mark: .neutral,
      [Cell(attendee.name), Cell(""), Cell("")])
  }
  let table = Table(
    id: "emargement", caption: "Feuille d’émargement",
    columns: [Column("Nom et prénom"), Column("Présent"), Column("Signature")], rows: rows,
    empty: EmptyState("Personne n’est attendu", "Inscrivez d’abord des personnes.", icon: .users))
  let head = PageHead(
    "Feuille d’émargement",
    lead: [meeting.when, meeting.agentName, meeting.placeName].compactMap(\.self).joined(separator: " · "),
    back: Link("Réunion", meeting.address))
  return visit.page(
    head, .agenda, title: "Feuille d’émargement",
    [
      Paragraph("Imprimez cette page depuis votre navigateur : seule la feuille sort.", isMuted: true), table,
    ])
}
