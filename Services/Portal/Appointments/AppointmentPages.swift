import API
import Domain
import Foundation
import Service

let appointmentsRoom = Room(rights: [.readDossiers], sections: [appointmentsSection]) { pages in
  let appointments = "dossiers/{dossier}/entretiens"
  pages.get(appointments, rights: [.readDossiers]) { visit in try await appointmentsPage(visit) }
  pages.form("\(appointments)/nouveau", rights: bookingRights, BookingForm.self)
  pages.form("\(appointments)/{appointment}", rights: bookingRights, reading: [.readDossiers], OutcomeForm.self)
  pages.form("\(appointments)/{appointment}/modifier", rights: bookingRights, BookingForm.self)
  pages.get("\(appointments)/{appointment}/annulation", rights: bookingRights) { visit in
    let (open, appointment) = try await openAppointment(visit)
    return open.page(asking: open.cancellation(of: appointment), in: "entretiens")
  }
  pages.post("\(appointments)/{appointment}/annulation", rights: bookingRights) { visit in
    try await cancelAppointment(visit)
  }
  addSummonsPages(to: pages, below: appointments)
}

let appointmentsSection = DossierSection(
  "Entretiens", path: "entretiens", icon: .calendar, position: 20,
  actions: { open in
    open.visit.mayBook
      ? [Action("Prendre un rendez-vous", open.address("entretiens/nouveau"), icon: .calendar, weight: .plain)] : []
  },
  reads: [SchedulingAPI.listAppointments.fullName],
  summary: { open in
    let query = SchedulingPageQuery(limit: 20)
    let found = try await open.visit.services.call(SchedulingAPI.listAppointments, open.path, query).items
    // What comes next and what waits for its outcome, else the last one.
    let moment = open.visit.moment
    let pressing = found.filter { $0.outcome == .planned }.sorted { $0.startsAt < $1.startsAt }
    let shown = pressing.isEmpty ? Array(found.prefix(1)) : Array(pressing.prefix(3))
    let items = shown.map { appointment in
      Item(
        appointment.when, address: appointment.address,
        meta: [appointment.kindLabel, appointment.agentName].joined(separator: " · "), icon: .calendar,
        badges: [appointment.outcome.badge(isOver: appointment.isOver(moment))])
    }
    let all = Action("Tous les entretiens", open.address("entretiens"), weight: .plain)
    let empty = EmptyState("Aucun entretien", "Les rendez-vous de la personne s’affichent ici.", icon: .calendar)
    return [Panel("Entretiens", actions: [all], [ItemList("Entretiens en vue", items, empty: empty)])]
  })

private let pageLength = 50

private func appointmentsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let query = SchedulingPageQuery(after: visit.query["apres"], limit: pageLength)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(SchedulingAPI.listAppointments, ["dossier": id], query)
  async let counting = visit.services.call(SchedulingAPI.showAttendance, ["dossier": id])
  let (open, found, attendance) = try await (opening, listing, counting)
  let book = Action("Prendre un rendez-vous", open.address("entretiens/nouveau"), icon: .plus, weight: .primary)
  let table = Table(
    id: "entretiens", caption: "Entretiens, du plus récent au plus ancien",
    columns: [
      Column("Date"), Column("Type et thème"), Column("Réalisation"), Column("Agent", isSecondary: true),
      Column("Rappel par SMS", isSecondary: true),
    ], rows: found.items.map { row($0, visit) },
    empty: EmptyState(
      "Aucun entretien", "Prenez un premier rendez-vous : il s’inscrit aussi dans l’agenda.", icon: .calendar,
      actions: visit.mayBook ? [Action("Prendre un rendez-vous", open.address("entretiens/nouveau"))] : []),
    pager: Pager(
      first: query.after == nil ? nil : open.address("entretiens"),
      next: found.next.map { Address(open.address("entretiens"), ["apres": $0]).text }))
  return open.page(
    PageHead("Entretiens", actions: visit.mayBook ? [book] : []), in: "entretiens", attendance.facts + [table])
}

extension AppointmentCounts {
  /// How often the person came and did not; nothing where nothing was entered yet.
  fileprivate var facts: [any Piece] {
    guard held + excused + absent > 0 else { return [] }
    let unexcused = Fact(
      "Absences non justifiées", String(absent), badge: absent > 0 ? Badge("À relever", .late, icon: .alert) : nil,
      source: lastAbsence.map { "la dernière le \(French.long(CalendarDate($0)))" })
    return [
      Panel(
        "Présence", id: "presence",
        [
          Facts([
            Fact("Tenus", String(held)), Fact("Absences justifiées", String(excused)), unexcused,
          ])
        ])
    ]
  }
}

private func row(_ appointment: AppointmentDetail, _ visit: Visit) -> Row {
  let isOver = appointment.isOver(visit.moment)
  let waits = appointment.outcome == .planned && isOver
  let outcome = appointment.outcome.badge(isOver: isOver)
  return Row(
    id: appointment.id.description, address: appointment.address, name: appointment.when,
    mark: appointment.needsAttention ? .late : waits ? .waiting : .neutral,
    [
      Cell(French.long(CalendarDate(appointment.startsAt)), detail: appointment.hours),
      Cell(appointment.kindLabel, detail: appointment.themeLabel),
      appointment.needsAttention ? Cell(outcome, Badge("À replacer", .late, icon: .alert)) : Cell(outcome),
      Cell(appointment.agentName, detail: appointment.placeName),
      appointment.reminder
        ? Cell(appointment.reminderBadge ?? Badge("Trop tard", .neutral, icon: .minus)) : Cell("Non demandé"),
    ])
}

/// The appointment of the address with its dossier, side by side.
///
/// - Throws: 404 as well for an appointment of another dossier.
func openAppointment(_ visit: Visit) async throws -> (OpenDossier, AppointmentDetail) {
  let dossier = try visit.id("dossier", of: Dossier.self)
  let id = try visit.id("appointment", of: Appointment.self)
  async let opening = OpenDossier.load(visit)
  async let showing = visit.services.call(SchedulingAPI.showAppointment, ["appointment": id])
  let (open, appointment) = try await (opening, showing)
  guard appointment.dossier == dossier else { throw Problem.notFound("Ce rendez-vous") }
  return (open, appointment)
}
