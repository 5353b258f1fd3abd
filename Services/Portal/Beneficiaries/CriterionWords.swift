import API
import Domain
import Foundation
import Service

/// What the criteria of a list are called: each service is asked only for what the list is narrowed to.
struct CriterionNames: Sendable {
  var known: [Characteristic] = []
  var leads: [ID<Account>: String] = [:]
  var structures: [ID<Organisation>: String] = [:]
  var territories: [ID<Territory>: String] = [:]
  var themes: [String: String] = [:]
  var selections: [ID<SavedSearch>: String] = [:]

  /// - Parameter known: the characteristics, where the page has them already.
  static func of(
    _ filter: BeneficiaryFilter, _ visit: Visit, known: [Characteristic]? = nil
  ) async throws -> CriterionNames {
    var names = CriterionNames()
    async let knowing = characteristics(of: filter, visit, known)
    if !filter.structures.isEmpty { names.structures = try await structures(visit) }
    if !filter.territories.isEmpty { names.territories = try await territories(visit) }
    if !filter.themes.isEmpty {
      names.themes = Dictionary(try await themes(visit).map { ($0.code, $0.label) }) { first, _ in first }
    }
    names.known = try await knowing
    return names
  }

  private static func characteristics(
    of filter: BeneficiaryFilter, _ visit: Visit, _ known: [Characteristic]?
  ) async throws -> [Characteristic] {
    if let known { return known }
    guard !filter.criteria.isEmpty else { return [] }
    return try await visit.services.call(DossiersAPI.listCharacteristics).items
  }

  static func structures(_ visit: Visit) async throws -> [ID<Organisation>: String] {
    let found = try await visit.services.call(IdentityAPI.listOrganisations, [:], OrganisationQuery(limit: 200)).items
    return Dictionary(found.map { ($0.id, $0.name) }) { first, _ in first }
  }

  static func territories(_ visit: Visit) async throws -> [ID<Territory>: String] {
    let found = try await visit.services.call(IdentityAPI.listTerritories).items
    return Dictionary(found.map { ($0.id, $0.name) }) { first, _ in first }
  }

  /// Closed ones too: old appointments have them.
  static func themes(_ visit: Visit) async throws -> [ListEntry] {
    try await visit.services.call(ServiceName.scheduling.lists.all)[.appointmentTheme].entries
  }

  mutating func add(leadsOf rows: [DossierRow]) {
    for row in rows { if let lead = row.lead { leads[lead] = row.leadName } }
  }
}

/// One criterion of a list in words, and the list without it.
struct CriterionPart: Sendable {
  let label: String
  let value: String
  /// As its link says it, which takes it away.
  let chip: String
  let without: @Sendable (inout BeneficiaryFilter) -> Void

  init(
    _ label: String, _ value: String, chip: String? = nil,
    without: @escaping @Sendable (inout BeneficiaryFilter) -> Void
  ) {
    self.label = label
    self.value = value
    self.chip = chip ?? "\(label) : \(value)"
    self.without = without
  }
}

extension BeneficiaryFilter {
  /// The criteria in words, for a search that is saved.
  func words(_ names: CriterionNames) -> [(label: String, value: String)] {
    var words = parts(names).map { (label: $0.label, value: $0.value) }
    if sort != .recent { words.append(("Ordre", sort == .name ? "Par nom" : "Entrées les plus récentes")) }
    return words
  }

  func parts(_ names: CriterionNames) -> [CriterionPart] {
    var parts: [CriterionPart] = []
    if let selection {
      let name = names.selections[selection] ?? "Personnes cochées"
      parts.append(CriterionPart("Sélection", name) { $0.selection = nil })
    }
    if archived { parts.append(CriterionPart("Archives", "Dossiers archivés") { $0.archived = false }) }
    if let q { parts.append(CriterionPart("Nom ou numéro", "« \(q) »", chip: "« \(q) »") { $0.q = nil }) }
    if close {
      parts.append(CriterionPart("Orthographe", "Noms proches aussi", chip: "Noms proches aussi") { $0.close = false })
    }
    parts += personParts
    parts += accompanimentParts(names)
    let known = names.known
    for criterion in criteria {
      parts.append(
        CriterionPart(known.label(of: criterion), criterion.words(known)) {
          $0.criteria.removeAll { $0 == criterion }
        })
    }
    return parts
  }

  private var personParts: [CriterionPart] {
    var parts = entitlements.map { value in
      CriterionPart("Droit", value.label) { $0.entitlements.removeAll { $0 == value } }
    }
    if let duties {
      parts.append(
        CriterionPart("Droits et devoirs", dutiesLabel(duties), chip: dutiesWord(duties)) { $0.duties = nil })
    }
    parts += communes.map { value in CriterionPart("Commune", value) { $0.communes.removeAll { $0 == value } } }
    if let ages = range("de", ageFrom.map { "\($0) ans" }, "à", ageUntil.map { "\($0) ans" }) {
      parts.append(CriterionPart("Âge", ages) { ($0.ageFrom, $0.ageUntil) = (nil, nil) })
    }
    if let refreshed {
      let label = refreshedLabel(refreshed)
      parts.append(CriterionPart("Déversement", label, chip: label) { $0.refreshed = nil })
    }
    return parts
  }

  private func accompanimentParts(_ names: CriterionNames) -> [CriterionPart] {
    var parts = states.map { value in CriterionPart("État", value.label) { $0.states.removeAll { $0 == value } } }
    parts += territories.map { value in
      CriterionPart("Territoire", names.territories[value] ?? "choisi") { $0.territories.removeAll { $0 == value } }
    }
    parts += structures.map { value in
      CriterionPart("Structure", names.structures[value] ?? "choisie") { $0.structures.removeAll { $0 == value } }
    }
    parts += leads.map { value in
      let name = names.leads[value] ?? "choisi"
      return CriterionPart("Référent", name, chip: "Réf. \(name)") { $0.leads.removeAll { $0 == value } }
    }
    if let days = range("du", enteredFrom.map(French.short), "au", enteredUntil.map(French.short)) {
      parts.append(CriterionPart("Entrée", days) { ($0.enteredFrom, $0.enteredUntil) = (nil, nil) })
    }
    parts += themes.map { value in
      CriterionPart("Thème d’entretien", names.themes[value] ?? value) { $0.themes.removeAll { $0 == value } }
    }
    if let days = range("du", metFrom.map(French.short), "au", metUntil.map(French.short)) {
      parts.append(CriterionPart("Entretien", days) { ($0.metFrom, $0.metUntil) = (nil, nil) })
    }
    if withoutContract { parts.append(CriterionPart("CER", "Aucun", chip: "Sans CER") { $0.withoutContract = false }) }
    if let unseenSince {
      parts.append(CriterionPart("Sans rendez-vous depuis le", French.short(unseenSince)) { $0.unseenSince = nil })
    }
    return parts
  }
}

/// « du 01/03/2026 au 31/03/2026 », or one of the two; nil without either.
private func range(_ from: String, _ first: String?, _ until: String, _ last: String?) -> String? {
  let words = [first.map { "\(from) \($0)" }, last.map { "\(until) \($0)" }].compactMap { $0 }
  return words.isEmpty ? nil : words.joined(separator: " ")
}
