import API
import Domain
import Foundation
import Service

func addAlertPages(to pages: Pages) {
  let rights: [Right] = [.readDossiers]
  pages.get("infocentre/alertes", rights: rights) { visit in try await alertsPage(visit) }
  pages.post("infocentre/alertes/filtre", rights: rights) { visit in
    var filter = try await visit.services.call(InsightAPI.showAlertFilter)
    filter.situation = visit.form["situation"].flatMap(AlertSituation.init(rawValue:)) ?? filter.situation
    filter.scheme = visit.form["dispositif"].flatMap(AlertScheme.init(rawValue:)) ?? filter.scheme
    _ = try await visit.services.call(InsightAPI.setAlertFilter, [:], filter)
    return .see(
      Address.local(visit.form["retour"]) ?? "/infocentre/alertes", saying: "Toutes vos alertes suivent ce filtre.")
  }
  pages.post("infocentre/alertes/courriel", rights: rights) { visit in try await chooseAlertMail(visit) }
  pages.get("infocentre/alertes/{code}", rights: rights) { visit in
    try await alertPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("infocentre/alertes/{code}", rights: rights) { visit in try await chooseAlert(visit) }
}

extension InsightAlert {
  var address: String { "/infocentre/alertes/\(code)" }
  var title: String { label.prefix(1).uppercased() + label.dropFirst() }

  var counter: Counter { Counter(self) }

  /// How its label reads after « 1 »; many are the same.
  fileprivate var one: String {
    switch code {
    case "sorties": "sortie à décider"
    case "formulaires": "formulaire FSE à saisir"
    case "entretiens": "entretien à saisir"
    case "syntheses": "entretien sans synthèse"
    case "etapes": "étape qui finit"
    case "veilles": "veille qui finit"
    case "notes": "note en cours"
    case "sans-rendez-vous": "personne sans rendez-vous"
    case "caracteristiques": "caractéristique manquante"
    case "signatures": "signature en attente"
    case "sans-cer": "dossier sans CER"
    case "non-actualises": "dossier non actualisé"
    case "midem": "MIDEM demandée"
    case "operateurs": "opérateur sans réponse"
    case "messages": "message non remis"
    case "droit-clos": "droit clos en file active"
    case "mutations": "mutation"
    default: label
    }
  }

  fileprivate var badge: Badge {
    count == 0
      ? Badge("Rien", .neutral, icon: .check)
      : Badge(count > 1000 ? "Plus de 1 000" : String(count), tone == .late ? .late : .waiting, icon: .alert)
  }

  /// Keeps it on the home page, or takes it away; its number of days stays.
  fileprivate func favourite(back: String) -> Action {
    Action(
      isFavourite ? "Retirer de l’accueil" : "Mettre à l’accueil", address, icon: .star, weight: .plain, posts: true,
      values: [
        HiddenValue("favori", isFavourite ? "non" : "oui"), HiddenValue("retour", back),
        HiddenValue("jours", hasOwnDays ? days.map(String.init) ?? "" : ""),
      ])
  }
}

extension Counter {
  /// The service counts no further than 1,001.
  fileprivate init(_ alert: InsightAlert) {
    let tone: Tone =
      switch alert.tone {
      case .neutral: .neutral
      case .waiting: .waiting
      case .late: .late
      }
    self.init(
      alert.count, alert.count == 1 ? alert.one : alert.label,
      shown: alert.count > 1000 ? "+ de \(French.number(1000))" : nil,
      address: alert.code == "sorties" ? "/sorties" : alert.address, tone)
  }
}

extension AlertSituation {
  fileprivate var label: String {
    switch self {
    case .active: "Dans la file active"
    case .left: "Sortis de la file active"
    case .all: "Tous"
    }
  }
}

extension AlertScheme {
  fileprivate var label: String {
    switch self {
    case .all: "Tous les dispositifs"
    case .fse: "Participants FSE"
    }
  }
}

/// The one filter of all alerts, kept for the person.
private func filterPanel(_ filter: AlertFilter, back: String) -> Panel {
  func choice(_ name: String, _ value: String, _ label: String, isChosen: Bool) -> Action {
    Action(
      isChosen ? "✓ \(label)" : label, "/infocentre/alertes/filtre", weight: isChosen ? .outline : .plain, posts: true,
      values: [HiddenValue(name, value), HiddenValue("retour", back)])
  }
  let situations = AlertSituation.allCases.map {
    choice("situation", $0.rawValue, $0.label, isChosen: $0 == filter.situation)
  }
  let schemes = AlertScheme.allCases.map {
    choice("dispositif", $0.rawValue, $0.label, isChosen: $0 == (filter.scheme ?? .all))
  }
  return Panel(
    "Filtre de toutes vos alertes",
    [
      ItemList(
        "Filtre",
        [
          Item("Situation des personnes", icon: .users, actions: situations),
          Item("Dispositif", icon: .filter, actions: schemes),
        ], empty: EmptyState("Aucun filtre", "Rien à choisir.", icon: .filter)),
      Paragraph("Ce choix vaut pour toutes vos alertes, jusqu’à ce que vous le changiez.", isMuted: true),
    ])
}

/// Every alert, those with something first.
private func alertsPage(_ visit: Visit) async throws -> PageAnswer {
  async let counting = visit.services.call(InsightAPI.listAlerts, [:], AlertQuery()).items
  async let narrowing = visit.services.call(InsightAPI.showAlertFilter)
  async let mailing = visit.services.call(InsightAPI.showAlertMail)
  let (alerts, filter, mail) = try await (counting, narrowing, mailing)
  let items = alerts.inOrderOfUrgency.map { alert in
    Item(
      alert.title, address: alert.counter.address, text: alert.summary,
      meta: alert.days.map { "Seuil : \(French.count($0, "jour"))" }, icon: alert.isFavourite ? .star : .bell,
      badges: [alert.badge], actions: [alert.favourite(back: "/infocentre/alertes")])
  }
  let list = ItemList(
    "Alertes", items, empty: EmptyState("Aucune alerte", "Votre profil n’en a pas.", icon: .check))
  let back = visit.may(.reports) ? Link("Infocentre", "/infocentre") : Link("Aujourd’hui", "/")
  return visit.page(
    PageHead("Alertes", lead: "Vos favorites s’affichent sur votre accueil.", back: back),
    visit.may(.reports) ? .insight : .today,
    [
      filterPanel(filter, back: "/infocentre/alertes"), Panel("Toutes les alertes", [list]), alertMailPanel(mail),
    ])
}

/// The dossiers behind one figure; each row leads to where it is acted on.
private func alertPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  let code = visit.parameters["code"] ?? ""
  let isDescending = visit.query["ordre"] == "desc"
  let query = InsightPageQuery(
    after: visit.query["apres"], limit: 50, sort: visit.query["tri"], descending: isDescending ? true : nil)
  let found = try await visit.services.call(InsightAPI.listAlert, ["code": code], query)
  let alert = found.alert
  func address(_ order: DatasetOrder?, after: String? = nil) -> String {
    Address(
      alert.address,
      ["tri": order?.column, "ordre": order?.isDescending == true ? "desc" : nil, "apres": after]
    ).text
  }
  let asked = query.sort.map { DatasetOrder(column: $0, isDescending: isDescending) }
  let table = datasetTable(
    found.rows, columns: found.columns, subject: found.subject, caption: alert.title,
    order: asked ?? DatasetOrder(column: "", isDescending: false), sorted: { address($0) },
    count: alert.count > 1000 ? "Plus de 1 000 lignes" : French.count(alert.count, "ligne"),
    empty: EmptyState("Aucun dossier", "Rien ne correspond dans votre périmètre.", icon: .check),
    pager: Pager(
      first: query.after == nil ? nil : address(asked), next: found.next.map { address(asked, after: $0) }))
  var body: [any Piece] = faults.general
  body.append(table)
  if let days = alert.days { body.append(thresholdForm(alert, days, typed, faults)) }
  body.append(filterPanel(found.filter, back: alert.address))
  let head = PageHead(
    alert.title, lead: alert.summary, back: Link("Alertes", "/infocentre/alertes"),
    actions: [alert.favourite(back: alert.address)])
  return visit.page(head, visit.may(.reports) ? .insight : .today, body).with(faults)
}

