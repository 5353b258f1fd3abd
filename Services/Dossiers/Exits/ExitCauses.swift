import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// The exits that an event suggests rather than the state of the right (rule C4): a move to another
/// territory of the county, and the exit of the partner.
enum ExitCauses {
  static let handlers: [Consumer.Handling] = [
    .on(TerritoryChanged.self) { event, envelope, transaction in
      try await takeBack(.otherTerritory, of: event.dossier, in: transaction, at: envelope.time)
      guard let former = event.former, event.territory != nil else { return }
      try await proposeAfterMove(of: event.dossier, from: former, in: transaction, at: envelope.time)
    },
    .on(ReferentChanged.self) { event, envelope, transaction in
      // The new référent is the one who follows from now on: neither the move nor the partner is a reason any more.
      for reason in [ProposedExit.Reason.otherTerritory, .partner] {
        try await takeBack(reason, of: event.dossier, in: transaction, at: envelope.time)
      }
    },
    .on(ExitRecorded.self) { event, envelope, transaction in
      guard let until = event.until else {
        let partner = try await transaction.first(
          "select partner from dossiers.dossier where id = \(event.dossier) and partner is not null",
          as: ID<Dossier>.self)
        if let partner { try await takeBack(.partner, of: partner, in: transaction, at: envelope.time) }
        return
      }
      try await proposeForPartner(of: event.dossier, on: until, in: transaction, at: envelope.time)
    },
  ]

  /// The référent works where the person no longer lives: one of the county's own teams, or a structure of that
  /// territory. A structure without a territory follows people all over the county.
  private static func proposeAfterMove(
    of dossier: ID<Dossier>, from former: ID<Territory>, in transaction: Transaction, at moment: Date
  ) async throws {
    let today = CalendarDate(moment)
    try await transaction.execute(
      """
      insert into dossiers.proposed_exit (id, dossier, territory, reason, exit_on, proposed_on)
      select gen_random_uuid(), d.id, d.territory, 'other_territory', \(today.endOfMonth()), \(today)
      from dossiers.dossier d
      join dossiers.referent r on r.dossier = d.id and r.kind = 'lead' and r.until_date is null
      join identity.v1_organisation o on o.id = r.organisation
      where d.id = \(dossier) and o.territory = \(former)
      on conflict (dossier) where decision is null do nothing
      """)
  }

  /// The right is the household's: where one of a couple leaves because it closed or they moved, the référent of both has
  /// the other's exit to enter too, on the same day (rule C5).
  private static func proposeForPartner(
    of dossier: ID<Dossier>, on day: CalendarDate, in transaction: Transaction, at moment: Date
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.proposed_exit (id, dossier, territory, reason, exit_on, proposed_on)
      select gen_random_uuid(), p.id, p.territory, 'partner', greatest(\(day)::date, r.from_date), \(CalendarDate(moment))
      from dossiers.dossier d
      join dossiers.dossier p on p.id = d.partner
      join dossiers.referent r on r.dossier = p.id and r.kind = 'lead' and r.until_date is null
      where d.id = \(dossier)
        and (d.entitlement in ('5', '6') or d.outside_county or exists (
          select from dossiers.proposed_exit e where e.dossier = d.id and e.decision = 'accepted'
            and e.reason in ('closed', 'moved_away', 'other_territory') and e.decided_at > \(moment)::timestamptz - interval '1 day'))
        and not exists (select from dossiers.proposed_exit e
          where e.dossier = p.id and e.reason = 'partner' and e.decision = 'declined' and e.proposed_on > \(CalendarDate(moment))::date - \(CountyDelay.partnerExit.sql))
      on conflict (dossier) where decision is null do nothing
      """)
  }

  /// Its cause is gone before anybody decided.
  private static func takeBack(
    _ reason: ProposedExit.Reason, of dossier: ID<Dossier>, in transaction: Transaction, at moment: Date
  ) async throws {
    try await transaction.execute(
      """
      update dossiers.proposed_exit set decision = 'outdated', decided_at = \(moment), version = version + 1
      where dossier = \(dossier) and reason = \(reason) and decision is null
      """)
  }
}
