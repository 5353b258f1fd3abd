/// The statements that make the caseload agree with a staged feed, in order. Each is set-based: the county's size
/// decides nothing but how long the joins take, and a day like the one before rewrites no dossier.
///
/// Rules F1 to F9. The feed's reference date and nature
/// are read from transaction settings, so that the text is the same for every run.
enum FeedReconciliation {
  /// What a search looks through; worked out only for who is new or changed. It is `jalons.plain` of the names written
  /// out, as a call of that function costs more than what it does.
  static let search =
    "btrim(regexp_replace(lower(public.unaccent('public.unaccent'::regdictionary, "
    + "concat_ws(' ', p.family_name, p.birth_name, p.given_name, p.family_name)) collate \"und-x-icu\"), "
    + "'[^[:alnum:]@.]+', ' ', 'g'))"

  /// Who is not born yet, and who is in the file twice.
  static let setAside = """
    update feed_staging s set birth_date = null, unread = array_append(s.unread, 'DTNAI'),
      problems = coalesce(s.problems, '[]') ||
      '[{"code": "naissance-future", "field": "DTNAI", "severity": "warning",
         "message": "La date de naissance est dans le futur : elle n’est pas retenue."}]'
    where s.birth_date > greatest(current_setting('jalons.feed_date')::date, caller.today());
    update feed_staging s set quarantined = true, doubtful = false, problems = coalesce(s.problems, '[]') ||
      '[{"code": "identifiant-en-double", "field": "IDPERS", "severity": "quarantine",
         "message": "Cet identifiant figure plusieurs fois dans le flux. Corrigez-le à la source."}]'
    from (select genesis_id from feed_staging where genesis_id is not null group by 1 having count(*) > 1) twice
    where twice.genesis_id = s.genesis_id;
    update feed_staging s set quarantined = true, doubtful = false, problems = coalesce(s.problems, '[]') ||
      '[{"code": "nir-en-double", "field": "NIR", "severity": "quarantine",
         "message": "Deux personnes du flux portent ce NIR. Corrigez-le à la source."}]'
    from (select nir_hash from feed_staging where nir_hash is not null group by 1 having count(*) > 1) twice
    where twice.nir_hash = s.nir_hash;
    """

  /// Territories, organisations and référents by the county's codes; those that nobody knew get the identifier under
  /// which identity will make them. Each is taken from its first person: hashed, as sorting a county by name is slow.
  static let structures = """
    create temp table feed_source on commit drop as
      select dtas, ref_dtas, ref_structure_id, ref_id, min(position) as position from feed_staging group by 1, 2, 3, 4;
    create temp table feed_territory on commit drop as
      select c.code, coalesce(t.id, md5('jalons.territory.' || c.code)::uuid) as id, t.id is null as is_new
      from (select dtas as code from feed_source where dtas is not null
            union select ref_dtas from feed_source where ref_dtas is not null) c
      left join identity.v1_territory t on t.code = c.code;
    create temp table feed_organisation on commit drop as
      select s.ref_structure_id as ref, coalesce(s.ref_structure, s.ref_structure_id) as name, t.id as territory,
        coalesce(o.id, md5('jalons.organisation.' || s.ref_structure_id)::uuid) as id, o.id is null as is_new
      from (select min(position) as position from feed_source where ref_structure_id is not null
            group by ref_structure_id) first
      join feed_staging s on s.position = first.position
      left join feed_territory t on t.code = s.ref_dtas
      left join identity.v1_organisation o on o.genesis_ref = s.ref_structure_id;
    create temp table feed_account on commit drop as
      select s.ref_id as ref, s.ref_family as family_name, s.ref_given as given_name, s.ref_mail as email,
        o.id as organisation, coalesce(a.id, m.id, md5('jalons.account.' || s.ref_id)::uuid) as id,
        a.id is null and m.id is null as is_new
      from (select min(position) as position from feed_source where ref_id is not null group by ref_id) first
      join feed_staging s on s.position = first.position
      left join feed_organisation o on o.ref = s.ref_structure_id
      left join identity.v1_account a on a.genesis_ref = s.ref_id
      left join identity.v1_account m on m.genesis_ref is null and lower(m.email) = lower(s.ref_mail);
    analyze feed_territory; analyze feed_organisation; analyze feed_account;
    """

  /// Whether the staged person `s` and the dossier `d` that has the same NIR differ both in name and in date of birth. A
  /// name is the same when one family or birth name and the first given name are; an unknown birth confirms nothing.
  static let isSomebodyElse = """
    (s.birth_date is null or d.birth_date is null or s.birth_date <> d.birth_date)
      and not (array_remove(array[jalons.plain(s.family_name), jalons.plain(s.birth_name)], null)
          && array_remove(array[jalons.plain(d.family_name), jalons.plain(d.birth_name)], null)
        and split_part(coalesce(jalons.plain(s.given_name), ''), ' ', 1) = split_part(jalons.plain(d.given_name), ' ', 1))
    """

