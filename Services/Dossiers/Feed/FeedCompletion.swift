/// What a file leaves unsaid, filled in from the caseload for persons whom Jalons already knows: silence is no news. Written
/// into `feed_detail`, before it is compared.
enum FeedCompletion {
  /// Of those of whom the file says what it said before, and who are compared for another reason (a territory that has
  /// changed its identifier): their dossier has it all. They have one, since what was said before is known from dossiers.
  static let saidBefore = """
    do $$ begin
      if exists (select from feed_detail where said_before and (by_id is null or by_id <> known))
      then raise exception 'said before, and of no dossier'; end if;
    end $$;
    update feed_detail p set \(kept.joined(separator: ", "))
    from dossiers.dossier d join dossiers.household h on h.id = d.household where d.id = p.known and p.said_before;

    """

  private static let kept =
    sources.filter { $0.field != .dtas && $0.field != .idPers }.map { "\($0.column) = \($0.kept)" }
    + [
      "address = h.address", "outside = d.outside_county", "number = h.genesis_number",
      "family_name = d.family_name", "digest = d.feed_digest",
    ]

  /// What the file writes and nobody can read leaves what Jalons has; so does a person without given name or birth, who had
  /// one before.
  static let unread = """
    update feed_detail p set \(sources.map(\.whereUnread).joined(separator: ", ")),
      outside = case when 'CODEPOS' = any(p.unread) then d.outside_county else p.outside end
    from dossiers.dossier d join dossiers.household h on h.id = d.household where d.id = p.known and p.unread is not null;

    """

  /// - Parameter unsaid: the fields that the file does not have at all, or may leave out.
  static func statement(for unsaid: Set<FeedField>) -> String {
    let left = sources.filter { unsaid.contains($0.field) }
    var known = left.map { $0.setting(to: $0.kept) }
    var joining = left.compactMap { source in source.household.map { source.setting(to: $0) } }
    if unsaid.isSuperset(of: street) {
      known.append("address = h.address")
      joining.append("address = h.address")
    }
    if unsaid.contains(.codePos) { known.append("outside = d.outside_county") }
    var statements = ""
    if !known.isEmpty {
      statements += """
        update feed_detail p set \(known.joined(separator: ", "))
        from dossiers.dossier d join dossiers.household h on h.id = d.household where d.id = p.known;

        """
    }
    // Who joins a household that Jalons has takes its data, rather than empty it.
    if !joining.isEmpty {
      statements += """
        update feed_detail p set \(joining.joined(separator: ", "))
        from dossiers.household h where p.known is null and h.genesis_number = p.number;
        """
    }
    return statements
  }

  private static let street: Set<FeedField> = [
    .numVoie, .libTypeVoie, .nomVoie, .complIdeAdr, .complAdr, .lieuDist,
  ]

  private struct Source {
    let field: FeedField
    /// In the staging table.
    let column: String
    /// Where the caseload keeps it.
    let kept: String
    /// Where its household keeps it, of what is the household's.
    var household: String?
    /// Whether the staging table writes something even where the file says nothing.
    var hasDefault = false

    var whereUnread: String {
      "\(column) = case when '\(field.definition.column)' = any(p.unread) then \(kept) else p.\(column) end"
    }

    func setting(to source: String) -> String {
      "\(column) = " + (hasDefault ? source : "coalesce(p.\(column), \(source))")
    }
  }

  private static let sources: [Source] = [
    Source(field: .fonorg, column: "payer", kept: "h.payer", household: "h.payer"),
    Source(field: .numorg, column: "payer_number", kept: "h.payer_number", household: "h.payer_number"),
    Source(field: .matricule, column: "claimant_number", kept: "h.claimant_number", household: "h.claimant_number"),
    Source(field: .matricule, column: "claimant_sealed", kept: "h.claimant_sealed", household: "h.claimant_sealed"),
    Source(field: .matricule, column: "claimant_hash", kept: "h.claimant_hash", household: "h.claimant_hash"),
    Source(field: .dtDemRsa, column: "requested_on", kept: "h.requested_on", household: "h.requested_on"),
    Source(
      field: .etatDosRsa, column: "entitlement", kept: "d.entitlement", household: "h.entitlement", hasDefault: true),
    Source(
      field: .dtOuverture, column: "opened_on", kept: "h.entitlement_opened_on", household: "h.entitlement_opened_on"),
    Source(
      field: .motiSusVers, column: "suspension_reason", kept: "h.suspension_reason", household: "h.suspension_reason"),
    Source(field: .ddSusVers, column: "suspended_on", kept: "h.suspended_on", household: "h.suspended_on"),
    Source(field: .motiClo, column: "closure_reason", kept: "d.closure_reason", household: "h.closure_reason"),
    Source(field: .dtClo, column: "closed_on", kept: "d.closed_on", household: "h.closed_on"),
    Source(field: .sitFam, column: "family_situation", kept: "h.family_situation", household: "h.family_situation"),
    Source(field: .ddSitFam, column: "family_since", kept: "h.family_since", household: "h.family_since"),
    Source(field: .nbEnf, column: "children", kept: "h.dependent_children", household: "h.dependent_children"),
    Source(field: .codePos, column: "postal_code", kept: "d.postal_code", household: "h.postal_code"),
    Source(field: .numCom, column: "insee_code", kept: "h.insee_code", household: "h.insee_code"),
    Source(field: .nomCom, column: "commune", kept: "d.commune", household: "h.commune"),
    Source(field: .dtas, column: "territory", kept: "d.territory", household: "h.territory"),
    Source(field: .numTel, column: "phone", kept: "d.feed_phone"),
    Source(field: .autorUtiTel, column: "sms_refused", kept: "d.sms_refused", hasDefault: true),
    Source(field: .adrElec, column: "email", kept: "d.feed_email"),
    Source(field: .role, column: "role", kept: "d.role", hasDefault: true),
    Source(field: .idPers, column: "genesis_id", kept: "d.genesis_id"),
    Source(field: .qual, column: "title", kept: "d.title"),
    Source(field: .nomNai, column: "birth_name", kept: "d.birth_name"),
    Source(field: .prenom, column: "given_name", kept: "d.given_name", hasDefault: true),
    Source(field: .dtNai, column: "birth_date", kept: "d.birth_date"),
    Source(field: .dtNai, column: "birth_precision", kept: "d.birth_precision", hasDefault: true),
    Source(field: .sexe, column: "sex", kept: "d.sex"),
    Source(field: .nati, column: "nationality", kept: "d.nationality"),
    Source(field: .topPersDroDevoRsa, column: "duties", kept: "d.duties"),
    Source(field: .ddSouDroDev, column: "duties_since", kept: "d.duties_since"),
    Source(field: .orientationType, column: "orientation", kept: "d.orientation"),
    Source(field: .orientationDate, column: "oriented_on", kept: "d.oriented_on"),
    Source(field: .midemDate, column: "midem_on", kept: "d.formal_notice_on"),
    Source(field: .midemMotif, column: "midem_reason", kept: "d.formal_notice_reason"),
  ]
}
