import API
import Domain
import Foundation
import Service

/// A new appointment, or one that is changed: its hour, or only what it is about (rule M1).
struct BookingForm: DossierForm {
  let open: OpenDossier
  /// Nil for a new one.
  let appointment: AppointmentDetail?
  let lists: [CountyList]
  let places: [Place]
  let agents: [AgendaAgent]
  /// The person's steps; none while they cannot be had.
  let steps: [Step]
  /// The days around the one that is asked for, of the agenda that is asked for; nil where an appointment is changed.
  let week: Agenda?
  /// How long before the hour the reminder leaves.
  let reminderHours: Int

  static let section = "entretiens"

  static func load(_ visit: Visit) async throws -> BookingForm {
    async let opening =
      visit.parameters["appointment"] == nil ? (OpenDossier.load(visit), nil) : openAppointment(visit)
    async let listing = visit.services.call(ServiceName.scheduling.lists.all)
    async let placing = visit.services.call(SchedulingAPI.listPlaces)
    async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
    async let delaying = visit.services.call(ServiceName.scheduling.delays.all)
    async let stepping = Self.steps(visit)
    async let looking = FreeHours.week(visit)
    let (open, appointment) = try await opening
    return try await BookingForm(
      open: open, appointment: appointment, lists: listing, places: placing, agents: naming,
      steps: stepping, week: looking, reminderHours: delaying[.reminder])
  }

  /// An appointment is taken as well while the steps are away.
  private static func steps(_ visit: Visit) async throws -> [Step] {
    do {
      return try await visit.services.call(
        FSEAPI.listSteps, ["dossier": try visit.id("dossier", of: Dossier.self)]
      ).items
    } catch let problem as Problem where [403, 503].contains(problem.status) {
      return []
    }
  }

  var groups: [QuestionGroup<AppointmentDraft>] {
    let (moment, before) = (visit.moment, appointment?.startsAt)
    return [
      QuestionGroup(
        "Quand", isPaired: true,
        .moment(
          "startsAt", \.startsAt, "Jour et heure", day: ("date", "Jour"),
          time: ("time", "Heure", help: "Par exemple 14h30 ou 9"), isComing: true,
          missing: ("Indiquez le jour du rendez-vous.", "Indiquez l’heure du rendez-vous.")
        ).doubt { $0.startsAt == before ? nil : Doubt(hourOf: $0, at: moment) },
        .list(
          "minutes", \.minutes, "Durée", width: .medium, missing: "Indiquez une durée de 5 à 480 minutes.",
          choices: Self.durations)),
      QuestionGroup(
        "Quoi, avec qui, où", isPaired: true, .list("agent", \.agent, "Avec", agendaChoices(agents, visit)),
        .list(
          "kind", \.kind, "Type d’entretien", none: "Choisir…", missing: "Choisissez le type d’entretien.",
          of: lists[.appointmentKind]),
        .list("theme", \.theme, "Thème", none: "Sans thème", of: lists[.appointmentTheme]),
        .list("place", \.place, "Lieu", none: "Sans lieu") { [places] in places.choices($0) },
        .list("step", \.step, "Étape", none: "Sans étape") { [steps, today = visit.today] in
          steps.choices($0, on: today)
        }.help("L’offre sur laquelle la personne est inscrite, si c’est le motif du rendez-vous"),
        .area("note", \.note, "Note", rows: 2).help("Pour vous et vos collègues : ni envoyée, ni imprimée")),
      QuestionGroup("Rappel", .box("reminder", \.reminder, "Rappeler le rendez-vous par SMS").help(reminderRule)),
    ]
  }

  var draft: AppointmentDraft {
    guard let appointment else {
      return AppointmentDraft(kind: "", startsAt: visit.moment, minutes: 45, reminder: open.mayBeReminded)
    }
    return AppointmentDraft(
      agent: appointment.agent, kind: appointment.kind, theme: appointment.theme, place: appointment.place,
      startsAt: appointment.startsAt, minutes: appointment.minutes, reminder: appointment.reminder,
      step: appointment.step, note: appointment.note)
  }

  var version: Int? { appointment?.version }

  /// A new one opens at the free hour that led here.
  var opening: FormAnswers? {
    guard appointment == nil else { return nil }
    let (query, own) = (visit.query, visit.person.account.description)
    return FormAnswers([
      ("date", query["jour"].map { CalendarDate($0).map(French.short) ?? $0 } ?? ""), ("time", query["heure"] ?? ""),
      ("minutes", "45"), ("agent", query["agent"] ?? own), ("reminder", draft.reminder.written),
      ("step", query["etape"] ?? ""),
    ])
  }

  /// What is done to the hour.
  private var verb: String { appointment == nil ? "Prendre" : "Déplacer" }

  private var back: String { open.address(appointment.map { "entretiens/\($0.id)" } ?? "entretiens") }

