import API
import Domain
import Foundation
import Service

let formalNoticesSection = DossierSection(
  "Mises en demeure", path: "mises-en-demeure", icon: .mail, position: 77,
  actions: { open in
    guard open.detail.state != .left, open.visit.person.may(anyOf: FormalNotices.askers) else { return [] }
    return [
      Action("Demander une mise en demeure", open.address("mises-en-demeure/demande"), icon: .mail, weight: .plain)
    ]
  })

/// The secretariat's list of what is asked for (the guide's *Traitement des mises en demeure*).
let formalNoticesRoom = Room(
  rights: [.formalNotices],
  blocks: [
    HomeBlock(
      "Mises en demeure demandées", rights: [.formalNotices], place: .right,
      reads: [DossiersAPI.listFormalNoticeRequests.fullName]
    ) { visit in
      try await FormalNotices.block(visit)
    }
  ]
) { pages in
  pages.get("mises-en-demeure", rights: [.formalNotices]) { visit in try await FormalNotices.listPage(visit) }
}

/// Formal notices: asked for from the dossier, served by the secretariat in Genesis (rule C20).
enum FormalNotices {
  static let section = "mises-en-demeure"
  static let askers: [Right] = [.editCharacteristics, .formalNotices]

  static func add(to pages: Pages) {
    pages.get("dossiers/{dossier}/mises-en-demeure", rights: [.readDossiers]) { visit in try await page(visit) }
    pages.form("dossiers/{dossier}/mises-en-demeure/demande", rights: askers, FormalNoticeForm.self)
    pages.post("dossiers/{dossier}/mises-en-demeure/{formalNotice}/retrait", rights: askers) { visit in
      let id = try visit.id("dossier", of: Dossier.self)
      let request = try visit.id("formalNotice", of: FormalNoticeRequest.self)
      _ = try await visit.services.call(
        DossiersAPI.withdrawFormalNotice, ["dossier": id, "formalNotice": request])
      return .see("/dossiers/\(id)/\(section)", saying: "La demande est retirée de la liste du secrétariat.")
    }
  }

  /// The four values, and every request.
  private static func page(_ visit: Visit) async throws -> PageAnswer {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(DossiersAPI.listFormalNotices, ["dossier": id])
    let (open, requests) = try await (opening, listing.items)
    let newest = requests.first { $0.withdrawnOn == nil }
    let mayAsk = open.detail.state != .left && visit.person.may(anyOf: askers)
    let values = Facts([
      Fact("Motif demande de MIDEM", newest?.reason, source: newest.map { "demandée par \($0.authorName)" }),
      Fact("Date demande de MIDEM", newest.map { French.long($0.requestedOn) }, badge: newest?.badge),
      Fact("Motif MIDEM secrétariat", open.detail.formalNoticeReason),
      Fact("DateMIDEM", open.detail.formalNoticeOn.map(French.long)),
    ])
    let rows = requests.map { request in
      let withdraw = Action(
        "Retirer", open.address("\(section)/\(request.id)/retrait"), weight: .plain, posts: true)
      return Row(
        id: request.id.description, name: request.reason, mark: request.isOpen ? .waiting : .neutral,
        [
          Cell(French.long(request.requestedOn), detail: request.authorName), Cell(request.reason),
          Cell(request.badge), Cell(request.servedOn.map(French.long), detail: request.servedReason),
          Cell(actions: request.isOpen && mayAsk ? [withdraw] : []),
        ])
    }
    let table = Table(
      id: "demandes", caption: "Demandes de mise en demeure",
      columns: [
        Column("Demandée le"), Column("Motif"), Column("État"), Column("Faite le"),
        Column("Actions", isTitleHidden: true),
      ], rows: rows,
      empty: EmptyState(
        "Aucune demande", "Une demande part au secrétariat de dispositif, qui fait la mise en demeure dans Genesis.",
        icon: .mail))
    let ask = Action(
      "Demander une mise en demeure", open.address("\(section)/demande"), icon: .mail, weight: .primary)
    let head = PageHead(
      "Mises en demeure", lead: "Une demande est acquise quand la date revenue de Genesis lui est postérieure.",
      actions: mayAsk && newest?.isOpen != true ? [ask] : [])
    return open.page(head, in: section, [Panel("Dernière mise en demeure", [values]), table])
  }

  static func block(_ visit: Visit) async throws -> HomeContent {
    let query = FormalNoticeQuery(served: false, limit: 5)
    let found = try await visit.services.call(DossiersAPI.listFormalNoticeRequests, [:], query)
    guard !found.items.isEmpty else { return HomeContent() }
    let items = found.items.map { request in
      Item(
        request.name, address: "/dossiers/\(request.dossier)/\(section)", text: request.reason,
        meta: "demandée le \(French.long(request.requestedOn)) par \(request.authorName)", icon: .mail)
    }
    let all = Action("Toutes", "/mises-en-demeure", weight: .plain)
    let list = ItemList("Mises en demeure demandées", items, empty: EmptyState("Aucune demande", "Rien à faire."))
    return HomeContent(panel: Panel("Mises en demeure demandées", count: found.total, actions: [all], [list]))
  }

