import API
import Domain
import Foundation
import Service

let usageRoom = Room(
  rights: [.readAudit, .administer],
  administration: [
    GuardedLink(
      rights: [.readAudit, .administer], link: Link("Usages inhabituels", usageAddress),
      text: "Les comptes qui ouvrent ou exportent beaucoup, ou hors des heures prévues")
  ],
  blocks: [
    HomeBlock("Usages inhabituels", rights: [.readAudit, .administer], place: .right) { visit in
      try await usageBlock(visit)
    }
  ]
) { pages in
  let rights: [Right] = [.readAudit, .administer]
  pages.get("administration/usages", rights: rights) { visit in try await usagesPage(visit) }
  pages.get("administration/usages/{use}", rights: rights) { visit in
    try await usagePage(visit, try await shownUse(visit), FormFaults())
  }
  pages.post("administration/usages/{use}", rights: rights) { visit in try await settle(visit) }
}

let usageAddress = "/administration/usages"

extension AbnormalUse {
  var address: String { "\(usageAddress)/\(id)" }

  /// « 212 dossiers ouverts », « 41 exports », « 3 dossiers ouverts hors des heures ».
  var countText: String {
    switch kind {
    case .dossiers: French.count(count, "dossier ouvert", "dossiers ouverts")
    case .exports: French.count(count, "export")
    case .outside: French.count(count, "dossier ouvert", "dossiers ouverts") + " hors des heures prévues"
    }
  }

  var thresholdText: String? { kind == .outside ? nil : "seuil : \(threshold)" }

  var badge: Badge {
    if settledAt != nil { return Badge("Examiné", .done, icon: .check) }
    return suspends ? Badge("Compte suspendu", .late, icon: .lock) : Badge("À examiner", .waiting, icon: .eye)
  }
}

private let pageLength = 50

private func usageBlock(_ visit: Visit) async throws -> HomeContent {
  let found = try await visit.services.call(
    IdentityAPI.listAbnormalUses, [:], AbnormalUseQuery(settled: false, limit: 6)
  ).items
  guard !found.isEmpty else { return HomeContent() }
  let items = found.prefix(5).map { use in
    Item(
      use.accountName, address: use.address, meta: "\(use.countText) le \(French.short(use.day))",
      icon: use.suspends ? .lock : .eye)
  }
  let list = ItemList(
    "Usages inhabituels", items, empty: EmptyState("Rien à examiner", "Aucun usage inhabituel.", icon: .check))
  let all = Action("Tous", usageAddress, weight: .plain)
  return HomeContent(panel: Panel("Usages inhabituels", actions: [all], [list]))
}

private func usagesPage(_ visit: Visit) async throws -> PageAnswer {
  let isSettled = visit.query["voir"] == "examines"
  let query = AbnormalUseQuery(
    settled: isSettled, limit: pageLength, after: visit.query["apres"])
  let found = try await visit.services.call(IdentityAPI.listAbnormalUses, [:], query)
  let rows = found.items.map { use in
    Row(
      id: use.id.description, address: use.address, name: use.accountName,
      mark: use.settledAt != nil ? .neutral : use.suspends ? .late : .waiting,
      [
        Cell(use.accountName, detail: use.profile.label), Cell(use.countText, detail: use.thresholdText),
        Cell(French.short(use.day)), Cell(use.badge),
      ])
  }
  let base = isSettled ? "\(usageAddress)?voir=examines" : usageAddress
  let empty =
    isSettled
    ? EmptyState("Aucun constat examiné", "Ceux que vous aurez examinés resteront ici.", icon: .history)
    : EmptyState(
      "Aucun usage inhabituel", "Dès qu’un compte passe un seuil, le constat s’affiche ici et vous êtes prévenu.",
      icon: .check)
  let table = Table(
    id: "usages", caption: "Usages inhabituels",
    columns: [Column("Compte"), Column("Constat"), Column("Jour"), Column("État")], rows: rows, empty: empty,
    pager: Pager(
      first: query.after == nil ? nil : base,
      next: found.next.map { Address(usageAddress, ["voir": isSettled ? "examines" : nil, "apres": $0]).text }))
  let tabs = Tabs(
    "Constats",
    [
      Link("À examiner", usageAddress, isCurrent: !isSettled),
      Link("Examinés", "\(usageAddress)?voir=examines", isCurrent: isSettled),
    ])
  let head = PageHead(
    "Usages inhabituels",
    lead: "Les comptes qui, en un jour, ont ouvert ou exporté plus que leur profil ne le fait d’ordinaire.",
    back: Link("Administration", "/administration"))
  let actions =
    visit.person.may(anyOf: [.administer])
    ? ActionColumn([ActionGroup("Actions", [Action("Changer les seuils", securityAddress, icon: .settings)])]) : nil
  return visit.page(head, .administration, actions: actions, [tabs, table])
}

