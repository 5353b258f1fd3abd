import API
import Domain
import Foundation
import Service

let standbySection = DossierSection(
  "Veilles", path: "veille", icon: .pause, position: 75,
  actions: { open in
    guard open.visit.may(.standby), open.isLeads, open.detail.state == .entered else { return [] }
    return [Action("Mettre en veille", open.address("veille/nouvelle"), icon: .pause, weight: .plain)]
  })

/// The standbys of a dossier: their list, their form, what takes one away.
enum Standbys {
  static func add(to pages: Pages) {
    let all = "dossiers/{dossier}/veille"
    pages.get(all, rights: [.readDossiers]) { visit in try await page(visit) }
    pages.form("\(all)/nouvelle", rights: [.standby], StandbyForm.self)
    pages.form("\(all)/{standby}", rights: [.standby], StandbyForm.self)
    pages.get("\(all)/{standby}/suppression", rights: [.standby]) { visit in
      let (open, standby) = try await found(visit)
      return open.page(asking: open.removal(of: standby), in: "veille")
    }
    pages.post("\(all)/{standby}/suppression", rights: [.standby]) { visit in
      let id = try visit.id("dossier", of: Dossier.self)
      _ = try await visit.services.call(
        DossiersAPI.removeStandby, ["dossier": id, "standby": visit.parameters["standby"] ?? ""],
        version: try visit.version)
      return .see("/dossiers/\(id)/veille", saying: "La veille est supprimée.")
    }
  }

  /// The standby of the address, in its dossier.
  ///
  /// - Throws: 404.
  static func found(_ visit: Visit) async throws -> (OpenDossier, Standby) {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(DossiersAPI.listStandbys, ["dossier": id])
    let (open, standbys) = try await (opening, listing.items)
    let asked = visit.parameters["standby"]?.lowercased()
    guard let standby = standbys.first(where: { $0.id.uuidString.lowercased() == asked }) else {
      throw Problem.notFound("Cette veille")
    }
    return (open, standby)
  }

  private static func page(_ visit: Visit) async throws -> PageAnswer {
    let id = try visit.id("dossier", of: Dossier.self)
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(DossiersAPI.listStandbys, ["dossier": id])
    async let delaying = visit.services.call(ServiceName.dossiers.delays.all)
    let (open, standbys, delays) = try await (opening, listing.items, delaying)
    let mayChange = visit.may(.standby) && open.isLeads
    // Its last day has passed and nobody has brought the dossier back: the county keeps the guide's return by hand.
    let overdue =
      open.detail.state == .standby && !standbys.contains { $0.isRunning(on: visit.today) }
      ? standbys.first { $0.untilDate.map { $0 < visit.today } ?? false } : nil
    let rows = standbys.map { row($0, open, isOverdue: $0.id == overdue?.id, mayChange: mayChange) }
    let start = Action("Mettre en veille", open.address("veille/nouvelle"), icon: .pause, weight: .primary)
    let table = Table(
      id: "veilles", caption: "Veilles",
      columns: [
        Column("Motif"), Column("Du"), Column("Au"), Column("État"), Column("Actions", isTitleHidden: true),
      ], rows: rows,
      empty: EmptyState(
        "Aucune veille", "Une veille met le dossier de côté pour un temps ; il reste dans la file active.", icon: .pause
      ))
    let head = PageHead(
      "Veilles", lead: end(delays), actions: mayChange && open.detail.state == .entered ? [start] : [])
    let back = mayChange ? overdue.map { [wayBack(from: $0, open, end(delays))] } ?? [] : []
    return open.page(head, in: "veille", back + [table])
  }

  private static func row(_ standby: Standby, _ open: OpenDossier, isOverdue: Bool, mayChange: Bool) -> Row {
    let (address, isRunning) = (open.address(of: standby), standby.isRunning(on: open.today))
    let actions = [
      Action("Modifier", address, weight: .plain),
      Action("Supprimer", "\(address)/suppression", weight: .plain, confirmation: open.removal(of: standby)),
    ]
    let state =
      isOverdue
      ? Cell(Badge("Fin dépassée", .late, icon: .alert))
      : isRunning
        ? Cell(Badge("En cours", .waiting, icon: .pause))
        : standby.fromDate > open.today ? Cell(Badge("À venir", .info, icon: .calendar)) : Cell("Terminée")
    return Row(
      id: standby.id.text, name: standby.reasonLabel, mark: isOverdue ? .late : isRunning ? .waiting : .neutral,
      [
        Cell(standby.reasonLabel, detail: standby.comment), Cell(French.long(standby.fromDate)),
        Cell(standby.untilDate.map(French.long) ?? "sans date de fin"), state, Cell(actions: mayChange ? actions : []),
      ])
  }

  /// How a standby ends, which the county decides.
  static func end(_ delays: [DelayValue]) -> String {
    delays[.standbyReturn] == 1
      ? "À la fin de la veille, remettez le dossier en entrée : il n’y revient pas de lui-même."
      : "La veille prend fin d’elle-même le lendemain de sa date de fin."
  }

  /// Saving a standby that is over settles the state of its dossier.
  private static func wayBack(from standby: Standby, _ open: OpenDossier, _ end: String) -> Notice {
    let form = StandbyForm(open: open, standby: standby, lists: [], end: end)
    let action = Action(
      "Remettre le dossier en entrée", form.sending.address ?? "", icon: .undo, posts: true,
      values: form.values(form.draft))
    return Notice(
      "La veille devait finir le \(standby.untilDate.map(French.long) ?? "").",
      "Le dossier est toujours en veille. Remettez-le en entrée, ou prolongez la veille en modifiant sa date de fin.",
      .waiting, actions: [action])
  }
}

extension OpenDossier {
  func address(of standby: Standby) -> String { address("veille/\(standby.id.uuidString.lowercased())") }

  fileprivate func removal(of standby: Standby) -> Confirmation {
    Confirmation(
      id: "supprimer-\(standby.id.uuidString.lowercased())", title: "Supprimer cette veille ?",
      consequences: [
        "Elle disparaît du dossier, comme si elle n’avait pas été saisie.",
        standby.isRunning(on: today)
          ? "Le dossier revient à l’état Entrée." : "L’état du dossier ne change pas.",
      ], reassurance: "Pour garder la trace d’une veille terminée, modifiez plutôt sa date de fin.",
      address: "\(address(of: standby))/suppression", label: "Supprimer la veille",
      isDangerous: true, values: [HiddenValue("version", String(standby.version))], back: address("veille"))
  }
}

extension Standby {
  fileprivate func isRunning(on day: CalendarDate) -> Bool {
    fromDate <= day && untilDate.map { $0 >= day } ?? true
  }
}
