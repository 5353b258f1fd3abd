import API
import Domain
import Foundation
import Service

let retentionAddress = "/administration/journal/conservation"

func addRetentionPages(to pages: Pages) {
  pages.form("administration/journal/conservation", rights: [.readAudit], RetentionForm.self)
}

/// How long the log keeps what was done, who decided it, and what is gone.
struct RetentionForm: SettingForm {
  let visit: Visit
  let retention: AuditRetention

  static let room = "Conservation du journal"

  static func load(_ visit: Visit) async throws -> RetentionForm {
    RetentionForm(visit: visit, retention: try await visit.services.call(IdentityAPI.showAuditRetention))
  }

  var groups: [QuestionGroup<AuditRetentionDraft>] {
    [
      QuestionGroup(
        text: "La CNIL recommande de garder les journaux de six mois à un an. Les lignes plus anciennes s’effacent "
          + "d’elles-mêmes, dans l’heure ; exportez d’abord celles qu’une procédure en cours réclame.",
        .list(
          "months", \.months, "Garder chaque ligne", width: .narrow, (6...12).map { Choice(String($0), "\($0) mois") }))
    ]
  }

  var draft: AuditRetentionDraft { AuditRetentionDraft(months: retention.months) }
  var version: Int? { retention.version }
  var sending: Sending { Sending("conservation", "Enregistrer la durée", cancel: "/administration/journal") }

  var head: PageHead {
    PageHead(
      "Conservation du journal", lead: "Ce qui s’efface ne rompt pas la chaîne : la vérification repart de là.",
      back: Link("Journal d’audit", "/administration/journal"))
  }

  func body(_ form: any Piece) -> [any Piece] {
    let now = Panel(
      "Aujourd’hui",
      [
        Facts([
          Fact("Durée de conservation", "\(retention.months) mois"),
          Fact("Ligne la plus ancienne", retention.oldest.map(French.moment)),
        ])
      ])
    let removals = Table(
      id: "effacements", caption: "Lignes effacées",
      columns: [Column("Jour"), Column("Lignes", isNumber: true), Column("Antérieures au")],
      rows: retention.removals.map { removal in
        Row(
          id: removal.day.description, name: French.long(removal.day),
          [
            Cell(French.long(removal.day)), Cell(French.number(removal.lines)),
            Cell(French.long(CalendarDate(removal.until))),
          ])
      },
      empty: EmptyState("Rien n’a été effacé", "Aucune ligne n’a encore atteint cet âge.", icon: .clock))
    let history = retention.rules.map { rule in
      HistoryEntry(
        rule.authorName == nil ? "À l’installation" : French.moment(rule.validFrom), who: rule.authorName ?? "Jalons",
        "\(rule.months) mois")
    }
    return [
      form,
      SideBySide(
        left: [now, Panel("Lignes effacées", [removals])],
        right: [Panel("Ce qui a été décidé", [History(history)])]),
    ]
  }

  func save(_ draft: AuditRetentionDraft, version: Int?) async throws -> PageAnswer {
    let kept = try await visit.services.call(IdentityAPI.changeAuditRetention, [:], draft, version: version)
    return .see(retentionAddress, saying: "Le journal garde désormais \(kept.months) mois.")
  }
}
