import API
import Domain
import Foundation

extension OpenDossier {
  /// Who it is about, always in sight: a wrong dossier is the worst error.
  var band: PersonBand {
    let age = detail.birthDate.map { French.age($0, detail.birthPrecision, on: today) }
    if visit.person.isOperators {
      return PersonBand(name: name, detail: age ?? "", address: address(), state: nil, facts: [])
    }
    return PersonBand(
      name: name, detail: [age, detail.commune].compactMap { $0 }.joined(separator: " · "), address: address(),
      state: detail.state.badge,
      facts: [
        BandFact("Droits et devoirs", dutiesWord(detail.duties)),
        BandFact("Droit", detail.entitlement.label, detail.entitlement.tone),
        BandFact(leadEnded ? "Dernier référent" : "Référent de parcours", lastLead?.name ?? "Aucun"),
        BandFact(
          "Actualisé", detail.refreshedOn.map(French.long) ?? "jamais",
          isStale(detail.refreshedOn, today: today) ? .waiting : .neutral),
        BandFact(
          "Entrée en file active", lastLead.map { French.long($0.fromDate) } ?? "Aucune",
          address: address("referents")),
        BandFact("1er accompagnement", French.long(firstAccompanied), address: address("frise")),
      ], warning: warning)
  }

  /// Who leads the dossier or, once nobody does, led it last.
  var lastLead: ReferentEntry? { detail.lead ?? detail.referents.first { $0.kind == .lead } }

  /// The day on which a référent followed the person for the first time, under any référent (the guide's *date du 1er
  /// accompagnement*); the entry into the scheme where none is known.
  private var firstAccompanied: CalendarDate {
    detail.referents.filter { $0.kind == .lead }.map(\.fromDate).min() ?? detail.enteredOn
  }

  /// Once the last day is past, the référent is the last one and no longer the current one (rule C2).
  var leadEnded: Bool { detail.lead == nil && lastLead != nil }

  private var warning: String? {
    if let until = lastLead?.untilDate {
      return leadEnded
        ? "Sorti de la file active depuis le \(French.long(until))"
        : "Sortie de la file active le \(French.long(until))"
    }
    if detail.outsideCounty { return "Réside hors du département" }
    return nil
  }
}
