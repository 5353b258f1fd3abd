import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

/// On Monday 2 March 2026.
@Suite(.database) struct AlertMailTests {
  private struct Sent: Decodable, Sendable { let data: JSONValue }

  private static func account(_ profile: Profile, in county: County) async throws -> (ID<Account>, Caller) {
    let account = ID<Account>.new()
    let caller = Caller.someone(profile, account: account, territories: [county.first])
    let first = county.first
    try await county.service.database.owner { transaction in
      try await transaction.execute(
        """
        insert into identity.account (id, email, family_name, status)
        values (\(account), \("\(account)@exemple.fr"), 'DURAND', 'active')
        """)
      try await transaction.execute(
        """
        insert into identity.account_profile (id, account, profile, territories)
        values (gen_random_uuid(), \(account), \(profile), array[\(first)::uuid])
        """)
    }
    return (account, caller)
  }

  private static func digests(_ county: County) -> AlertDigests {
    let parts = county.service.parts
    return AlertDigests(postgres: parts.postgres, now: county.service.clock.now, logger: parts.logger)
  }

  private static func sent(_ county: County) async throws -> [AlertDigestDue] {
    let rows = try await county.service.database.owner {
      try await $0.query(
        "select data from insight.outbox where type = \(AlertDigestDue.type) order by position", as: Sent.self)
    }
    return try rows.map { try JSONDecoder.jalons.decode(AlertDigestDue.self, from: JSONEncoder.jalons.encode($0.data)) }
  }

  @Test(
    "favourite alerts are counted once a working day for who asked, in their scope, and never for who lost the profile")
  func daily() async throws {
    try await County.run { county in
      let (account, caller) = try await Self.account(.chefDeService, in: county)
      let client = try await county.service.client(as: caller)
      #expect(try await client.call(InsightAPI.showAlertMail).rhythm == .never)
      _ = try await client.call(InsightAPI.setAlertMail, [:], AlertMail(rhythm: .daily))
      #expect(try await client.call(InsightAPI.showAlertMail).rhythm == .daily)
      let digests = Self.digests(county)
      try await digests.send(at: county.service.clock.now())
      #expect(try await Self.sent(county).isEmpty)
      let tuesday = try #require(CalendarDate("2026-03-03"))
      try await digests.send(at: tuesday.moment(hour: 6))
      #expect(try await Self.sent(county).isEmpty)
      for _ in 0..<2 { try await digests.send(at: tuesday.moment(hour: 8)) }
      let sent = try await Self.sent(county)
      let digest = try #require(sent.first)
      #expect(sent.count == 1 && digest.account == account && digest.day == tuesday)
      #expect(digest.alerts.first { $0.code == "nsdd" }?.count == 8)
      #expect(digest.alerts.allSatisfy { $0.count > 0 })
      _ = try await county.service.database.owner {
        try await $0.execute("delete from identity.account_profile where account = \(account)")
      }
      try await digests.send(at: tuesday.adding(days: 1).moment(hour: 8))
      #expect(try await Self.sent(county).count == 1)
    }
  }

  @Test("a weekly e-mail leaves on Mondays alone, and none once it was refused")
  func weekly() async throws {
    try await County.run { county in
      let (_, caller) = try await Self.account(.chefDeService, in: county)
      let client = try await county.service.client(as: caller)
      _ = try await client.call(InsightAPI.setAlertMail, [:], AlertMail(rhythm: .weekly))
      let digests = Self.digests(county)
      let monday = try #require(CalendarDate("2026-03-09"))
      for day in -5..<0 { try await digests.send(at: monday.adding(days: day).moment(hour: 8)) }
      #expect(try await Self.sent(county).isEmpty)
      try await digests.send(at: monday.moment(hour: 8))
      #expect(try await Self.sent(county).count == 1)
      _ = try await client.call(InsightAPI.setAlertMail, [:], AlertMail(rhythm: .never))
      try await digests.send(at: monday.adding(days: 7).moment(hour: 8))
      #expect(try await Self.sent(county).count == 1)
    }
  }
}
