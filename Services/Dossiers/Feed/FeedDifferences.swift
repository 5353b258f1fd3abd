/// What of a person a feed may change: one list says both whether somebody differs from the caseload and what is told of it.
enum FeedDifferences {
  /// What differs, field by field, before anything is written.
  static let statements = """
    create temp table feed_changed on commit drop as
      select p.dossier, jsonb_strip_nulls(jsonb_build_object(
        \(compared.map(\.told).joined(separator: ",\n    "))
      )) as changes,
      d.territory as former_territory,
      (d.entitlement, d.duties, d.orientation, d.closure_reason) is distinct from
        (p.entitlement, p.duties, p.orientation, p.closure_reason) as right_changed,
      d.territory is distinct from p.territory as territory_changed,
      \(rightSince) as right_since
      from feed_detail p join dossiers.dossier d on d.id = p.known join dossiers.household h on h.id = d.household
      where (\(compared.map(\.former).joined(separator: ", ")))
        is distinct from (\(compared.map(\.current).joined(separator: ", ")));
    create unique index on feed_changed (dossier);
    analyze feed_changed;
    """

  /// Since when a change of the right or the duties holds: its own date, where the file gives one; else the file's.
  private static let rightSince = """
    coalesce(case
        when (d.entitlement, d.closure_reason) is distinct from (p.entitlement, p.closure_reason) then case
          when p.entitlement in ('3', '4') then p.suspended_on
          when p.entitlement in ('5', '6') then p.closed_on
          -- A right that is paid again was opened long ago.
          when p.entitlement = '2' and p.opened_on is distinct from h.entitlement_opened_on then p.opened_on end
        when d.duties is distinct from p.duties then p.duties_since
        when d.orientation is distinct from p.orientation then p.oriented_on
      end, current_setting('jalons.feed_date')::date)
    """

  /// The same of somebody who is new.
  static let firstSince = """
    coalesce(case when p.entitlement in ('3', '4') then p.suspended_on when p.entitlement in ('5', '6') then p.closed_on
      when p.entitlement = '2' then p.opened_on else p.requested_on end, current_setting('jalons.feed_date')::date)
    """

  /// The names by which changes are told (`FeedWords`).
  static var names: [String] { compared.map(\.name) }

  private struct Compared {
    let name: String
    /// As the caseload has it, and as the feed does.
    let former: String
    let current: String
    /// Whether the values are told, too: a NIR's are not.
    var isOpen = true
    /// What is told, where it is less than what is compared.
    var shown: (former: String, current: String)?

    var told: String {
      let (before, after) = shown ?? (former, current)
      let values = isOpen ? "coalesce((\(before))::text, ''), coalesce((\(after))::text, '')" : "'', ''"
      return "'\(name)', case when \(former) is distinct from \(current) then jsonb_build_array(\(values)) end"
    }
  }

  private static func dossier(_ name: String, _ column: String, _ staged: String? = nil) -> Compared {
    Compared(name: name, former: "d.\(column)", current: "p.\(staged ?? column)")
  }

  private static func household(_ name: String, _ column: String, _ staged: String? = nil) -> Compared {
    Compared(name: name, former: "h.\(column)", current: "p.\(staged ?? column)")
  }

  /// Two NIRs may read the same once they are masked.
  private static let claimant = Compared(
    name: "claimantNumber", former: "concat_ws(' ', h.claimant_number, encode(h.claimant_hash, 'hex'))",
    current: "concat_ws(' ', p.claimant_number, encode(p.claimant_hash, 'hex'))",
    shown: ("h.claimant_number", "p.claimant_number"))

  /// As much of a date of birth as is known.
  private static func birth(of row: String) -> String {
    "left(\(row).birth_date::text, case \(row).birth_precision when 'day' then 10 when 'month' then 7 else 4 end)"
  }

  private static let compared: [Compared] = [
    dossier("familyName", "family_name"), dossier("givenName", "given_name"), dossier("birthName", "birth_name"),
    Compared(name: "birthDate", former: birth(of: "d"), current: birth(of: "p")), dossier("title", "title"),
    dossier("sex", "sex"),
    dossier("nationality", "nationality"), dossier("genesisId", "genesis_id"), dossier("role", "role"),
    Compared(name: "nir", former: "d.nir_hash", current: "coalesce(p.nir_hash, d.nir_hash)", isOpen: false),
    dossier("entitlement", "entitlement"), dossier("closedOn", "closed_on"), dossier("closureReason", "closure_reason"),
    dossier("duties", "duties"), dossier("dutiesSince", "duties_since"), dossier("orientation", "orientation"),
    dossier("orientedOn", "oriented_on"), dossier("territory", "territory"), dossier("commune", "commune"),
    dossier("postalCode", "postal_code"), dossier("outsideCounty", "outside_county", "outside"),
    dossier("feedPhone", "feed_phone", "phone"), dossier("feedEmail", "feed_email", "email"),
    dossier("smsRefused", "sms_refused"), dossier("formalNoticeOn", "formal_notice_on", "midem_on"),
    dossier("formalNoticeReason", "formal_notice_reason", "midem_reason"),
    household("household", "genesis_number", "number"), household("payer", "payer"),
    household("payerNumber", "payer_number"), claimant,
    household("requestedOn", "requested_on"), household("familySituation", "family_situation"),
    household("familySince", "family_since"), household("dependentChildren", "dependent_children", "children"),
    household("openedOn", "entitlement_opened_on", "opened_on"), household("suspensionReason", "suspension_reason"),
    household("suspendedOn", "suspended_on"), household("address", "address"), household("inseeCode", "insee_code"),
  ]
}
