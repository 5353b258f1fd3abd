import API
import Domain
import Service

extension AlertMail.Rhythm {
  fileprivate var label: String {
    switch self {
    case .never: "Jamais"
    case .daily: "Chaque jour ouvré"
    case .weekly: "Chaque lundi"
    }
  }

  fileprivate var answer: String {
    switch self {
    case .never: "Vos alertes ne partent plus par courriel."
    case .daily: "Vos alertes favorites partent par courriel chaque jour ouvré, à partir de demain."
    case .weekly: "Vos alertes favorites partent par courriel chaque lundi."
    }
  }
}

/// How often the favourites leave by e-mail.
func alertMailPanel(_ mail: AlertMail) -> Panel {
  let actions = AlertMail.Rhythm.allCases.map { rhythm in
    Action(
      rhythm == mail.rhythm ? "✓ \(rhythm.label)" : rhythm.label, "/infocentre/alertes/courriel",
      weight: rhythm == mail.rhythm ? .outline : .plain, posts: true, values: [HiddenValue("rythme", rhythm.rawValue)])
  }
  return Panel(
    "Recevoir mes favorites par courriel",
    [
      ItemList(
        "Courriel", [Item("Rythme", icon: .mail, actions: actions)],
        empty: EmptyState("Aucun choix", "Rien à choisir.", icon: .mail)),
      Paragraph(
        "Vos favorites sont les alertes mises à l’accueil. Le courriel donne leurs nombres et leurs liens, sans aucun "
          + "nom ; quand il n’y a rien à signaler, il ne part pas.", isMuted: true),
    ])
}

func chooseAlertMail(_ visit: Visit) async throws -> PageAnswer {
  guard let rhythm = visit.form["rythme"].flatMap(AlertMail.Rhythm.init(rawValue:)) else {
    throw Problem.malformed("Le formulaire est incomplet.")
  }
  _ = try await visit.services.call(InsightAPI.setAlertMail, [:], AlertMail(rhythm: rhythm))
  return .see("/infocentre/alertes", saying: rhythm.answer)
}
