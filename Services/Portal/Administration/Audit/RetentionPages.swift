import API
import Domain
import Foundation
import Service

let retentionAddress = "/administration/journal/conservation"

func addRetentionPages(to pages: Pages) {
  pages.get("administration/journal/conservation", rights: [.readAudit]) { visit in
    let retention = try await visit.services.call(IdentityAPI.showAuditRetention)
    return retentionPage(visit, retention, months: retention.months, FormFaults())
  }
  pages.post("administration/journal/conservation", rights: [.readAudit]) { visit in try await change(visit) }
}

/// How long the log keeps what was done, who decided it, and what is gone.
private func retentionPage(
  _ visit: Visit, _ retention: AuditRetention, months: Int?, _ faults: FormFaults
) -> PageAnswer {
  let choices = (6...12).map { Choice(String($0), "\($0) mois", isChosen: $0 == months) }
  let form = Form(
    id: "conservation", address: retentionAddress,
    groups: [
      FieldGroup(
        text: "La CNIL recommande de garder les journaux de six mois à un an. Les lignes plus anciennes s’effacent "
          + "d’elles-mêmes, dans l’heure ; exportez d’abord celles qu’une procédure en cours réclame.",
        fields: [.select("months", "Garder chaque ligne", choices, width: .narrow, faults.common("months"))])
    ], values: [HiddenValue("version", String(retention.version))], submit: "Enregistrer la durée",
    cancel: Link("Annuler", "/administration/journal"))
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
  let head = PageHead(
    "Conservation du journal", lead: "Ce qui s’efface ne rompt pas la chaîne : la vérification repart de là.",
    back: Link("Journal d’audit", "/administration/journal"))
  return visit.page(
    head, .administration,
    faults.general + [
      form,
      SideBySide(
        left: [now, Panel("Lignes effacées", [removals])],
        right: [Panel("Ce qui a été décidé", [History(history)])]),
    ]
  ).with(faults)
}

private func change(_ visit: Visit) async throws -> PageAnswer {
  guard let months = visit.form.int("months") else { throw Problem.malformed("Le formulaire est incomplet.") }
  do {
    let kept = try await visit.services.call(
      IdentityAPI.changeAuditRetention, [:], AuditRetentionDraft(months: months), version: visit.version)
    return .see(retentionAddress, saying: "Le journal garde désormais \(kept.months) mois.")
  } catch let problem as Problem where problem.status == 412 {
    let retention = try await visit.services.call(IdentityAPI.showAuditRetention)
    let text = "Une autre personne vient de choisir \(retention.months) mois. Vérifiez, puis enregistrez de nouveau."
    return retentionPage(visit, retention, months: months, FormFaults(general: .refusal("La durée a changé", text)))
  } catch let problem as Problem {
    let retention = try await visit.services.call(IdentityAPI.showAuditRetention)
    return retentionPage(visit, retention, months: months, try FormFaults(problem, fields: ["months"]))
  }
}
