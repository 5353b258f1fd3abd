import API
import Domain
import Service

extension SecurityTerms {
  var answers: FormAnswers {
    FormAnswers([
      ("secondFactor", secondFactor ? "oui" : ""), ("sessions", sessions.map(String.init) ?? ""),
      ("idleMinutes", String(idleMinutes)), ("hours", String(hours)),
      ("dossiersNoticed", dossiersNoticed.map(String.init) ?? ""),
      ("dossiersMost", dossiersMost.map(String.init) ?? ""),
      ("exportsNoticed", exportsNoticed.map(String.init) ?? ""), ("exportsMost", exportsMost.map(String.init) ?? ""),
      ("opensAt", opensAt.map(String.init) ?? ""), ("closesAt", closesAt.map(String.init) ?? ""),
    ])
  }
}

private let fieldNames = [
  "secondFactor", "sessions", "idleMinutes", "hours", "dossiersNoticed", "dossiersMost", "exportsNoticed",
  "exportsMost", "opensAt", "closesAt",
]

/// The rules of one profile.
func securityForm(
  _ visit: Visit, _ rule: SecurityRule, _ typed: FormAnswers, version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) async throws -> PageAnswer {
  let form = Form(
    id: "regles", address: "\(securityAddress)/\(rule.profile.rawValue)",
    groups: [
      FieldGroup(
        "Second facteur",
        fields: [
          .checkbox(
            "secondFactor", "Exiger un second facteur", isChecked: typed["secondFactor"] == "oui",
            faults.common("secondFactor", help: factorHelp(rule), isRequired: false))
        ]),
      FieldGroup(
        "Sessions", text: "Les sessions déjà ouvertes suivent la nouvelle règle dans les minutes qui viennent.",
        fields: [
          .text(
            "sessions", "Sessions à la fois", value: typed["sessions"], width: .narrow, maximumLength: 2,
            inputMode: .numeric,
            faults.common(
              "sessions", help: "Vide : sans limite. Sinon la plus ancienne se ferme quand une autre s’ouvre",
              isRequired: false)),
          .text(
            "idleMinutes", "Fermeture sans activité", value: typed["idleMinutes"], width: .narrow, unit: "minutes",
            maximumLength: 3, inputMode: .numeric, faults.common("idleMinutes", help: "De 15 à 480")),
          .text(
            "hours", "Durée totale", value: typed["hours"], width: .narrow, unit: "heures", maximumLength: 2,
            inputMode: .numeric, faults.common("hours", help: "De 1 à 24")),
        ]),
      FieldGroup(
        "Usage en un jour",
        text: "Au-delà du premier seuil, administrateurs et délégué sont prévenus ; au-delà du second, le compte est "
          + "suspendu jusqu’à ce que l’un d’eux ait examiné le constat. Vide : sans seuil.", isPaired: true,
        fields: [
          threshold("dossiersNoticed", "Dossiers différents : prévenir", typed, faults),
          threshold("dossiersMost", "Dossiers différents : suspendre", typed, faults),
          threshold("exportsNoticed", "Exports : prévenir", typed, faults),
          threshold("exportsMost", "Exports : suspendre", typed, faults),
        ]),
      FieldGroup(
        "Heures d’usage",
        text: "Un dossier ouvert hors de ces heures, ou un samedi ou un dimanche, est signalé. Vide : à toute heure.",
        isPaired: true,
        fields: [hour("opensAt", "À partir de", typed, faults), hour("closesAt", "Jusqu’à", typed, faults)]),
    ], values: [HiddenValue("version", String(version))], submit: "Enregistrer",
    cancel: Link("Annuler", securityAddress))
  let head = PageHead(
    rule.profile.label, lead: French.count(rule.accounts, "compte ouvert", "comptes ouverts"),
    back: Link("Sécurité", securityAddress))
  let history = try await profileHistory(visit, rule.profile)
  return visit.page(head, .administration, title: "Sécurité", notices + faults.general + [form, history]).with(faults)
}

