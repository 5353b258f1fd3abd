import API
import Domain
import Foundation
import Service

/// Who takes over, and from which day to which.
func delegationForm(
  _ visit: Visit, _ seat: Seat, _ typed: FormAnswers, _ faults: FormFaults
) async throws -> PageAnswer {
  let head: PageHead
  let organisation: ID<Organisation>?
  switch seat {
  case .own:
    guard visit.person.replacing == nil else {
      return .see("/compte#remplacements", saying: "Revenez d’abord à votre profil.", tone: .info)
    }
    let me = try await visit.services.call(IdentityAPI.showMe)
    organisation = me.organisation?.id
    head = PageHead(
      "Confier mes dossiers", lead: "Pendant votre absence, un collègue de votre structure agit à votre place.",
      back: seat.back)
  case .account(let account):
    organisation = nil
    head = PageHead("Faire remplacer \(account.name)", lead: account.organisation?.name, back: seat.back)
  }
  let names = try await AccountPicker.names(visit, organisation: organisation)
  let form = Form(
    id: "remplacement", address: "\(seat.base)/nouveau",
    groups: [
      FieldGroup(fields: [
        .text(
          "replacement", "Remplaçant", value: typed["replacement"], maximumLength: 200, suggestions: names,
          faults.common("replacement", help: organisation == nil ? nil : "Un collègue de votre structure"))
      ]),
      FieldGroup(
        isPaired: true,
        fields: [
          .date("fromDate", "Du", value: typed["fromDate"] ?? French.short(visit.today), faults.common("fromDate")),
          .date("untilDate", "Au (inclus)", value: typed["untilDate"], faults.common("untilDate")),
        ]),
      FieldGroup(fields: [
        .text(
          "comment", "À savoir", value: typed["comment"], maximumLength: 300,
          faults.common("comment", help: "Par exemple : « Congés ; deux CER à relancer »", isRequired: false))
      ]),
      FieldGroup(
        "Ce que cela ouvre",
        text: "La personne voit ces dossiers et cet agenda, et y agit sous le même profil, jusqu’au dernier jour "
          + "inclus. Chaque acte porte les deux noms, dans le dossier et au journal d’audit. Les notes privées restent "
          + "à leur auteur.", fields: []),
    ], values: [Visit.freshKey], submit: "Enregistrer le remplacement", cancel: Link("Annuler", seat.back.address))
  return visit.page(head, seat.area, faults.general + [form]).with(faults)
}

func addDelegation(_ visit: Visit, _ seat: Seat) async throws -> PageAnswer {
  var faults = FormFaults()
  let replacement = try await AccountPicker.chosen("replacement", visit, &faults)
  let from = visit.form.date(
    "fromDate", today: visit.today, missing: "Indiquez le premier jour du remplacement.", &faults)
  let until = visit.form.date(
    "untilDate", today: visit.today, missing: "Indiquez le dernier jour du remplacement.", &faults)
  guard faults.isEmpty, let replacement, let from, let until else {
    return try await delegationForm(visit, seat, visit.form, faults)
  }
  let draft = DelegationDraft(
    replacement: replacement, fromDate: from, untilDate: until, comment: visit.form["comment"])
  do {
    let made: Delegation
    switch seat {
    case .own: made = try await visit.services.call(IdentityAPI.addDelegation, [:], draft, key: visit.key)
    case .account(let account):
      made = try await visit.services.call(
        IdentityAPI.addAccountDelegation, ["account": account.id], draft, key: visit.key)
    }
    return .see(seat.back.address, saying: "\(made.replacement.name) prend le relais \(made.days).")
  } catch let problem as Problem {
    let fields = ["replacement", "fromDate", "untilDate", "comment"]
    return try await delegationForm(visit, seat, visit.form, FormFaults(problem, fields: fields))
  }
}

/// The question on a page of its own, for browsers without scripts.
func endingPage(_ visit: Visit, _ seat: Seat) async throws -> PageAnswer {
  let id = try visit.id("delegation", of: Delegation.self)
  let found = try await seat.list(visit).first { $0.id == id && $0.isOpen(on: visit.today) }
  guard let found else {
    return .see(seat.back.address, saying: "Ce remplacement est déjà terminé.", tone: .info)
  }
  let question = ending(of: found, seat, visit)
  return visit.page(
    PageHead(question.title, back: seat.back), seat.area, title: "Terminer un remplacement",
    [Panel("Ce qui va se passer", [question])])
}

func endDelegation(_ visit: Visit, _ seat: Seat) async throws -> PageAnswer {
  let id = try visit.id("delegation", of: Delegation.self)
  let ended: Delegation
  switch seat {
  case .own: ended = try await visit.services.call(IdentityAPI.endDelegation, ["delegation": id])
  case .account(let account):
    ended = try await visit.services.call(
      IdentityAPI.endAccountDelegation, ["account": account.id, "delegation": id])
  }
  return .see(
    seat.back.address, saying: "\(ended.replacement.name) ne remplace plus \(ended.absent.name).")
}
