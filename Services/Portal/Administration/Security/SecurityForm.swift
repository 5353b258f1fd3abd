import API
import Domain
import Service

/// The rules of one profile.
struct SecurityForm: SettingForm {
  let visit: Visit
  let rule: SecurityRule
  let history: Panel

  static let room = "Sécurité"

  static func load(_ visit: Visit) async throws -> SecurityForm {
    let rule = try await shownRule(visit)
    return SecurityForm(visit: visit, rule: rule, history: try await profileHistory(visit, rule.profile))
  }

  var groups: [QuestionGroup<SecurityTerms>] {
    [
      QuestionGroup(
        "Second facteur",
        .box("secondFactor", \.secondFactor, "Exiger un second facteur").help(factorHelp(rule))),
      QuestionGroup(
        "Sessions", text: "Les sessions déjà ouvertes suivent la nouvelle règle dans les minutes qui viennent.",
        .number("sessions", \.sessions, "Sessions à la fois", most: 2).help(
          "Vide : sans limite. Sinon la plus ancienne se ferme quand une autre s’ouvre"),
        .number(
          "idleMinutes", \.idleMinutes, "Fermeture sans activité", unit: "minutes", most: 3,
          missing: "Indiquez un nombre entre 15 et 480."
        ).help("De 15 à 480"),
        .number("hours", \.hours, "Durée totale", unit: "heures", most: 2, missing: "Indiquez un nombre entre 1 et 24.")
          .help("De 1 à 24")),
      QuestionGroup(
        "Usage en un jour",
        text: "Au-delà du premier seuil, administrateurs et délégué sont prévenus ; au-delà du second, le compte est "
          + "suspendu jusqu’à ce que l’un d’eux ait examiné le constat. Vide : sans seuil.", isPaired: true,
        .number("dossiersNoticed", \.dossiersNoticed, "Dossiers différents : prévenir"),
        .number("dossiersMost", \.dossiersMost, "Dossiers différents : suspendre"),
        .number("exportsNoticed", \.exportsNoticed, "Exports : prévenir"),
        .number("exportsMost", \.exportsMost, "Exports : suspendre")),
      QuestionGroup(
        "Heures d’usage",
        text: "Un dossier ouvert hors de ces heures, ou un samedi ou un dimanche, est signalé. Vide : à toute heure.",
        isPaired: true, .number("opensAt", \.opensAt, "À partir de", unit: "h", most: 2),
        .number("closesAt", \.closesAt, "Jusqu’à", unit: "h", most: 2).check(with: "opensAt") { terms in
          guard let opensAt = terms.opensAt, let closesAt = terms.closesAt, closesAt <= opensAt else { return nil }
          return "La fin (\(closesAt) h) ne suit pas le début (\(opensAt) h). Corrigez l’une des deux heures."
        }),
    ]
  }

  var draft: SecurityTerms { rule.terms }
  var version: Int? { rule.version }
  var sending: Sending { Sending("regles", "Enregistrer", cancel: securityAddress) }

  var head: PageHead {
    PageHead(
      rule.profile.label, lead: French.count(rule.accounts, "compte ouvert", "comptes ouverts"),
      back: Link("Sécurité", securityAddress))
  }

  func body(_ form: any Piece) -> [any Piece] { [form, history] }

  func save(_ draft: SecurityTerms, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      IdentityAPI.changeSecurityRule, ["profile": rule.profile.rawValue], draft, version: version)
    return .see(securityAddress, saying: "Les règles du profil « \(rule.profile.label) » sont enregistrées.")
  }
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