private func thresholdForm(_ alert: InsightAlert, _ days: Int, _ typed: FormAnswers?, _ faults: FormFaults) -> Panel {
  let field = Field.text(
    "jours", "Nombre de jours", value: typed?["jours"] ?? String(days), width: .narrow, unit: "jours",
    inputMode: .numeric, faults.common("jours", help: "Pour vous seul. Vide : le délai habituel.", isRequired: false))
  let form = Form(
    id: "seuil", address: alert.address, groups: [FieldGroup(fields: [field])],
    values: [
      HiddenValue("favori", alert.isFavourite ? "oui" : "non"), HiddenValue("retour", alert.address),
    ], submit: "Changer le seuil", isGuarded: false)
  return Panel("Seuil de cette alerte", [form])
}

private func chooseAlert(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  let text = visit.form["jours"]
  let days = text.flatMap { Int($0) }
  if let text, days.map({ !(0...3660).contains($0) }) ?? true {
    faults.add("jours", "« \(text) » n’est pas un nombre de jours. Écrivez un nombre entier entre 0 et 3660.")
  }
  guard faults.isEmpty else { return try await alertPage(visit, typed: visit.form, faults: faults) }
  let isFavourite = visit.form["favori"] == "oui"
  do {
    _ = try await visit.services.call(
      InsightAPI.chooseAlert, ["code": visit.parameters["code"] ?? ""],
      AlertChoice(isFavourite: isFavourite, days: days))
  } catch let problem as Problem {
    return try await alertPage(
      visit, typed: visit.form, faults: FormFaults(problem) { $0 == "days" ? "jours" : nil })
  }
  return .see(Address.local(visit.form["retour"]) ?? "/infocentre/alertes", saying: "Votre choix est enregistré.")
}

extension [InsightAlert] {
  /// Late before waiting before nothing; in the order of the service within each.
  var inOrderOfUrgency: [InsightAlert] {
    let tones: [InsightAlert.Tone] = [.late, .waiting, .neutral]
    return tones.flatMap { tone in filter { $0.tone == tone } }
  }
}