  var sending: Sending {
    Sending("rendez-vous", appointment == nil ? "Prendre le rendez-vous" : "Enregistrer", cancel: back)
  }

  var head: PageHead {
    PageHead(
      appointment == nil ? "Prendre un rendez-vous" : "Modifier le rendez-vous",
      back: Link(appointment == nil ? "Entretiens" : "Rendez-vous", back))
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    guard let week, let free = FreeHours.panel(of: week, below: open.address("entretiens/nouveau"), visit) else {
      return open.page(head, in: Self.section, notices + [form])
    }
    return open.page(head, in: Self.section, notices + [SideBySide(isUneven: true, left: [form], right: [free])])
  }

  func save(_ draft: AppointmentDraft, version: Int?) async throws -> PageAnswer {
    guard let appointment else {
      let booked = try await visit.services.call(SchedulingAPI.bookAppointment, open.path, draft, key: visit.key)
      return .see(back, saying: "Le rendez-vous est pris. \(booked.announcement)")
    }
    let moved = try await visit.services.call(
      SchedulingAPI.changeAppointment, ["appointment": appointment.id], draft, version: version)
    guard moved.startsAt != appointment.startsAt || moved.reminder != appointment.reminder else {
      return .see(moved.address, saying: "Le rendez-vous est modifié.")
    }
    return .see(moved.address, saying: "Le rendez-vous est enregistré. \(moved.announcement)")
  }

  /// Where the hour is taken: books the next one that is free for both, in one click.
  func refusal(_ problem: Problem, _ draft: AppointmentDraft) -> Notice? {
    guard problem.status == 409, problem.type == "/problemes/creneau-pris" else { return nil }
    var other = draft
    let offer = problem.offer?["startsAt"]?.text.flatMap { Moment.parse($0) }
    let action = offer.map { offer in
      other.startsAt = offer
      return Action(
        "\(verb) le \(French.moment(offer))", visit.path, icon: .calendar, posts: true, values: values(other))
    }
    return Notice(problem.title, problem.detail, .late, actions: action.map { [$0] } ?? [])
  }

  private var reminderRule: String {
    if open.detail.smsRefused { return "La personne refuse les SMS : aucun ne partira. Prévenez-la autrement." }
    let rule =
      "Le SMS part \(French.count(reminderHours, "heure")) avant, avec la date, l’heure et le lieu. "
      + "Si le rendez-vous est plus proche que ce délai, il n’en part pas ; s’il est déplacé, le rappel suit."
    if open.detail.phone.value == nil { return "Aucun numéro de téléphone n’est au dossier. \(rule)" }
    return open.mayBeReminded ? rule : "Le numéro au dossier n’est pas celui d’un mobile français. \(rule)"
  }

  @Sendable private static func durations(_ chosen: String) -> [Choice] {
    Set([15, 30, 45, 60, 90, 120] + [Int(chosen)].compactMap { $0 }).sorted().map {
      Choice(String($0), "\($0) minutes")
    }
  }
}

/// The agendas in which the caller may write: their own first.
func agendaChoices(_ agents: [AgendaAgent], _ visit: Visit, chosen: String? = nil) -> [Choice] {
  let own = visit.person.account.description
  let others = agents.filter { $0.mayWrite && $0.account != visit.person.account }.map { agent in
    Choice(
      agent.account.description, [agent.name, agent.organisationName].compactMap { $0 }.joined(separator: " · "),
      isChosen: chosen == agent.account.description)
  }
  return [Choice(own, "\(visit.person.name) (moi)", isChosen: chosen == nil || chosen == own)] + others
}

extension [Place] {
  /// The places in use, and the one that is chosen.
  fileprivate func choices(_ chosen: String) -> [Choice] {
    filter { $0.active || $0.id.description == chosen }.map { Choice($0.id.description, $0.name) }
  }
}

extension [Step] {
  /// Those that are not over, and the one that is chosen.
  fileprivate func choices(_ chosen: String, on today: CalendarDate) -> [Choice] {
    filter { step in (step.until.map { $0 >= today } ?? true) || step.id.description == chosen }.map { step in
      Choice(step.id.description, [step.offerName, step.operatorName].compactMap(\.self).joined(separator: " · "))
    }
  }
}

extension OpenDossier {
  /// Whether an SMS would reach the person as the dossier stands.
  var mayBeReminded: Bool {
    !detail.smsRefused && detail.phone.value.flatMap(PhoneNumber.init)?.isMobile == true
  }
}

extension AppointmentDetail {
  /// When it is, and what the person will be sent.
  fileprivate var announcement: String {
    let when = French.moment(startsAt)
    guard reminder else { return "\(agentName), le \(when)." }
    if let fault = reminderFault { return "Le \(when). Aucun SMS ne partira. \(fault)" }
    if let due = reminderDueAt { return "Le \(when). Le SMS de rappel partira le \(French.moment(due))." }
    return "Le \(when). Il est trop proche pour un rappel par SMS."
  }
}