  /// What is told of a person whose NIR is that of a dossier of somebody else.
  static let stranger = """
    '[{"code": "identite-ambigue", "field": "NIR", "severity": "quarantine",
       "message": "Ce NIR est celui d’un dossier dont le nom et la date de naissance diffèrent. Corrigez le NIR ; si c’est \
    la même personne, corrigez son nom ou sa date de naissance."}]'::jsonb
    """

  /// Who is whom: by the NIR, else by Genesis' identifier (rule F9). Nearly everybody's identifier leads
  /// to a dossier with their NIR; the index is asked for the others alone. Then, of those who are new or of whom the feed
  /// does not say what it said last, everything.
  static let persons = """
    create temp table feed_person on commit drop as
      select s.position, s.doubtful, g.id as known, g.id as by_id,
        s.said_before or g.feed_digest = s.digest as is_as_before, g.territory as former_territory,
        coalesce(g.id, jalons.ordered_id(s.position)) as dossier, t.id as territory, a.id as lead, o.id as lead_organisation,
        coalesce(s.ref_from, current_setting('jalons.feed_date')::date) as designated,
        case when s.nir_hash is distinct from g.nir_hash then s.nir_hash end as nir_to_find
      from feed_staging s
      left join dossiers.dossier g on g.genesis_id = s.genesis_id
      left join feed_territory t on t.code = s.dtas
      left join feed_account a on a.ref = s.ref_id
      left join feed_organisation o on o.ref = s.ref_structure_id
      where not s.quarantined and s.ref_id is not null and s.ref_until is null;
    analyze feed_person (position, dossier, nir_to_find);
    update feed_person p set known = n.id, dossier = n.id, is_as_before = false, former_territory = n.territory
    from dossiers.dossier n where p.nir_to_find is not null and n.nir_hash = p.nir_to_find;
    create temp table feed_ambiguous on commit drop as
      select position from feed_person where known <> by_id
      union select unnest(array[p.position, found.position]) from feed_person found
        join feed_person p on p.known = found.known and p.position <> found.position
        where found.by_id is distinct from found.known;
    update feed_staging s set quarantined = true, doubtful = false, problems = coalesce(s.problems, '[]') ||
      '[{"code": "identite-ambigue", "field": "NIR", "severity": "quarantine",
         "message": "Le NIR désigne un autre dossier que l’identifiant Genesis. Vérifiez les deux dossiers."}]'
    from feed_ambiguous a where a.position = s.position;
    -- Persons known by their NIR alone: the NIR may be another person's, typed by mistake.
    create temp table feed_stranger on commit drop as
      select p.position from feed_person p join feed_staging s on s.position = p.position
      join dossiers.dossier d on d.id = p.known
      where p.nir_to_find is not null and p.by_id is null and \(isSomebodyElse);
    update feed_staging s set quarantined = true, doubtful = false, problems = coalesce(s.problems, '[]') || \(stranger)
    from feed_stranger a where a.position = s.position;
    insert into feed_ambiguous select position from feed_stranger;
    delete from feed_person p using feed_ambiguous a where a.position = p.position;
    delete from feed_person where doubtful and known is null;
    create temp table feed_detail on commit drop as
      select p.known, p.by_id, p.dossier, p.territory, p.lead, p.lead_organisation, p.designated, s.*
      from feed_person p join feed_staging s on s.position = p.position
      where p.known is null or p.is_as_before is not true or p.former_territory is distinct from p.territory;
    create index on feed_detail (dossier);
    create index on feed_detail (number);
    analyze feed_detail (position, dossier, number, known);
    """

