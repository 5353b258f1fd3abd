import API
import Domain
import Foundation
import Service

/// What becomes of the appointments that the référent still has after the last day: asked with every exit that may have
/// some.
enum AppointmentsAfterExit {
  static let question = "rendezVous"
  static let colleague = "collegue"

  /// The lead's own appointments with the person that are still to come, the next one first.
  static func coming(_ open: OpenDossier) async throws -> [AppointmentDetail] {
    guard let lead = open.detail.lead?.account else { return [] }
    let found = try await open.visit.services.call(
      SchedulingAPI.listAppointments, open.path, SchedulingPageQuery(limit: 200)
    ).items
    return found.filter { $0.agent == lead && $0.outcome == .planned && $0.startsAt > open.visit.moment }.reversed()
  }

  static func list(_ appointments: [AppointmentDetail]) -> Panel {
    let items = appointments.map { appointment in
      Item(
        appointment.when, address: appointment.address, text: appointment.kindLabel,
        meta: appointment.reminder ? appointment.reminderSentence : nil, icon: .calendar)
    }
    let empty = EmptyState("Aucun rendez-vous", "Rien n’est prévu après le dernier jour.", icon: .calendar)
    return Panel("Rendez-vous à venir", count: items.count, [ItemList("Rendez-vous à venir", items, empty: empty)])
  }

  static func fields(typed: FormAnswers?, names: [String], faults: FormFaults) -> [Field] {
    let chosen = typed?[question] ?? ComingAppointments.Fate.cancel.rawValue
    func choice(_ fate: ComingAppointments.Fate, _ text: String, _ help: String) -> Choice {
      Choice(fate.rawValue, text, help: help, isChosen: chosen == fate.rawValue)
    }
    var common = faults.common(colleague, help: "Son nom, ou le début de son nom")
    common.condition = "\(question)=\(ComingAppointments.Fate.handOver.rawValue)"
    return [
      .radios(
        question, "Rendez-vous après le dernier jour",
        [
          choice(.cancel, "Les annuler", "Le rappel par SMS ne part pas. Prévenez la personne."),
          choice(.keep, "Les garder", "Le rappel part. L’agenda du référent n’en montre plus que l’heure."),
          choice(.handOver, "Les confier à un collègue", "À la même heure. Celui qui est déjà pris est à replacer."),
        ], faults.common(question)),
      .text(colleague, "Collègue", value: typed?[colleague], suggestions: names, common),
    ]
  }

  /// What was chosen; nil where it was not asked, or where a fault was added.
  static func chosen(_ visit: Visit, _ faults: inout FormFaults) async throws -> ComingAppointments? {
    guard let fate = visit.form[question].flatMap(ComingAppointments.Fate.init(rawValue:)) else { return nil }
    guard fate == .handOver else { return ComingAppointments(fate) }
    return try await AccountPicker.chosen(colleague, visit, &faults).map { ComingAppointments(.handOver, to: $0) }
  }
}
