import API
import Domain
import Foundation
import Service

let criteriaPath = "/beneficiaires/criteres"

func addCriteriaPage(to pages: Pages) {
  pages.get("beneficiaires/criteres", rights: [.readDossiers]) { visit in try await criteriaPage(visit) }
}

/// Every criterion of the list but for characteristics, several values each (the guide's *bandeau gauche*). What is asked
/// elsewhere stays in the address.
private func criteriaPage(_ visit: Visit) async throws -> PageAnswer {
  let filter = BeneficiaryFilter(visit.query, today: visit.today)
  async let dividing = CriterionNames.territories(visit)
  async let organising = CriterionNames.structures(visit)
  async let naming = CriterionNames.themes(visit)
  async let following = leadFields(filter, visit)
  let (territories, structures, themes) = try await (dividing, organising, naming)
  let groups = [
    FieldGroup("La personne", fields: personFields(filter)),
    FieldGroup("Son suivi", fields: followedFields(filter, territories, structures) + (try await following)),
    FieldGroup("Ses entretiens et son contrat", fields: metFields(filter, themes)),
  ]
  let asked = Set(groups.flatMap(\.fields).map(\.name))
  let bar = FilterBar(address: "/beneficiaires", groups: groups, values: filter.values(but: asked))
  let head = PageHead(
    "Tous les critères", lead: "Plusieurs valeurs d’un même critère : l’une ou l’autre. Deux critères : les deux.",
    back: Link("Bénéficiaires", filter.address(after: nil, always: true)))
  return visit.page(head, .beneficiaries, [bar])
}

private func personFields(_ filter: BeneficiaryFilter) -> [Field] {
  let rights = EntitlementState.allCases.map {
    Choice($0.rawValue, $0.label, isChosen: filter.entitlements.contains($0))
  }
  return [
    .checkboxes("droit", "Droit", rights, isInline: true),
    .select("sdd", "Droits et devoirs", filter.duties.choices("Soumis (SDD)", "Non soumis (NSDD)"), .optional),
    .text(
      "commune", "Communes ou codes postaux", value: filter.communes.joined(separator: ", "), maximumLength: 200,
      Field.Common(help: "Séparés par des virgules", isRequired: false)),
    .text(
      "age-de", "Âge, à partir de", value: filter.ageFrom.map { String($0) }, type: .number, width: .narrow,
      unit: "ans", .optional),
    .text(
      "age-a", "Âge, jusqu’à", value: filter.ageUntil.map { String($0) }, type: .number, width: .narrow, unit: "ans",
      .optional),
    .select(
      "deverse", "Déversement", filter.refreshed.choices(refreshedLabel(true), refreshedLabel(false)), .optional),
  ]
}

private func followedFields(
  _ filter: BeneficiaryFilter, _ territories: [ID<Territory>: String], _ structures: [ID<Organisation>: String]
) -> [Field] {
  let states = DossierState.allCases.map { Choice($0.word, $0.label, isChosen: filter.states.contains($0)) }
  let places = territories.sorted { $0.value < $1.value }.map {
    Choice($0.key.description, $0.value, isChosen: filter.territories.contains($0.key))
  }
  let teams = structures.sorted { $0.value < $1.value }.map {
    Choice($0.key.description, $0.value, isChosen: filter.structures.contains($0.key))
  }
  var fields: [Field] = [
    .checkboxes("etat", "État", states, isInline: true),
    .date("entree-du", "Entrée dans la file active, du", value: filter.enteredFrom?.written, .optional),
    .date("entree-au", "Entrée, au (inclus)", value: filter.enteredUntil?.written, .optional),
  ]
  if !places.isEmpty { fields.append(.checkboxes("territoire", "Territoire", places, isInline: true)) }
  if !teams.isEmpty { fields.append(.checkboxes("structure", "Structure du référent", teams)) }
  return fields
}

/// One référent; several, chosen elsewhere, stay in the address. In a caseload of one's own there is one.
private func leadFields(_ filter: BeneficiaryFilter, _ visit: Visit) async throws -> [Field] {
  guard !visit.person.hasCaseload, filter.leads.count < 2 else { return [] }
  let query = AccountQuery(status: .active, limit: 200)
  let colleagues = try await visit.services.call(IdentityAPI.listAccounts, [:], query).items
  let choices = colleagues.map {
    Choice($0.id.description, AccountPicker.label($0), isChosen: filter.leads.contains($0.id))
  }
  return [.select("referent", "Référent de parcours", [Choice("", "Tous")] + choices, .optional)]
}

private func metFields(_ filter: BeneficiaryFilter, _ themes: [ListEntry]) -> [Field] {
  let subjects = themes.map { Choice($0.code, $0.label, isChosen: filter.themes.contains($0.code)) }
  var fields: [Field] = []
  if !subjects.isEmpty { fields.append(.checkboxes("theme", "Thème d’entretien", subjects, isInline: true)) }
  fields += [
    .date("rdv-du", "Entretien, du", value: filter.metFrom?.written, .optional),
    .date("rdv-au", "Entretien, au (inclus)", value: filter.metUntil?.written, .optional),
    .date("sans-rdv", "Sans rendez-vous depuis le", value: filter.unseenSince?.written, .optional),
    .checkbox("sans-cer", "Sans CER", isChecked: filter.withoutContract),
  ]
  return fields
}
