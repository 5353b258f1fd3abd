import API
import Domain
import Foundation
import Service

/// What may be chosen in an appointment, as it is asked for beside the dossier.
struct BookingChoices: Sendable {
  let lists: [CountyList]
  let places: [Place]
  let agents: [AgendaAgent]
  /// How long before the hour the reminder leaves.
  let reminderHours: Int

  static func load(_ visit: Visit) async throws -> BookingChoices {
    async let listing = visit.services.call(ServiceName.scheduling.lists.all)
    async let placing = visit.services.call(SchedulingAPI.listPlaces)
    async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
    async let delaying = visit.services.call(ServiceName.scheduling.delays.all)
    return try await BookingChoices(
      lists: listing, places: placing, agents: naming, reminderHours: delaying[.reminder])
  }
}

/// The agendas in which somebody may write: their own first.
func agendaChoices(_ agents: [AgendaAgent], _ visit: Visit, chosen: String?) -> [Choice] {
  let own = visit.person.account.description
  let others = agents.filter { $0.mayWrite && $0.account != visit.person.account }.map { agent in
    Choice(
      agent.account.description, [agent.name, agent.organisationName].compactMap { $0 }.joined(separator: " · "),
      isChosen: chosen == agent.account.description)
  }
  return [Choice(own, "\(visit.person.name) (moi)", isChosen: chosen == nil || chosen == own)] + others
}

/// What stands in the form of an appointment, as it was typed.
struct BookingAnswers: Sendable {
  var agent: String?
  var kind: String?
  var theme: String?
  var place: String?
  var date: String?
  var time: String?
  var minutes: Int?
  var reminder = false
  var step: String?

  /// A new form: the day and hour are those of the free slot that led here.
  init(_ query: FormAnswers, reminder: Bool) {
    agent = query["agent"]
    date = query["jour"].map { CalendarDate($0).map(French.short) ?? $0 }
    time = query["heure"]
    minutes = 45
    step = query["etape"]
    self.reminder = reminder
  }

  init(_ appointment: AppointmentDetail) {
    agent = appointment.agent.description
    kind = appointment.kind
    theme = appointment.theme
    place = appointment.place?.description
    date = French.short(CalendarDate(appointment.startsAt))
    time = French.time(appointment.startsAt)
    minutes = appointment.minutes
    reminder = appointment.reminder
    step = appointment.step?.description
  }

  init(posted form: FormAnswers) {
    agent = form["agent"]
    kind = form["kind"]
    theme = form["theme"]
    place = form["place"]
    date = form["date"]
    time = form["time"]
    minutes = form.int("minutes")
    reminder = form["reminder"] == "oui"
    step = form["step"]
  }

  /// The appointment that is asked for, or nil with a fault at each field that is wrong.
  func draft(_ form: FormAnswers, at moment: Date, _ faults: inout FormFaults) -> AppointmentDraft? {
    let today = CalendarDate(moment)
    if kind == nil { faults.add("kind", "Choisissez le type d’entretien.") }
    let date = form.date("date", today: today, leaning: .coming, missing: "Indiquez le jour du rendez-vous.", &faults)
    let time = form.time("time", missing: "Indiquez l’heure du rendez-vous.", &faults)
    if minutes.map({ !(5...480).contains($0) }) ?? true {
      faults.add("minutes", "Indiquez une durée de 5 à 480 minutes.")
    }
    if let date, let time, let refusal = HourDoubts.refusal(date, time) { faults.add("time", refusal) }
    guard faults.isEmpty, let kind, let date, let time, let minutes else { return nil }
    return AppointmentDraft(
      agent: agent.flatMap { ID($0) }, kind: kind, theme: theme, place: place.flatMap { ID($0) },
      startsAt: date.moment(hour: time.hour, minute: time.minute), minutes: minutes, reminder: reminder,
      step: step.flatMap { ID($0) })
  }

  /// What is odd about the hour and was not said to be meant; nil where there is nothing to ask.
  func doubts(about draft: AppointmentDraft, _ form: FormAnswers, at moment: Date) -> HourDoubts? {
    guard let doubts = HourDoubts(draft, at: moment) else { return nil }
    let isMeant = form[HourDoubts.answer] == "oui" && form[HourDoubts.subject] == doubts.subject
    return isMeant ? nil : doubts
  }

  /// The same appointment at another hour, as hidden values: what one click on a free slot sends.
  func values(at moment: Date) -> [HiddenValue] {
    let answers: [(String, String?)] = [
      ("agent", agent), ("kind", kind), ("theme", theme), ("place", place),
      ("date", French.short(CalendarDate(moment))), ("time", French.time(moment)),
      ("minutes", minutes.map(String.init)), ("reminder", reminder ? "oui" : nil), ("step", step),
    ]
    return answers.compactMap { name, value in value.map { HiddenValue(name, $0) } }
  }
}

extension OpenDossier {
  /// Whether an SMS would reach the person as the dossier stands.
  var mayBeReminded: Bool {
    !detail.smsRefused && detail.phone.value.flatMap(PhoneNumber.init)?.isMobile == true
  }
}