private func shownUse(_ visit: Visit) async throws -> AbnormalUse {
  try await visit.services.call(
    IdentityAPI.showAbnormalUse, ["use": try visit.id("use", of: AbnormalUse.self)])
}

private func usagePage(
  _ visit: Visit, _ use: AbnormalUse, _ faults: FormFaults, notices: [Notice] = []
) async throws -> PageAnswer {
  var body: [any Piece] = notices + faults.general
  if use.suspends, use.settledAt == nil {
    body.append(
      Notice(
        "Ce compte est suspendu",
        "Ses sessions sont fermées et personne ne peut s’y connecter tant que ce constat n’est pas examiné.", .late))
  }
  body += [found(use), examination(visit, use, faults)]
  let head = PageHead(
    use.accountName, lead: "\(use.countText) le \(French.long(use.day))",
    back: Link("Usages inhabituels", usageAddress), badges: [use.badge])
  return visit.page(
    head, .administration, title: "Usage inhabituel", actions: usageActions(visit, use), body
  ).with(faults)
}

/// What was counted, and where the threshold lay.
private func found(_ use: AbnormalUse) -> Panel {
  Panel(
    "Constat",
    [
      Facts([
        Fact("Compte", use.accountName), Fact("Profil", use.profile.label), Fact("Jour", French.long(use.day)),
        Fact("Constat", use.countText), Fact("Seuil", use.kind == .outside ? "aucun dossier" : "\(use.threshold)"),
        Fact("Relevé", French.moment(use.at)),
      ])
    ])
}

/// Who examined it and what they found, or the form that says so.
private func examination(_ visit: Visit, _ use: AbnormalUse, _ faults: FormFaults) -> any Piece {
  if let settledAt = use.settledAt {
    return Panel(
      "Examen",
      [
        Facts([
          Fact("Par", use.settledName ?? ""), Fact("Le", French.moment(settledAt)),
          Fact("Ce qui a été constaté", use.comment ?? ""),
        ])
      ])
  }
  return Form(
    id: "examen", address: use.address,
    groups: [
      FieldGroup(
        "Examen",
        text: use.suspends ? "Le compte redevient actif ; sa prochaine connexion se fait comme d’habitude." : nil,
        fields: [
          .area(
            "comment", "Ce qui a été constaté", value: visit.form["comment"] ?? "", rows: 4, maximumLength: 1000,
            faults.common("comment", help: "Par exemple : « préparation d’un comité, vu avec la personne »"))
        ])
    ], submit: use.suspends ? "Rétablir le compte" : "Classer le constat", cancel: Link("Annuler", usageAddress))
}

private func usageActions(_ visit: Visit, _ use: AbnormalUse) -> ActionColumn {
  var actions: [Action] = []
  if visit.person.may(anyOf: [.readAudit]) {
    let day = French.short(use.day)
    actions.append(
      Action(
        "Ce que le compte a fait ce jour",
        Address("/administration/journal", ["compte": use.account.description, "du": day, "au": day]).text,
        icon: .history))
  }
  if visit.person.may(anyOf: [.administer]) {
    actions.append(Action("Le compte", "/administration/collaborateurs/\(use.account)", icon: .user))
  }
  return ActionColumn([ActionGroup("Actions", actions)])
}

private func settle(_ visit: Visit) async throws -> PageAnswer {
  let use = try await shownUse(visit)
  var faults = FormFaults()
  guard let comment = visit.form["comment"] else {
    faults.add("comment", "Écrivez ce que vous avez constaté : le journal le garde.")
    return try await usagePage(visit, use, faults)
  }
  do {
    _ = try await visit.services.call(
      IdentityAPI.settleAbnormalUse, ["use": use.id], UsageFinding(comment: comment))
    return .see(
      usageAddress, saying: use.suspends ? "Le compte de \(use.accountName) est rétabli." : "Le constat est classé.")
  } catch let problem as Problem {
    return try await usagePage(
      visit, try await shownUse(visit), try FormFaults(problem, fields: ["comment"]))
  }
}
