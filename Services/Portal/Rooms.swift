import Domain

// How a page is added.
//
// 1. Make a folder named as its users name it (`Contracts`), with a `Room` that lists its addresses:
//      let contractsRoom = Room(area: nil, rights: [.readDossiers], sections: [contractsSection]) { pages in
//        pages.get("dossiers/{dossier}/contrats", rights: [.readDossiers]) { visit in try await contractsPage(visit) }
//        pages.post("dossiers/{dossier}/contrats", rights: [.draftContracts]) { visit in try await addOne(visit) }
//      }
// 2. Name it in `rooms` below. Nothing else is touched: the bar, the account's menu, a dossier's navigation and its
//    right column, the home page are made from what the rooms say of themselves (`area`, `sections`, `blocks`…).
//
// A page is a function of a `Visit` that asks the services (`async let` for what does not wait) and gives pieces. A
// page of a dossier begins with `let open = try await OpenDossier.load(visit)` and ends with `open.page(…)`.
// A form is a `DraftForm`, added with `pages.form`; `Dossier/StandbyForm.swift` is the one to copy.

/// A part of the portal: its addresses and what it adds to the pages of others.
struct Room: Sendable {
  /// The entry of the bar that leads here; several rooms may share one.
  let area: Area?
  /// One of these opens it; none asks for nothing.
  let rights: [Right]
  /// Entries of the account's menu.
  let accountLinks: [GuardedLink]
  /// Entries of the administration's table of contents.
  let administration: [GuardedLink]
  /// What it shows of a dossier.
  let sections: [DossierSection]
  /// What it shows on the home page.
  let blocks: [HomeBlock]
  let addPages: @Sendable (Pages) -> Void

  init(
    area: Area? = nil, rights: [Right] = [], accountLinks: [GuardedLink] = [],
    administration: [GuardedLink] = [], sections: [DossierSection] = [],
    blocks: [HomeBlock] = [], addPages: @escaping @Sendable (Pages) -> Void
  ) {
    self.area = area
    self.rights = rights
    self.accountLinks = accountLinks
    self.administration = administration
    self.sections = sections
    self.blocks = blocks
    self.addPages = addPages
  }
}

/// A link for those who hold one of these rights.
struct GuardedLink: Sendable {
  let rights: [Right]
  let link: Link
  var text: String?
}

/// Every room, in the order in which a dossier's navigation and the home page show them.
let rooms: [Room] = [
  signInRoom, keptFormsRoom, delegationsRoom, homeRoom, beneficiariesRoom, dossierRoom, agendaRoom, appointmentsRoom,
  contractsRoom,
  stepsRoom, offersRoom, exitsRoom, formalNoticesRoom, batchesRoom, caseloadsRoom, notificationsRoom, insightRoom,
  administrationRoom,
  accountsRoom, structuresRoom, rightsRoom, securityRoom, listsRoom, characteristicsRoom, placesRoom, delaysRoom,
  transitionsRoom,
  modelsRoom, textsRoom,
  usageRoom, auditRoom, feedRoom, outboxRoom, informationRoom, suggestionsRoom,
]
