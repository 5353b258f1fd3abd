import API
import Domain
import Foundation
import Service

/// « Fusion » on an appointment (guide, Les courriers): a summons made with the county's models, and what tells that it was
/// sent.
func addSummonsPages(to pages: Pages, below appointments: String) {
  pages.post("\(appointments)/{appointment}/convocation", rights: bookingRights) { visit in
    let id = try visit.id("appointment", of: Appointment.self)
    let format = visit.form["format"].flatMap(LetterFormat.init(rawValue:)) ?? .pdf
    let print = SummonsPrint(model: visit.form["model"], format: format, message: visit.form["message"])
    let file = try await visit.services.open(SchedulingAPI.printSummons, ["appointment": id], print)
    return PageAnswer(.file(file, isShown: format == .pdf))
  }
  pages.get("\(appointments)/{appointment}/envoi", rights: bookingRights) { visit in
    try await sendingPage(visit, FormAnswers(), FormFaults())
  }
  pages.post("\(appointments)/{appointment}/envoi", rights: bookingRights) { visit in try await recordSending(visit) }
}

/// The models that may be printed for an appointment, and how its summons was sent.
struct AppointmentLetters: Sendable {
  let appointment: AppointmentDetail
  let models: [OfferedModel]
  let sendings: [LetterSending]

  static func load(_ visit: Visit, _ appointment: AppointmentDetail) async throws -> AppointmentLetters {
    async let offering = visit.services.call(SchedulingAPI.listSummonsModels, ["appointment": appointment.id])
    async let sending = visit.services.call(SchedulingAPI.listSendings, ["appointment": appointment.id])
    return try await AppointmentLetters(appointment: appointment, models: offering, sendings: sending)
  }

  var panels: [any Piece] {
    [
      Panel(
        "Fusion", id: "fusion-convocation",
        [SummonsFusion(models: models, address: "\(appointment.address)/convocation").piece]),
      Panel(
        "Envois", count: sendings.count,
        actions: [Action("Noter un envoi", "\(appointment.address)/envoi", icon: .plus, weight: .plain)],
        [
          ItemList(
            "Envois de la convocation", sendings.map(\.item),
            empty: EmptyState(
              "Aucun envoi noté",
              "Notez la remise en main propre ou l’envoi postal : c’est la preuve de la convocation.",
              icon: .mail))
        ]),
    ]
  }
}

/// The choice of a model and of a format, for one appointment or for a group.
struct SummonsFusion: Sendable {
  let models: [OfferedModel]
  let address: String

  var piece: any Piece {
    guard !models.isEmpty else {
      return EmptyState(
        "Aucun modèle de convocation", "L’administrateur les dépose sur la page « Modèles ».", icon: .file)
    }
    let choices = models.enumerated().map { index, model in
      Choice(model.code, model.label, isChosen: index == 0)
    }
    let optional = FormFaults()
    return Form(
      id: "fusion", address: address,
      groups: [
        FieldGroup(
          isPaired: true,
          fields: [
            .select(
              "model", "Modèle", choices,
              optional.common("model", help: "Prestataire externe : prenez un modèle sans logo du Département")),
            .radios(
              "format", "Format",
              [Choice("pdf", "PDF", isChosen: true), Choice("docx", "Word, à compléter")], isInline: true,
              optional.common("format")),
          ]),
        FieldGroup(fields: [
          .area(
            "message", "Message ajouté au courrier", rows: 2, maximumLength: 1000,
            optional.common("message", isRequired: false))
        ]),
      ], submit: "Créer un document", isGuarded: false)
  }
}

extension LetterSending {
  fileprivate var item: Item {
    Item(
      way.label, text: number.map { "N° \($0)" }, meta: "le \(French.long(sentOn)) · noté par \(enteredByName)",
      icon: .mail)
  }
}

private func recordSending(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("appointment", of: Appointment.self)
  var faults = FormFaults()
  let way = visit.form["way"].flatMap(LetterSending.Way.init(rawValue:))
  if way == nil { faults.add("way", "Indiquez comment la convocation a été remise.") }
  let sentOn = visit.form.date("sentOn", today: visit.today, missing: "Indiquez le jour de l’envoi.", &faults)
  guard faults.isEmpty, let way, let sentOn else { return try await sendingPage(visit, visit.form, faults) }
  do {
    let draft = LetterSendingDraft(way: way, sentOn: sentOn, number: visit.form["number"])
    let sent = try await visit.services.call(
      SchedulingAPI.recordSending, ["appointment": id], draft, key: visit.key)
    let dossier = try visit.id("dossier", of: Dossier.self)
    return .see(
      "/dossiers/\(dossier)/entretiens/\(id)#fusion-convocation",
      saying: "Envoi noté : \(sent.way.label.lowercasedFirst), le \(French.long(sent.sentOn)).")
  } catch let problem as Problem {
    return try await sendingPage(visit, visit.form, FormFaults(problem, fields: ["way", "sentOn", "number"]))
  }
}

private func sendingPage(_ visit: Visit, _ typed: FormAnswers, _ faults: FormFaults) async throws -> PageAnswer {
  let (open, appointment) = try await openAppointment(visit)
  let ways = LetterSending.Way.allCases.map {
    Choice($0.rawValue, $0.label, isChosen: $0.rawValue == typed["way"])
  }
  let form = Form(
    id: "envoi", address: "\(appointment.address)/envoi",
    groups: [
      FieldGroup(fields: [
        .radios("way", "Comment", ways, faults.common("way")),
        .date(
          "sentOn", "Le", value: typed["sentOn"] ?? French.short(visit.today), faults.common("sentOn")),
        .text(
          "number", "Numéro du recommandé", value: typed["number"], width: .medium, maximumLength: 40,
          faults.common("number", help: "Sur l’avis de dépôt", isRequired: false)),
      ])
    ], values: [Visit.freshKey], submit: "Noter l’envoi", cancel: Link("Annuler", appointment.address))
  let head = PageHead(
    "Envoi de la convocation", lead: "Rendez-vous du \(French.moment(appointment.startsAt))",
    back: Link("Rendez-vous", appointment.address))
  return open.page(head, in: "entretiens", faults.general + [form]).with(faults)
}
