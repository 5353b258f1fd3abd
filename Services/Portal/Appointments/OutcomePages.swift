import API
import Domain
import Foundation
import Service

extension AppointmentOutcome: FormValue {}

/// An appointment, and what became of it (rule M2).
struct OutcomeForm: DossierForm {
  let open: OpenDossier
  let appointment: AppointmentDetail
  /// Nil for those who do not take appointments.
  let letters: AppointmentLetters?

  static let section = "entretiens"

  static func load(_ visit: Visit) async throws -> OutcomeForm {
    let (open, appointment) = try await openAppointment(visit)
    let letters = try await visit.mayBook ? AppointmentLetters.load(visit, appointment) : nil
    return OutcomeForm(open: open, appointment: appointment, letters: letters)
  }

  var groups: [QuestionGroup<OutcomeDraft>] {
    [
      QuestionGroup(
        .radios("outcome", \.outcome, "Ce qu’il en a été", sayable, missing: "Indiquez si le rendez-vous a été tenu."),
        .area("summary", \.summary, "Synthèse", rows: 6).help(
          "Lue par tous ceux qui ont accès au dossier. Écrivez-la comme si la personne la lisait avec vous."))
    ]
  }

  /// The outcomes that can be entered now: an appointment to come was not attended yet, one that is past is not planned.
  private var sayable: [Choice] {
    let isAhead = appointment.startsAt > visit.moment
    return AppointmentOutcome.allCases.filter { outcome in
      switch outcome {
      case .planned: isAhead
      case .held, .absent: !isAhead || appointment.outcome == outcome
      case .excused, .cancelledReferent, .cancelledPerson: true
      }
    }.map { Choice($0.rawValue, $0.label) }
  }

  var draft: OutcomeDraft { OutcomeDraft(outcome: appointment.outcome, summary: appointment.summary) }
  var version: Int? { appointment.version }
  var sending: Sending { Sending("realisation-saisie", "Enregistrer la réalisation", to: appointment.address) }

  var head: PageHead {
    var actions: [Action] = []
    if visit.mayBook, appointment.outcome == .planned {
      actions.append(Action("Modifier", "\(appointment.address)/modifier", icon: .edit))
      actions.append(
        Action(
          "Annuler le rendez-vous", "\(appointment.address)/annulation", icon: .x, weight: .plain,
          confirmation: open.cancellation(of: appointment)))
    }
    return PageHead(
      "Rendez-vous du \(French.long(CalendarDate(appointment.startsAt)))",
      back: Link("Entretiens", open.address("entretiens")), badges: [appointment.outcome.badge(isOver: isOver)],
      actions: actions)
  }

  private var isOver: Bool { appointment.isOver(visit.moment) }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    let attention = Notice(
      "Ce rendez-vous est à replacer",
      "Le dossier a changé de référent, et le nouveau n’est pas libre à cette heure. Déplacez le rendez-vous.", .late)
    var body = notices + (appointment.needsAttention ? [attention] : [])
    body.append(Panel("Rendez-vous", [facts]))
    if visit.mayBook {
      body.append(Panel("Réalisation", id: "realisation", [form]))
    } else if let summary = appointment.summary {
      body.append(Panel("Synthèse", [Paragraph(summary)]))
    }
    return open.page(head, in: Self.section, body + (letters?.panels ?? []))
  }

  private var facts: Facts {
    Facts([
      Fact("Quand", appointment.when), Fact("Durée", "\(appointment.minutes) minutes"),
      Fact("Avec", appointment.agentName), Fact("Type", appointment.kindLabel), Fact("Thème", appointment.themeLabel),
      Fact("Lieu", appointment.placeName), Fact("Note", appointment.note),
      Fact("Rappel par SMS", appointment.reminderSentence, badge: appointment.reminderBadge),
      Fact("Pris par", appointment.bookedByName, source: "le \(French.moment(appointment.bookedAt))"),
    ])
  }

  func save(_ draft: OutcomeDraft, version: Int?) async throws -> PageAnswer {
    // A summary that was emptied is sent empty: left out, it would stay as it was.
    let sent = OutcomeDraft(outcome: draft.outcome, summary: draft.summary ?? "")
    let after = try await visit.services.call(
      SchedulingAPI.recordOutcome, ["appointment": appointment.id], sent, version: version)
    return .see(
      open.address("entretiens"), saying: "La réalisation est enregistrée : \(after.outcome.label.lowercasedFirst).")
  }
}

// Who gave the appointment up; an error of entry leaves no trace.
private enum Cancellation: String {
  case person = "personne"
  case referent
  case error = "erreur"
}

extension OpenDossier {
  func cancellation(of appointment: AppointmentDetail) -> Confirmation {
    let isAhead = appointment.startsAt > visit.moment
    var choices = [
      Choice(Cancellation.person.rawValue, "La personne", isChosen: true),
      Choice(Cancellation.referent.rawValue, "Le référent"),
    ]
    if isAhead {
      choices.append(
        Choice(Cancellation.error.rawValue, "Personne : il a été saisi par erreur", help: "Il disparaît du dossier"))
    }
    let sms = appointment.reminderStatus == .queued ? ["Le SMS de rappel ne partira pas."] : []
    return Confirmation(
      id: "annuler-rendez-vous", title: "Annuler le rendez-vous ?",
      consequences: ["L’heure redevient libre dans l’agenda de \(appointment.agentName)."] + sms + [
        "Jalons ne prévient pas la personne : pensez à le faire."
      ], reassurance: "Une annulation reste inscrite au dossier.", address: "\(appointment.address)/annulation",
      label: "Annuler le rendez-vous", isDangerous: true,
      values: [HiddenValue("version", String(appointment.version))],
      fields: [.radios("par", "Qui annule", choices)], back: appointment.address, keep: "Garder le rendez-vous")
  }
}

func cancelAppointment(_ visit: Visit) async throws -> PageAnswer {
  let dossier = try visit.id("dossier", of: Dossier.self)
  let id = try visit.id("appointment", of: Appointment.self)
  let version = try visit.version
  guard let who = visit.form["par"].flatMap(Cancellation.init(rawValue:)) else {
    throw Problem.malformed("Indiquez qui annule le rendez-vous.")
  }
  let list = "/dossiers/\(dossier)/entretiens"
  if who == .error {
    _ = try await visit.services.call(SchedulingAPI.deleteAppointment, ["appointment": id], version: version)
    return .see(list, saying: "Le rendez-vous est retiré du dossier.")
  }
  let draft = OutcomeDraft(outcome: who == .person ? .cancelledPerson : .cancelledReferent)
  let after = try await visit.services.call(
    SchedulingAPI.recordOutcome, ["appointment": id], draft, version: version)
  return .see(list, saying: "Le rendez-vous du \(French.long(CalendarDate(after.startsAt))) est annulé.")
}