/// The form of a new appointment, or of one that is moved.
struct BookingForm: Sendable {
  let open: OpenDossier
  let choices: BookingChoices
  let answers: BookingAnswers
  /// What is moved, under the version read; nil for a new one.
  var moved: (id: ID<Appointment>, version: Int)?
  var faults = FormFaults()
  /// Why the hour cannot be had, with the next one that can.
  var taken: Problem?
  /// What is odd about the hour, to be said to be meant.
  var doubts: HourDoubts?

  private var address: String {
    open.address(moved.map { "entretiens/\($0.id)/modifier" } ?? "entretiens/nouveau")
  }

  // A form that is sent again is another request: it never bears the key of the one that was refused.
  private var proof: HiddenValue { moved.map { HiddenValue("version", String($0.version)) } ?? Visit.freshKey }

  var page: PageAnswer {
    let back = moved.map { Link("Rendez-vous", open.address("entretiens/\($0.id)")) }
    let head = PageHead(
      moved == nil ? "Prendre un rendez-vous" : "Déplacer le rendez-vous",
      back: back ?? Link("Entretiens", open.address("entretiens")))
    let refusals = taken.map { [notice($0)] } ?? []
    let answer = open.page(head, in: "entretiens", refusals + faults.general + [form]).with(faults)
    return taken == nil ? answer : answer.with(status: 409)
  }

  private func notice(_ problem: Problem) -> Notice {
    var actions: [Action] = []
    if let offer = problem.offer?["startsAt"]?.text.flatMap({ Moment.parse($0) }) {
      let verb = moved == nil ? "Prendre" : "Déplacer"
      actions.append(
        Action(
          "\(verb) le \(French.moment(offer))", address, icon: .calendar, posts: true,
          values: answers.values(at: offer) + [proof]))
    }
    return Notice(problem.title, problem.detail, .late, actions: actions)
  }

  private var form: Form {
    let step = answers.step.map { [HiddenValue("step", $0)] } ?? []
    return Form(
      id: "rendez-vous", address: address,
      groups: [
        FieldGroup(
          "Quand", isPaired: true,
          fields: [
            .date("date", "Jour", value: answers.date, faults.common("date")),
            .time("time", "Heure", value: answers.time, faults.common("time", help: "Par exemple 14h30 ou 9")),
            .select("minutes", "Durée", durations, width: .medium, faults.common("minutes")),
          ] + (doubts.map { [$0.field(faults)] } ?? [])),
        FieldGroup(
          "Quoi, avec qui, où", isPaired: true,
          fields: [
            .select("agent", "Avec", agents, faults.common("agent")),
            .select(
              "kind", "Type d’entretien",
              [Choice("", "Choisir…")] + choices.lists[.appointmentKind].choices(answers.kind),
              faults.common("kind")),
            .select(
              "theme", "Thème", [Choice("", "Sans thème")] + choices.lists[.appointmentTheme].choices(answers.theme),
              faults.common("theme", isRequired: false)),
            .select("place", "Lieu", places, faults.common("place", isRequired: false)),
          ]),
        FieldGroup(
          "Rappel",
          fields: [
            .checkbox(
              "reminder", "Rappeler le rendez-vous par SMS", isChecked: answers.reminder,
              faults.common("reminder", help: reminderRule, isRequired: false))
          ]),
      ], values: step + [proof] + (doubts.map { [HiddenValue(HourDoubts.subject, $0.subject)] } ?? []),
      submit: moved == nil ? "Prendre le rendez-vous" : "Déplacer le rendez-vous",
      cancel: Link("Annuler", open.address(moved.map { "entretiens/\($0.id)" } ?? "entretiens")))
  }

  private var reminderRule: String {
    if open.detail.smsRefused { return "La personne refuse les SMS : aucun ne partira. Prévenez-la autrement." }
    let rule =
      "Le SMS part \(French.count(choices.reminderHours, "heure")) avant, avec la date, l’heure et le lieu. "
      + "Si le rendez-vous est plus proche que ce délai, il n’en part pas ; s’il est déplacé, le rappel suit."
    if open.detail.phone.value == nil { return "Aucun numéro de téléphone n’est au dossier. \(rule)" }
    return open.mayBeReminded ? rule : "Le numéro au dossier n’est pas celui d’un mobile français. \(rule)"
  }

  private var durations: [Choice] {
    let usual = [15, 30, 45, 60, 90, 120]
    let all = Set(usual + (answers.minutes.map { [$0] } ?? [])).sorted()
    return all.map { Choice(String($0), "\($0) minutes", isChosen: $0 == answers.minutes) }
  }

  private var agents: [Choice] {
    agendaChoices(choices.agents, open.visit, chosen: answers.agent)
  }

  private var places: [Choice] {
    let offered = choices.places.filter { $0.active || $0.id.description == answers.place }
    return [Choice("", "Sans lieu")]
      + offered.map { Choice($0.id.description, $0.name, isChosen: $0.id.description == answers.place) }
  }
}
