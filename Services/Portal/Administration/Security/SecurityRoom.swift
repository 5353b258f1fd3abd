import API
import Domain
import Service

let securityRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Sécurité", securityAddress),
      text: "Second facteur, sessions, seuils d’usage, profil par profil")
  ]
) { pages in
  pages.get("administration/securite", rights: [.administer]) { visit in try await securityPage(visit) }
  pages.form("administration/securite/{profile}", rights: [.administer], SecurityForm.self)
}

let securityAddress = "/administration/securite"

/// How many changes the pages show.
private let changesShown = 20

extension SecurityTerms {
  var sessionsText: String { sessions.map(String.init) ?? "sans limite" }
  var idleText: String { "\(idleMinutes) min" }
  var hoursText: String { "\(hours) h" }
  var dossiersText: String { Self.text(dossiersNoticed, dossiersMost) }
  var exportsText: String { Self.text(exportsNoticed, exportsMost) }
  var openingText: String {
    opensAt == nil && closesAt == nil ? "à toute heure" : "de \(opensAt ?? 0) h à \(closesAt ?? 24) h"
  }

  private static func text(_ noticed: Int?, _ most: Int?) -> String {
    let parts = [noticed.map { "signalé au-delà de \($0)" }, most.map { "suspendu au-delà de \($0)" }]
      .compactMap { $0 }
    return parts.isEmpty ? "sans seuil" : parts.joined(separator: ", ")
  }
}

/// What is asked at the door of each profile, and who decided it.
private func securityPage(_ visit: Visit) async throws -> PageAnswer {
  async let listing = visit.services.call(IdentityAPI.listSecurityRules)
  async let remembering = changes(visit, of: nil)
  let (rules, history) = try await (listing, remembering)
  let rows = rules.map { rule in
    Row(
      id: rule.profile.rawValue, address: "\(securityAddress)/\(rule.profile.rawValue)", name: rule.profile.label,
      [
        Cell(rule.profile.label, detail: French.count(rule.accounts, "compte")),
        Cell(secondFactor(rule), detail: waiting(rule)), Cell(rule.terms.sessionsText), Cell(rule.terms.idleText),
        Cell(rule.terms.hoursText),
      ])
  }
  let table = Table(
    id: "securite", caption: "Règles de sécurité par profil",
    columns: [
      Column("Profil"), Column("Second facteur"), Column("Sessions à la fois", isNumber: true, isSecondary: true),
      Column("Fermeture sans activité", isNumber: true, isSecondary: true),
      Column("Durée totale", isNumber: true, isSecondary: true),
    ], rows: rows,
    empty: EmptyState("Aucun profil", "Les profils viennent avec Jalons.", icon: .lock))
  let head = PageHead(
    "Sécurité",
    lead: "Ce qui est demandé à la connexion et ce qui est signalé. Ouvrez un profil pour changer ses règles.",
    back: Link("Administration", "/administration"))
  return visit.page(head, .administration, [table, history])
}

private func secondFactor(_ rule: SecurityRule) -> Badge {
  rule.terms.secondFactor ? Badge("Exigé", .done, icon: .check) : Badge("Facultatif", .neutral)
}

/// Whom the rule still finds without a second factor.
private func waiting(_ rule: SecurityRule) -> String? {
  guard rule.withoutSecondFactor > 0 else { return nil }
  return French.count(rule.withoutSecondFactor, "compte n’en a pas", "comptes n’en ont pas")
}

/// Who changed what, newest first.
private func changes(_ visit: Visit, of profile: Profile?) async throws -> Panel {
  let query = SecurityChangeQuery(profile: profile, limit: changesShown)
  let found = try await visit.services.call(IdentityAPI.listSecurityChanges, [:], query).items
  let entries = found.map { change in
    HistoryEntry(
      French.moment(change.at), who: change.accountName, change.profile.label, changes: differences(change))
  }
  return .history(entries, untouched: "Les règles sont celles d’origine.")
}

private func differences(_ change: SecurityChange) -> [Change] {
  let (before, after) = (change.before, change.after)
  func factor(_ terms: SecurityTerms) -> String { terms.secondFactor ? "exigé" : "facultatif" }
  let all = [
    Change("Second facteur", from: factor(before), to: factor(after)),
    Change("Sessions à la fois", from: before.sessionsText, to: after.sessionsText),
    Change("Fermeture sans activité", from: before.idleText, to: after.idleText),
    Change("Durée totale", from: before.hoursText, to: after.hoursText),
    Change("Dossiers en un jour", from: before.dossiersText, to: after.dossiersText),
    Change("Exports en un jour", from: before.exportsText, to: after.exportsText),
    Change("Heures d’usage", from: before.openingText, to: after.openingText),
  ]
  return all.filter { $0.before != $0.after }
}

func shownRule(_ visit: Visit) async throws -> SecurityRule {
  let code = visit.parameters["profile"] ?? ""
  // A dozen: the list is as quick as one of them would be.
  let rules = try await visit.services.call(IdentityAPI.listSecurityRules)
  guard let rule = rules.first(where: { $0.profile.rawValue == code }) else { throw Problem.notFound("Ce profil") }
  return rule
}

func profileHistory(_ visit: Visit, _ profile: Profile) async throws -> Panel {
  try await changes(visit, of: profile)
}
