import API
import Crypto
import Domain
import Foundation
import Postgres
import Service

/// The secret addresses of calendars (rule M11).
struct CalendarFeedStore: Sendable {
  let postgres: PostgresClient
  /// The address that people type, without a slash at its end.
  let publicAddress: String

  /// From how long ago and until how far ahead appointments are given, in days.
  private static let past = 31
  private static let ahead = 400

  private static let columns: SQL = "neutral, made_at, last_read_at, last_address"

  // MARK: Its owner

  func feed(of caller: Caller) async throws -> CalendarFeedState {
    try await postgres.withTransaction(as: caller) { transaction in
      CalendarFeedState(feed: try await Self.feed(in: transaction))
    }
  }

  private static func feed(in transaction: Transaction) async throws -> CalendarFeed? {
    try await transaction.first(
      "select \(columns) from scheduling.calendar_feed where account = \(transaction.caller.account)",
      as: CalendarFeed.self)
  }

  /// Makes the address; the one before it ends.
  /// - Throws: 403 to a program, and to an account that acts for a colleague.
  func open(_ draft: CalendarFeedDraft, for caller: Caller, at moment: Date) async throws -> IssuedCalendarFeed {
    try Self.checkPerson(caller)
    guard let profile = caller.profile else { throw Problem.forbidden() }
    let secret = Data.random(32).base64URL
    // The answer holds a secret: it is not kept for a request that is sent again.
    var caller = caller
    caller.idempotency = nil
    let feed = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        insert into scheduling.calendar_feed (account, account_name, profile, organisation, secret_hash, neutral, made_at)
        values (\(transaction.caller.account), \(transaction.caller.name), \(profile),
          \(transaction.caller.organisation), \(Self.hash(of: secret)), \(draft.neutral), \(moment))
        on conflict (account) do update set account_name = excluded.account_name, profile = excluded.profile,
          organisation = excluded.organisation, secret_hash = excluded.secret_hash, neutral = excluded.neutral,
          made_at = excluded.made_at, last_read_at = null, last_address = null
        """)
      guard let feed = try await Self.feed(in: transaction) else { throw Self.missing }
      return feed
    }
    return IssuedCalendarFeed(feed: feed, address: "\(publicAddress)/api/scheduling/v1/calendars/\(secret).ics")
  }

  /// - Throws: 404 where there is no address.
  func change(_ draft: CalendarFeedDraft, for caller: Caller) async throws -> CalendarFeed {
    try Self.checkPerson(caller)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        update scheduling.calendar_feed set neutral = \(draft.neutral) where account = \(transaction.caller.account)
        """)
      guard let feed = try await Self.feed(in: transaction) else { throw Self.missing }
      return feed
    }
  }

  /// Ending one that there is not changes nothing.
  func close(for caller: Caller) async throws {
    try Self.checkPerson(caller)
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.execute(
        "delete from scheduling.calendar_feed where account = \(transaction.caller.account)")
    }
  }

  private static func checkPerson(_ caller: Caller) throws {
    guard caller.replaces == nil else {
      throw Problem.forbidden("Vous agissez à la place d’un collègue. Revenez d’abord à votre propre profil.")
    }
    guard caller.permits == nil else { throw Problem.forbidden("Un jeton d’accès ne gère pas d’adresse secrète.") }
  }

  private static let missing = Problem.notFound("Ce calendrier")

  private static func hash(of secret: String) -> Data { Data(SHA256.hash(data: Data(secret.utf8))) }

  // MARK: Its reader

  private struct Found: Decodable, Sendable {
    let account: ID<Account>
    let accountName: String
    let profile: Profile
    let organisation: ID<Organisation>?
    let territories: [ID<Territory>]
    let neutral: Bool
    let lastReadAt: Date?
  }

  private struct Seen: Decodable, Sendable {
    let id: ID<Appointment>
    let name: String
    let kind: String
    let theme: String?
    let place: String?
  }

  private struct Taken: Decodable, Sendable {
    let id: ID<Appointment>
    let startsAt: Date
    let endsAt: Date
    let version: Int
  }

  /// The calendar of this secret.
  /// - Throws: 404, the same for one that was ended, whose owner lost the profile it was made under, or that never was.
  func calendar(_ secret: String, from address: String?, at moment: Date) async throws -> FileOutput {
    let day = CalendarDate(moment)
    let (found, taken) = try await self.taken(Self.hash(of: secret), from: address, at: moment)
    let seen = try await found.neutral ? [] : self.seen(by: found, from: address, on: day)
    let byID = Dictionary(seen.map { ($0.id, $0) }) { first, _ in first }
    let events = taken.map { hours in
      let known = byID[hours.id]
      return CalendarEvent(
        id: hours.id, startsAt: hours.startsAt, endsAt: hours.endsAt,
        title: known.map { [$0.name, $0.kind, $0.theme].compactMap(\.self).joined(separator: " – ") } ?? "Rendez-vous",
        place: known?.place, sequence: hours.version - 1)
    }
    return FileOutput(
      name: "agenda.ics", contentType: "text/calendar; charset=utf-8",
      bytes: Data(ICalendar.text(events, named: "Jalons – \(found.accountName)", at: moment).utf8))
  }

  /// Whose address it is, and the hours that are taken. The reading is noted once a minute at most.
  private func taken(
    _ hash: Data, from address: String?, at moment: Date
  ) async throws -> (Found, [Taken]) {
    let day = CalendarDate(moment)
    return try await postgres.withTransaction(as: .system("calendar", today: day)) { transaction in
      let found = try await transaction.first(
        """
        select f.account, f.account_name, f.profile, f.organisation, p.territories, f.neutral, f.last_read_at
        from scheduling.calendar_feed f join identity.v1_account a on a.id = f.account and a.status = 'active'
          join identity.v1_account_profile p on p.account = f.account and p.profile = f.profile
            and coalesce(p.organisation, a.organisation) is not distinct from f.organisation
        where f.secret_hash = \(hash) limit 1
        """, as: Found.self)
      guard let found else { throw Self.missing }
      if found.lastReadAt.map({ moment.timeIntervalSince($0) >= 60 }) ?? true {
        try await transaction.execute(
          """
          update scheduling.calendar_feed set last_read_at = \(moment), last_address = \(address)
          where secret_hash = \(hash)
          """)
      }
      let taken = try await transaction.query(
        """
        select id, starts_at, ends_at, version from scheduling.appointment
        where agent = \(found.account) and outcome in ('planned', 'held')
          and starts_at >= \(day.adding(days: -Self.past).moment())
          and starts_at < \(day.adding(days: Self.ahead).moment())
        order by starts_at, id limit 5000
        """, as: Taken.self)
      return (found, taken)
    }
  }

  /// What the account may know of its appointments now. The audit log keeps one reading a day: a program reads every
  /// quarter of an hour.
  private func seen(by found: Found, from address: String?, on day: CalendarDate) async throws -> [Seen] {
    var caller = Caller(
      account: found.account, name: "\(found.accountName) (calendrier)", profile: found.profile,
      scope: found.profile.scope, territories: found.territories, organisation: found.organisation, today: day)
    if found.lastReadAt.map({ CalendarDate($0) != day }) ?? true {
      caller.act = Act(name: "scheduling.readCalendar", kind: .read, address: address)
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select a.id, upper(d.family_name) || ' ' || d.given_name as name, k.label as kind, t.label as theme,
          a.place_name || coalesce(', ' || nullif(p.address, ''), '') as place
        from scheduling.appointment a join dossiers.v1_dossier d on d.id = a.dossier
          join scheduling.appointment_kind k on k.code = a.kind
          left join scheduling.appointment_theme t on t.code = a.theme
          left join scheduling.place p on p.id = a.place
        where a.agent = \(found.account) and a.outcome in ('planned', 'held')
          and a.starts_at >= \(day.adding(days: -Self.past).moment())
          and a.starts_at < \(day.adding(days: Self.ahead).moment())
        """, as: Seen.self)
    }
  }
}
