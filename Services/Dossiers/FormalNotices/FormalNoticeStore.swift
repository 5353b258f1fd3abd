import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Formal notices asked for here, and served in Genesis: the feed brings back the date (rule C20).
struct FormalNoticeStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = """
    select r.id, r.dossier, d.number, d.family_name, d.given_name, d.commune, l.name as lead_name, r.reason,
      r.requested_on, r.author_name, r.served_on, r.served_reason, r.withdrawn_on, r.withdrawn_by
    from dossiers.formal_notice_request r join dossiers.dossier d on d.id = r.dossier
    left join identity.v1_account l on l.id = d.lead
    """

  func list(of dossier: ID<Dossier>, for caller: Caller) async throws -> [FormalNoticeRequest] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "\(Self.select) where r.dossier = \(dossier) order by r.id desc limit 100", as: FormalNoticeRequest.self)
    }
  }

  /// Identifiers are made in the order of time: the newest come first.
  func list(_ query: FormalNoticeQuery, for caller: Caller) async throws -> Page<FormalNoticeRequest> {
    let limit = query.limit ?? 50
    let place = try query.place(as: ID<FormalNoticeRequest>.self)
    return try await postgres.withTransaction(as: caller) { transaction in
      var conditions: [SQL] = ["true"]
      if let served = query.served {
        conditions.append(served ? "r.served_on is not null" : "r.served_on is null and r.withdrawn_on is null")
      }
      let matching = conditions.joined(separator: " and ")
      let later: SQL = place.map { "r.id < \($0)" } ?? "true"
      let rows = try await transaction.query(
        "\(Self.select) where \(matching) and \(later) order by r.id desc limit \(limit + 1)",
        as: FormalNoticeRequest.self)
      var total: Int?
      if place == nil {
        total = try await transaction.first(
          "select count(*)::int from dossiers.formal_notice_request r where \(matching)", as: Int.self)
      }
      return try Page(rows, limit: limit, total: total, place: \.id)
    }
  }

  /// - Throws: 409 while another request awaits its notice; 422 for a day to come, or one that a notice follows already.
  func request(
    _ draft: FormalNoticeDraft, of dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws -> FormalNoticeRequest {
    do {
      return try await postgres.withTransaction(as: caller) { transaction in
        try await Self.check(draft, of: dossier, in: transaction)
        let id = ID<FormalNoticeRequest>.new(at: moment)
        try await transaction.execute(
          """
          insert into dossiers.formal_notice_request (id, dossier, reason, requested_on, author, author_name, requested_at)
          values (\(id), \(dossier), \(draft.reason), \(draft.on), \(caller.account), \(caller.name), \(moment))
          """)
        try await transaction.announce(FormalNoticeRequested(dossier: dossier, on: draft.on), at: moment)
        guard let made = try await transaction.first("\(Self.select) where r.id = \(id)", as: FormalNoticeRequest.self)
        else { throw Problem.notFound("Cette demande") }
        return made
      }
    } catch let error as PostgresError where error.constraint == "formal_notice_request_open" {
      throw Problem.conflict(
        "mise-en-demeure-demandee", "Une mise en demeure est déjà demandée pour cette personne.",
        detail: "Le secrétariat ne l’a pas encore saisie dans Genesis. Inutile de la demander de nouveau.")
    }
  }

  /// Taking back twice changes nothing.
  /// - Throws: 404; 409 for one that was served.
  func withdraw(
    _ id: ID<FormalNoticeRequest>, of dossier: ID<Dossier>, for caller: Caller
  ) async throws -> FormalNoticeRequest {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        update dossiers.formal_notice_request set withdrawn_on = \(caller.today), withdrawn_by = \(caller.name)
        where id = \(id) and dossier = \(dossier) and served_on is null and withdrawn_on is null
        """)
      guard
        let request = try await transaction.first(
          "\(Self.select) where r.id = \(id) and r.dossier = \(dossier)", as: FormalNoticeRequest.self)
      else { throw Problem.notFound("Cette demande") }
      guard request.servedOn == nil else {
        throw Problem.conflict(
          "mise-en-demeure-faite", "La mise en demeure est déjà faite.", detail: "La demande ne se retire plus.")
      }
      return request
    }
  }

  private static func check(
    _ draft: FormalNoticeDraft, of dossier: ID<Dossier>, in transaction: Transaction
  ) async throws {
    var faults: [Fault] = []
    if draft.reason.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty {
      faults.append(Fault("reason", "obligatoire", "Écrivez le motif de la demande."))
    }
    if draft.on > transaction.caller.today {
      faults.append(Fault("on", "futur", "La demande est datée d’aujourd’hui au plus tard."))
    }
    let later = try await transaction.first(
      "select formal_notice_on from dossiers.dossier where id = \(dossier) and formal_notice_on > \(draft.on)",
      as: CalendarDate.self)
    if let last = later {
      faults.append(
        Fault(
          "on", "anterieure",
          "Une mise en demeure a déjà été faite le \(French.short(last)). Datez la demande de ce jour ou d’après."))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }
}

func addFormalNoticeRoutes(to routes: Routes, store: FormalNoticeStore) {
  routes.handle(DossiersAPI.listFormalNotices) { _, request in
    Page(items: try await store.list(of: request.dossier, for: request.caller))
  }
  routes.handle(DossiersAPI.requestFormalNotice) { draft, request in
    try await store.request(draft, of: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.withdrawFormalNotice) { _, request in
    try await store.withdraw(request.id("formalNotice"), of: request.dossier, for: request.caller)
  }
  routes.handle(DossiersAPI.listFormalNoticeRequests) { query, request in
    try await store.list(query, for: request.caller)
  }
}