  static func listPage(_ visit: Visit) async throws -> PageAnswer {
    let served = visit.query["etat"] == "faites"
    let found = try await visit.services.call(
      DossiersAPI.listFormalNoticeRequests, [:],
      FormalNoticeQuery(served: served, limit: 50, after: visit.query["apres"]))
    func address(_ served: Bool, after: String? = nil) -> String {
      Address("/mises-en-demeure", ["etat": served ? "faites" : nil, "apres": after]).text
    }
    // The letter that was sent is filed in the dossier.
    let files = visit.parts.rooms.flatMap(\.sections).contains { $0.path == "documents" }
    let rows = found.items.map { request in
      let dossier = "/dossiers/\(request.dossier)"
      let file = Action("Ranger le courrier", "\(dossier)/documents", icon: .upload, weight: .plain)
      return Row(
        id: request.id.description, address: "\(dossier)/\(section)", name: request.name,
        mark: served ? .neutral : .waiting,
        [
          Cell(
            request.name, detail: ["n° \(request.number)", request.commune].compactMap { $0 }.joined(separator: " · ")),
          Cell(request.leadName), Cell(French.long(request.requestedOn), detail: request.authorName),
          Cell(request.reason),
          served
            ? Cell(request.servedOn.map(French.long), detail: request.servedReason) : Cell(request.badge),
          Cell(actions: files ? [file] : []),
        ])
    }
    let table = Table(
      id: "mises-en-demeure", caption: served ? "Mises en demeure faites" : "Mises en demeure demandées",
      columns: [
        Column("Bénéficiaire"), Column("Référent", isSecondary: true), Column("Demandée le"), Column("Motif"),
        Column(served ? "Faite le" : "État"), Column("Actions", isTitleHidden: true),
      ], rows: rows, count: found.total.map { French.count($0, "demande") },
      empty: EmptyState(
        served ? "Aucune mise en demeure faite" : "Aucune demande en attente",
        "Les demandes des référents de vos territoires s’affichent ici.", icon: .mail),
      pager: Pager(
        first: visit.query["apres"] == nil ? nil : address(served),
        next: found.next.map { address(served, after: $0) }))
    let tabs = Tabs(
      "État",
      [
        Link("Demandées", address(false), isCurrent: !served), Link("Faites", address(true), isCurrent: served),
      ])
    let head = PageHead(
      "Mises en demeure",
      lead: "La saisie se fait dans Genesis ; la date revient avec le déversement et la demande est alors faite.")
    return visit.page(head, .beneficiaries, [tabs, table])
  }
}

extension FormalNoticeRequest {
  var name: String { French.name(familyName, givenName) }

  /// Whether it awaits its notice.
  var isOpen: Bool { servedOn == nil && withdrawnOn == nil }

  var badge: Badge {
    if withdrawnOn != nil { return Badge("Retirée", .neutral, icon: .x) }
    return servedOn == nil ? Badge("Demandée", .waiting, icon: .clock) : Badge("Acquise", .done, icon: .check)
  }
}

/// The request: a reason, and the day.
struct FormalNoticeForm: DossierForm {
  let open: OpenDossier
  /// How often the person did not come; nil while the appointments are away.
  let attendance: AppointmentCounts?

  static let section = FormalNotices.section

  static func load(_ visit: Visit) async throws -> FormalNoticeForm {
    async let opening = OpenDossier.load(visit)
    async let counting = absences(visit)
    return try await FormalNoticeForm(open: opening, attendance: counting)
  }

  /// A notice is asked for as well while the appointments are away.
  private static func absences(_ visit: Visit) async throws -> AppointmentCounts? {
    do {
      return try await visit.services.call(
        SchedulingAPI.showAttendance, ["dossier": try visit.id("dossier", of: Dossier.self)])
    } catch let problem as Problem where [403, 404, 503].contains(problem.status) {
      return nil
    }
  }

  /// Absences without an excuse are a ground: « 2 absences non justifiées aux rendez-vous, la dernière le 12 mars 2026. »
  private var ground: String {
    guard let attendance, let count = absencesText(attendance.absent) else { return "" }
    let last = attendance.lastAbsence.map { ", la dernière le \(French.long(CalendarDate($0)))" } ?? ""
    return "\(count) aux rendez-vous\(last)."
  }

  var groups: [QuestionGroup<FormalNoticeDraft>] {
    [
      QuestionGroup(
        .area("reason", \.reason, "Motif", rows: 3, missing: "Écrivez le motif de la demande.")
          .help(
            ground.isEmpty
              ? "Lu par le secrétariat de dispositif"
              : "Proposé d’après les rendez-vous ; complétez-le. Lu par le secrétariat de dispositif"),
        .date("on", \.on, "Date de la demande", missing: "Indiquez la date de la demande."))
    ]
  }

  var draft: FormalNoticeDraft { FormalNoticeDraft(reason: ground, on: open.today) }
  var version: Int? { nil }

  var sending: Sending {
    Sending("mise-en-demeure", "Demander la mise en demeure", cancel: open.address(Self.section))
  }

  var head: PageHead {
    PageHead(
      "Demander une mise en demeure", lead: "Le secrétariat de dispositif la reçoit dans sa liste aussitôt.",
      back: Link("Mises en demeure", open.address(Self.section)))
  }

  func save(_ draft: FormalNoticeDraft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(DossiersAPI.requestFormalNotice, open.path, draft, key: visit.key)
    return .see(open.address(Self.section), saying: "La demande est envoyée au secrétariat.")
  }
}
