import API
import Domain
import Foundation
import Messaging
import Postgres

/// What somebody is told. It names no person: the reader's own reach says whose name is shown beside it.
struct NoticeDraft: Sendable {
  var kind: NoticeKind
  var title: String
  var dossier: ID<Dossier>?
  var subject: NoticeSubject?
  /// Under which profiles it concerns its reader: a colleague who acts in their place under one of these sees it too.
  var profiles: [Profile]

  /// - Parameters:
  ///   - subject: what it leads to; the dossier where nothing else is given.
  ///   - profiles: those whom such a kind concerns where none are given.
  init(
    kind: NoticeKind, title: String, dossier: ID<Dossier>?, about subject: NoticeSubject? = nil,
    profiles: [Profile]? = nil
  ) {
    self.kind = kind
    self.title = title
    self.dossier = dossier
    self.subject = subject ?? dossier.map(NoticeSubject.dossier)
    self.profiles = profiles ?? Self.profiles(of: kind)
  }

  /// Of one's account, of the feed or of others' use of Jalons nobody is told in one's place.
  private static func profiles(of kind: NoticeKind) -> [Profile] {
    switch kind {
    case .entered, .lead, .former, .step, .contract: Profile.allCases.filter { $0.scope == .own }
    case .appointment, .reminder, .note: Profile.allCases.filter(\.isDelegable)
    case .delegation, .usage, .feed, .feedMissing, .feedArrived: []
    }
  }
}

extension Transaction {
  /// Puts a notification before some accounts and announces it, so that open pages show it. For background work alone.
  func notify(_ accounts: [ID<Account>], _ notice: NoticeDraft, at moment: Date) async throws {
    guard !accounts.isEmpty else { return }
    let told = try await wanting(notice.kind, among: accounts)
    guard !told.isEmpty else { return }
    let ids = told.map { _ in ID<Notice>.new(at: moment) }
    try await execute(
      """
      insert into scheduling.notification
        (id, account, kind, title, subject_kind, subject, dossier, on_day, at, profiles)
      select id, account, \(notice.kind), \(notice.title), \(notice.subject?.kind.rawValue)::text, \(notice.subject?.id)::uuid,
        \(notice.dossier)::uuid,
        \(CalendarDate(moment))::date, \(moment)::timestamptz, \(notice.profiles)::text[]
      from unnest(\(ids)::uuid[], \(told)::uuid[]) as new (id, account)
      """)
    try await announceNotices(to: told, kind: notice.kind, title: notice.title, subject: notice.subject, at: moment)
  }

  /// Adds one entry to the day's notification of entries, which is one however many there are.
  func notifyOfEntry(_ dossier: ID<Dossier>, to account: ID<Account>, at moment: Date) async throws {
    guard try await !wanting(.entered, among: [account]).isEmpty else { return }
    let day = CalendarDate(moment)
    let one = NoticeDraft(kind: .entered, title: "Une entrée dans votre file active", dossier: dossier)
    let count = try await first(
      """
      insert into scheduling.notification as n
        (id, account, kind, title, subject_kind, subject, dossier, on_day, at, profiles)
      values (\(ID<Notice>.new(at: moment)), \(account), 'entered', \(one.title), 'dossier', \(dossier), \(dossier), \(day),
        \(moment), \(one.profiles))
      on conflict (account, on_day) where kind = 'entered' and read_at is null do update
        set occurrences = n.occurrences + 1, dossier = null, subject_kind = 'caseload', subject = null, at = excluded.at,
          title = (n.occurrences + 1) || ' entrées dans votre file active'
      returning occurrences
      """, as: Int.self)
    // The number of unread notifications changes with the first alone.
    if count == 1 {
      try await announceNotices(to: [account], kind: one.kind, title: one.title, subject: one.subject, at: moment)
    }
  }

  private struct Unread: Decodable, Sendable {
    let account: ID<Account>
    let unread: Int
  }

  private func announceNotices(
    to accounts: [ID<Account>], kind: NoticeKind, title: String, subject: NoticeSubject?, at moment: Date
  ) async throws {
    let counts = try await query(
      """
      select account, count(*) as unread from scheduling.notification
      where account = any(\(accounts)) and read_at is null group by account
      """, as: Unread.self)
    try await announce(
      counts.map {
        NotificationMade(account: $0.account, unread: $0.unread, kind: kind, title: title, subject: subject)
      },
      at: moment)
  }
}
