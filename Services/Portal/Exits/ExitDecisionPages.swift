import API
import Domain
import Foundation
import Service

/// Which proposals a form is about: those that were ticked, or all that the list held.
private enum ChosenExits {
  case named([ID<Dossier>])
  case all(ProposedExitView)

  init(_ answers: FormAnswers) {
    self =
      answers["tout"] == "oui"
      ? .all(ProposedExitView(answers)) : .named(answers.all("dossier").prefix(500).compactMap { ID<Dossier>($0) })
  }

  var isNothing: Bool { if case .named(let dossiers) = self { dossiers.isEmpty } else { false } }

  var values: [HiddenValue] {
    switch self {
    case .named(let dossiers): dossiers.map { HiddenValue("dossier", $0.description) }
    case .all(let view): view.values
    }
  }

  func draft(
    accepted: Bool, on day: CalendarDate?, appointments: ComingAppointments?
  ) -> ProposedExitBatchDraft {
    var draft = ProposedExitBatchDraft(accepted: accepted, exitOn: day, appointments: appointments)
    switch self {
    case .named(let dossiers): draft.dossiers = dossiers
    case .all(let view): draft.filter = view.filter
    }
    return draft
  }

  func count(_ visit: Visit) async throws -> Int {
    switch self {
    case .named(let dossiers): return Set(dossiers).count
    case .all(let view):
      var query = view.query
      query.decision = nil
      query.limit = 1
      return try await visit.services.call(DossiersAPI.listProposedExits, [:], query).total ?? 0
    }
  }
}

private let noChoice = PageAnswer.see("/sorties", saying: "Cochez d’abord les sorties à décider.", tone: .info)

/// The last day for many exits, and what accepting them will do.
func exitChoicePage(
  _ visit: Visit, answers: FormAnswers, faults: FormFaults = FormFaults()
) async throws -> PageAnswer {
  let chosen = ChosenExits(answers)
  guard !chosen.isNothing else { return noChoice }
  let count = try await chosen.count(visit)
  guard count > 0 else { return .see("/sorties", saying: "Il n’y a plus rien à décider.", tone: .info) }
  let undo =
    visit.may(.cancelExit)
    ? "Vous pourrez annuler ces sorties." : "Le secrétariat de dispositif peut annuler une sortie."
  let title = "Accepter \(French.count(count, "sortie", "sorties"))"
  let typed = answers["choix"] == nil ? nil : answers
  let names = try await AccountPicker.names(visit)
  let acceptance = Confirmation(
    id: "accepter", title: title,
    consequences: [
      "Jusqu’au jour choisi inclus, chaque dossier reste accessible à son référent.",
      "Le lendemain, il quitte sa file active. Les questionnaires FSE de sortie sont à terminer avant.",
      "Avec un jour déjà passé, le référent perd aussitôt l’accès au dossier.",
      "Les personnes restent inscrites au dispositif.",
    ], reassurance: undo, address: "/sorties/accepter", label: title, values: chosen.values + [Visit.freshKey],
    fields: LastDay.fields(
      proposal: "Celui qui est proposé pour chacune", typed: typed, faults: faults, today: visit.today)
      + AppointmentsAfterExit.fields(typed: typed, names: names, faults: faults), back: "/sorties")
  let panel = Panel("Dernier jour et conséquences", [acceptance])
  return visit.page(
    PageHead(title, back: Link("Sorties proposées", "/sorties")), .beneficiaries, faults.general + [panel]
  ).with(faults)
}

/// One proposal, with another day where it is needed.
func proposedExitPage(_ visit: Visit, faults: FormFaults, typed: FormAnswers? = nil) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit)
  guard open.isLeads else { throw Problem.forbidden() }
  guard let exit = open.detail.proposedExit else {
    return .see(open.address(), saying: "Cette sortie a déjà été décidée.", tone: .info)
  }
  let coming = try await AppointmentsAfterExit.coming(open)
  let after =
    coming.isEmpty
    ? []
    : AppointmentsAfterExit.fields(typed: typed, names: try await AccountPicker.names(visit), faults: faults)
  let values = [HiddenValue("dossier", open.detail.id.description), HiddenValue("retour", open.address("referents"))]
  let acceptance = Confirmation(
    id: "accepter", title: "Accepter la sortie",
    consequences: [
      "Jusqu’au jour choisi inclus, le dossier reste accessible à \(open.detail.lead?.name ?? "son référent").",
      "Le lendemain, il quitte sa file active. Les questionnaires FSE de sortie sont à terminer avant.",
      "La personne reste inscrite au dispositif.",
    ], reassurance: "Le secrétariat peut annuler la sortie.", address: "/sorties/accepter",
    label: "Accepter la sortie", values: values + [Visit.freshKey],
    fields: LastDay.fields(
      proposal: "Le \(French.long(exit.exitOn)), comme proposé", on: exit.exitOn, typed: typed, faults: faults,
      today: visit.today)
      + after,
    back: open.address())
  let keep = Action(
    "Garder dans la file active", "/sorties/refuser", icon: .undo, posts: true, values: values)
  let facts = Facts([
    Fact("Motif", exit.reason.label), Fact("Proposée le", French.long(exit.proposedOn)),
    Fact("Dernier jour proposé", French.long(exit.exitOn)),
  ])
  let head = PageHead("Sortie proposée", back: Link("Résumé", open.address()), actions: [keep])
  let list: [any Piece] = coming.isEmpty ? [] : [AppointmentsAfterExit.list(coming)]
  let told: [any Piece] = open.partnerAtExit + list
  return open.page(
    head, in: "", faults.general + [Panel("Proposition", [facts])] + told + [Panel("Accepter", [acceptance])]
  ).with(faults)
}

func decideExits(_ visit: Visit, accepted: Bool) async throws -> PageAnswer {
  let chosen = ChosenExits(visit.form)
  guard !chosen.isNothing else { return noChoice }
  var faults = FormFaults()
  let day = accepted ? LastDay.chosen(visit.form, today: visit.today, &faults) : nil
  if let day { LastDay.ask(about: day, visit.form, today: visit.today, &faults) }
  let appointments = accepted ? try await AppointmentsAfterExit.chosen(visit, &faults) : nil
  guard faults.isEmpty else { return try await exitChoicePage(visit, answers: visit.form, faults: faults) }
  let batch = try await visit.services.call(
    DossiersAPI.decideProposedExits, [:], chosen.draft(accepted: accepted, on: day, appointments: appointments),
    key: visit.key)
  var back = Address.local(visit.form["retour"]) ?? "/sorties"
  // A day that is past takes the dossier away at once from a référent.
  if let day, day < visit.today, visit.person.scope == .own { back = "/sorties" }
  return batch.answer(back: back)
}

func cancelExits(_ visit: Visit) async throws -> PageAnswer {
  let dossiers = visit.form.all("dossier").prefix(500).compactMap { ID<Dossier>($0) }
  guard !dossiers.isEmpty else {
    return .see("/sorties?decision=acceptees", saying: "Cochez d’abord les sorties à annuler.", tone: .info)
  }
  let batch = try await visit.services.call(DossiersAPI.cancelExits, [:], ExitCancellations(dossiers: dossiers))
  return batch.answer(back: "/sorties?decision=acceptees")
}
