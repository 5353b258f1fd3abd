import API
import Domain
import Foundation
import Service

let stepDayFields = ["plannedFrom", "plannedUntil", "from", "until"]

/// The four days of a step, as a form asks for them.
struct StepDays: Sendable {
  let plannedFrom: CalendarDate
  let plannedUntil: CalendarDate
  let from: CalendarDate?
  let until: CalendarDate?

  /// Nil with a fault at every field that is wrong.
  init?(_ form: FormAnswers, today: CalendarDate, _ faults: inout FormFaults) {
    let plannedFrom = form.date("plannedFrom", today: today, missing: "Indiquez le début prévu.", &faults)
    let plannedUntil = form.date("plannedUntil", today: today, missing: "Indiquez la fin prévue.", &faults)
    let from = form.date("from", today: today, &faults)
    let until = form.date("until", today: today, &faults)
    Self.check(plannedFrom, plannedUntil, "plannedUntil", &faults)
    Self.check(from, until, "until", &faults)
    guard faults.isEmpty, let plannedFrom, let plannedUntil else { return nil }
    self.plannedFrom = plannedFrom
    self.plannedUntil = plannedUntil
    self.from = from
    self.until = until
  }

  private static func check(
    _ from: CalendarDate?, _ until: CalendarDate?, _ field: String, _ faults: inout FormFaults
  ) {
    guard let from, let until, until < from else { return }
    faults.add(
      field,
      "La fin (\(French.short(until))) précède le début (\(French.short(from))). Corrigez l’une des deux dates.")
  }
}

func dateFields(_ typed: FormAnswers, _ faults: FormFaults) -> [Field] {
  [
    .date("plannedFrom", "Début prévu", value: typed["plannedFrom"], faults.common("plannedFrom")),
    .date("plannedUntil", "Fin prévue", value: typed["plannedUntil"], faults.common("plannedUntil")),
    .date("from", "Début réel", value: typed["from"], faults.common("from", isRequired: false)),
    .date("until", "Fin réelle", value: typed["until"], faults.common("until", isRequired: false)),
  ]
}

/// A registration that runs into another of the same kind, with what the service offers instead.
struct Overlap: Sendable {
  let problem: Problem
  /// Nil where nothing can be shortened: the other begins later.
  let offer: ShorteningOffer?

  /// Nil for any other problem.
  init?(_ problem: Problem) {
    guard problem.type == "/problemes/chevauchement-fse" else { return nil }
    self.problem = problem
    offer = problem.offer.flatMap { value in
      guard let step = value["step"]?.text.flatMap({ ID<Step>($0) }), let version = value["version"]?.int,
        let name = value["offerName"]?.text, let day = value["shortenTo"]?.text.flatMap({ CalendarDate($0) })
      else { return nil }
      return ShorteningOffer(step: step, version: version, offerName: name, shortenTo: day)
    }
  }

  /// Says what is in the way, and offers to end it the day before: one click shortens it and sends again what was
  /// typed.
  ///
  /// - Parameter fields: those of the form, whose answers are sent along.
  func page(_ visit: Visit, keeping fields: [String], fresh: [HiddenValue]) async throws -> PageAnswer {
    let open = try await OpenDossier.load(visit)
    let typed = fields.compactMap { field in visit.form[field].map { HiddenValue(field, $0) } } + fresh
    var body: [any Piece] = [Notice.refusal(problem.title, problem.detail)]
    let back = open.address("parcours")
    if let offer {
      let day = French.long(offer.shortenTo)
      let values =
        typed + [
          HiddenValue("raccourcir", offer.step.description), HiddenValue("raccourcirVersion", String(offer.version)),
          HiddenValue("raccourcirAu", offer.shortenTo.description),
        ]
      body.append(
        Panel(
          "Ce qui va se passer",
          [
            Confirmation(
              id: "raccourcir", title: "Raccourcir la première étape ?",
              consequences: [
                "« \(offer.offerName) » se termine le \(day), ainsi que son passage en convention s’il y en a un.",
                "Votre saisie est aussitôt enregistrée, telle que vous l’avez faite.",
              ], address: visit.path, label: "Raccourcir la première étape au \(day)", values: values, back: back,
              returning: Address(visit.path, ["retour": "oui"]).text)
          ]))
    } else {
      body.append(
        Form(
          id: "retour", address: Address(visit.path, ["retour": "oui"]).text, groups: [], values: typed,
          submit: "Choisir d’autres dates"))
    }
    let head = PageHead("Deux étapes FSE aux mêmes dates", back: Link("Parcours", back))
    return open.page(head, in: "parcours", body).with(status: 409)
  }
}

/// Ends the earlier step where the overlap's page asked for it, before what is posted is tried again.
///
/// - Returns: what to say of it.
func shortenFirst(_ visit: Visit) async throws -> String? {
  guard let step = visit.form.id("raccourcir", of: Step.self), let version = visit.form.int("raccourcirVersion"),
    let day = visit.form["raccourcirAu"].flatMap({ CalendarDate($0) })
  else { return nil }
  let shortened = try await visit.services.call(
    FSEAPI.shortenStep, ["step": step], StepShortening(until: day), version: version)
  return "« \(shortened.offerName) » se termine le \(French.long(day))."
}