private func threshold(_ name: String, _ label: String, _ typed: FormAnswers, _ faults: FormFaults) -> Field {
  .text(
    name, label, value: typed[name], width: .narrow, maximumLength: 6, inputMode: .numeric,
    faults.common(name, isRequired: false))
}

private func hour(_ name: String, _ label: String, _ typed: FormAnswers, _ faults: FormFaults) -> Field {
  .text(
    name, label, value: typed[name], width: .narrow, unit: "h", maximumLength: 2, inputMode: .numeric,
    faults.common(name, isRequired: false))
}

private func factorHelp(_ rule: SecurityRule) -> String {
  let programs = "Un programme qui entre avec un mot de passe sous ce profil n’entrera plus."
  switch rule.withoutSecondFactor {
  case 0: return "Tous les comptes de ce profil en ont déjà un. \(programs)"
  case 1: return "1 compte n’en a pas : à sa prochaine page, il devra en ajouter un. \(programs)"
  case let count:
    return "\(count) comptes n’en ont pas : à leur prochaine page, ils devront en ajouter un. \(programs)"
  }
}

func saveRule(_ visit: Visit) async throws -> PageAnswer {
  let (rule, version) = (try await shownRule(visit), try visit.version)
  var faults = FormFaults()
  let sessions = number("sessions", in: 1...50, isRequired: false, visit, &faults)
  let idle = number("idleMinutes", in: 15...480, isRequired: true, visit, &faults)
  let hours = number("hours", in: 1...24, isRequired: true, visit, &faults)
  func optional(_ name: String, _ range: ClosedRange<Int>) -> Int? {
    number(name, in: range, isRequired: false, visit, &faults)
  }
  let many = 1...100_000
  let (dossiersNoticed, dossiersMost) = (optional("dossiersNoticed", many), optional("dossiersMost", many))
  let (exportsNoticed, exportsMost) = (optional("exportsNoticed", many), optional("exportsMost", many))
  let (opensAt, closesAt) = (optional("opensAt", 0...23), optional("closesAt", 1...24))
  if let opensAt, let closesAt, closesAt <= opensAt {
    faults.add(
      "closesAt", "La fin (\(closesAt) h) ne suit pas le début (\(opensAt) h). Corrigez l’une des deux heures.")
  }
  guard faults.isEmpty, let idle, let hours else {
    return try await securityForm(visit, rule, visit.form, version: version, faults)
  }
  let terms = SecurityTerms(
    secondFactor: visit.form["secondFactor"] == "oui", sessions: sessions, idleMinutes: idle, hours: hours,
    dossiersNoticed: dossiersNoticed, dossiersMost: dossiersMost, exportsNoticed: exportsNoticed,
    exportsMost: exportsMost, opensAt: opensAt, closesAt: closesAt)
  do {
    _ = try await visit.services.call(
      IdentityAPI.changeSecurityRule, ["profile": rule.profile.rawValue], terms, version: version)
    return .see(securityAddress, saying: "Les règles du profil « \(rule.profile.label) » sont enregistrées.")
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Ces règles ont changé pendant que vous les aviez ouvertes",
      "L’historique ci-dessous dit ce qui a changé. Votre saisie est conservée : vérifiez-la, puis enregistrez.",
      .waiting)
    return try await securityForm(visit, rule, visit.form, version: rule.version, faults, notices: [notice])
      .with(status: 412)
  } catch let problem as Problem {
    faults = try FormFaults(problem, fields: fieldNames)
    return try await securityForm(visit, rule, visit.form, version: version, faults)
  }
}

private func number(
  _ name: String, in range: ClosedRange<Int>, isRequired: Bool, _ visit: Visit, _ faults: inout FormFaults
) -> Int? {
  guard let text = visit.form[name] else {
    if isRequired { faults.add(name, "Indiquez un nombre entre \(range.lowerBound) et \(range.upperBound).") }
    return nil
  }
  guard let value = Int(text), range.contains(value) else {
    faults.add(name, "« \(text) » n’est pas un nombre entre \(range.lowerBound) et \(range.upperBound).")
    return nil
  }
  return value
}
