import API
import Domain
import Postgres

/// The characteristics that stand in the dossier itself, where the feed or a request of a formal notice wrote them: they
/// are read from there, so that they never say anything else.
enum LockedCharacteristic: String, CaseIterable, Sendable {
  case refreshed = "date_actualisation"
  case entitlement = "etat_droit"
  case duties = "sdd_nsdd"
  case leftOn = "date_sortie"
  case noticeRequest = "motif_demande_midem"
  case noticeRequestedOn = "date_demande_midem"
  case noticeReason = "motif_midem"
  case noticeOn = "date_midem"

  /// Its value in a row `d` of `dossiers.dossier`: a text, or a day.
  var value: SQL {
    switch self {
    case .refreshed: "coalesce(d.refreshed_on, dossiers.latest_stock())"
    case .entitlement: Self.entitlementInWords
    case .duties:
      "case d.duties when true then 'Soumis à droit et devoir' when false then 'Non soumis à droit et devoir' end"
    case .leftOn: "d.closed_on"
    case .noticeReason: "d.formal_notice_reason"
    case .noticeOn: "d.formal_notice_on"
    case .noticeRequest: Self.newestRequest("reason")
    case .noticeRequestedOn: Self.newestRequest("requested_on")
    }
  }

  /// The column of the newest request of a formal notice, `r`, where its value stands there.
  var requestColumn: SQL? {
    switch self {
    case .noticeRequest: "r.reason"
    case .noticeRequestedOn: "r.requested_on"
    default: nil
    }
  }

  /// A condition on what stands in the dossier as a code: a county's worth of labels is not compared. Nil for the others.
  func coded(_ value: String) -> SQL? {
    let words = PlainText.of(value)
    switch self {
    case .entitlement:
      let states = EntitlementState.allCases.filter { PlainText.of($0.label) == words }
      return "d.entitlement = any (\(states)::text[])"
    case .duties:
      let labels = ["soumis a droit et devoir": true, "non soumis a droit et devoir": false]
      return labels[words].map { "d.duties = \($0)" } ?? "false"
    default: return nil
    }
  }

  private static var entitlementInWords: SQL {
    let states = EntitlementState.allCases.map { state -> SQL in "when \(state) then \(state.label)::text" }
    return "case d.entitlement \(states.joined(separator: " ")) end"
  }

  private static func newestRequest(_ column: String) -> SQL {
    """
    (select r.\(unsafeSQL: column) from dossiers.formal_notice_request r where r.dossier = d.id
      and r.withdrawn_on is null
      order by r.requested_at desc limit 1)
    """
  }

  /// What each says of a dossier.
  static func values(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> [CharacteristicValue] {
    let each = allCases.map { entry -> SQL in "(\(entry.rawValue)::text, (\(entry.value))::text)" }
    return try await transaction.query(
      """
      select v.characteristic, v.value, null::text as author_name, null::timestamptz as at
      from dossiers.dossier d,
        lateral (values \(each.joined(separator: ", "))) v (characteristic, value)
      where d.id = \(dossier) and v.value is not null
      """, as: CharacteristicValue.self)
  }
}