  /// Households and dossiers. Phone and address are copied at creation alone; what the feed says later stays beside.
  static let dossiers = """
    insert into dossiers.household as h (id, genesis_number, payer, payer_number, claimant_number, claimant_sealed, claimant_hash,
      requested_on, family_situation, family_since, dependent_children, entitlement, entitlement_opened_on, suspension_reason,
      suspended_on, closure_reason, closed_on, address, postal_code, insee_code, commune, territory)
    select jalons.ordered_id(p.position), p.number, p.payer, p.payer_number, p.claimant_number,
      p.claimant_sealed, p.claimant_hash, p.requested_on, p.family_situation, p.family_since, p.children, p.entitlement, p.opened_on, p.suspension_reason,
      p.suspended_on, p.closure_reason, p.closed_on, p.address, p.postal_code, p.insee_code, p.commune, p.territory
    from (select min(p.position) as position from feed_detail p
      where p.known is null or exists (select from feed_changed c where c.dossier = p.dossier) group by p.number) first
    join feed_detail p on p.position = first.position order by p.position
    on conflict (genesis_number) do update set payer = excluded.payer, payer_number = excluded.payer_number,
      claimant_number = excluded.claimant_number, claimant_sealed = excluded.claimant_sealed,
      claimant_hash = excluded.claimant_hash, requested_on = excluded.requested_on,
      family_situation = excluded.family_situation, family_since = excluded.family_since,
      dependent_children = excluded.dependent_children, entitlement = excluded.entitlement,
      entitlement_opened_on = excluded.entitlement_opened_on, suspension_reason = excluded.suspension_reason,
      suspended_on = excluded.suspended_on, closure_reason = excluded.closure_reason, closed_on = excluded.closed_on,
      address = excluded.address, postal_code = excluded.postal_code, insee_code = excluded.insee_code,
      commune = excluded.commune, territory = excluded.territory;
    insert into dossiers.dossier (id, household, role, genesis_id, nir_hash, title, family_name, birth_name, given_name,
      sex, birth_date, birth_precision, nationality, territory, entered_on, entitlement, duties, duties_since, orientation, oriented_on,
      closed_on, closure_reason, outside_county, commune, postal_code, phone, feed_phone, email, feed_email, sms_refused,
      formal_notice_on, formal_notice_reason, feed_digest, search, lead, lead_organisation, lead_since, partner,
      partner_family_name, partner_given_name)
    select p.dossier, h.id, p.role, p.genesis_id, p.nir_hash, p.title, p.family_name, p.birth_name, p.given_name,
      p.sex, p.birth_date, p.birth_precision, p.nationality, p.territory, p.designated, p.entitlement, p.duties, p.duties_since,
      p.orientation, p.oriented_on, p.closed_on, p.closure_reason, p.outside, p.commune, p.postal_code, p.phone, p.phone,
      p.email, p.email, p.sms_refused, p.midem_on, p.midem_reason, p.digest, \(search), p.lead, p.lead_organisation, p.designated,
      other.dossier, other.family_name, other.given_name
    from feed_detail p join dossiers.household h on h.genesis_number = p.number
    left join (select number, min(position) as first, max(position) as last from feed_detail group by number
      having count(*) > 1) couple on couple.number = p.number
    left join feed_detail other
      on other.position = case p.position when couple.first then couple.last else couple.first end
    where p.known is null order by p.position;
    update dossiers.dossier d set household = h.id, role = p.role, genesis_id = p.genesis_id,
      nir_hash = coalesce(p.nir_hash, d.nir_hash), title = p.title, family_name = p.family_name,
      birth_name = p.birth_name, given_name = p.given_name, sex = p.sex, birth_date = p.birth_date, birth_precision = p.birth_precision,
      nationality = p.nationality, territory = p.territory, entitlement = p.entitlement, duties = p.duties,
      duties_since = p.duties_since, orientation = p.orientation, oriented_on = p.oriented_on, closed_on = p.closed_on,
      closure_reason = p.closure_reason, outside_county = p.outside, commune = p.commune, postal_code = p.postal_code,
      feed_phone = p.phone, feed_email = p.email, sms_refused = p.sms_refused, formal_notice_on = p.midem_on,
      formal_notice_reason = p.midem_reason, feed_digest = p.digest, search = \(search), version = d.version + 1,
      updated_at = current_setting('jalons.feed_now')::timestamptz
    from feed_changed c join feed_detail p on p.dossier = c.dossier join dossiers.household h on h.genesis_number = p.number
    where d.id = c.dossier;
    update dossiers.dossier d set feed_digest = p.digest
    from feed_detail p where d.id = p.known and d.feed_digest is distinct from p.digest;
    create temp table feed_touched on commit drop as
      select dossier from feed_detail where known is null union select dossier from feed_changed;
    create unique index on feed_touched (dossier);
    update dossiers.dossier d set partner = other.id, partner_family_name = other.family_name,
      partner_given_name = other.given_name
    from feed_touched t join dossiers.dossier self on self.id = t.dossier
    left join dossiers.dossier other on other.household = self.household and other.id <> self.id
    where d.id = self.id and (d.partner, d.partner_family_name, d.partner_given_name)
      is distinct from (other.id, other.family_name, other.given_name);
    update dossiers.dossier d set partner = self.id, partner_family_name = self.family_name,
      partner_given_name = self.given_name
    from feed_touched t join dossiers.dossier self on self.id = t.dossier
    where d.household = self.household and d.id <> self.id and (d.partner, d.partner_family_name, d.partner_given_name)
      is distinct from (self.id, self.family_name, self.given_name);
    update dossiers.proposed_exit e set territory = d.territory
    from feed_changed f join dossiers.dossier d on d.id = f.dossier
    where f.territory_changed and e.dossier = d.id and e.decision is null;
    insert into dossiers.entitlement_event (id, dossier, entitlement, duties, orientation, closure_reason,
      suspension_reason, from_date)
    select jalons.ordered_id(p.position), p.dossier, p.entitlement, p.duties, p.orientation, p.closure_reason,
      case when p.entitlement in ('3', '4') then p.suspension_reason end,
      coalesce(c.right_since, \(FeedDifferences.firstSince))
    from feed_detail p left join feed_changed c on c.dossier = p.dossier where p.known is null or c.right_changed
    order by p.position;
    """

  /// The NIRs, sealed as they were staged: of who is new or has another one.
  static let nirs = """
    insert into dossiers.nir (dossier, sealed, sealed_hash)
    select p.dossier, p.nir_sealed, p.nir_hash from feed_detail p left join dossiers.nir n on n.dossier = p.dossier
    where p.nir_sealed is not null and n.sealed_hash is distinct from p.nir_hash
    on conflict (dossier) do update set sealed = excluded.sealed, sealed_hash = excluded.sealed_hash;
    """
}
