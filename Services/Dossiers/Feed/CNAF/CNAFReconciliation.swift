/// The statements that stand in the place of `FeedReconciliation`'s where the flow is CNAF's: it changes rights, identity and
/// address of persons whom Jalons already follows. Whom nobody follows is not taken in (rule F2), and
/// nobody's référent is touched.
enum CNAFReconciliation {
  /// Nobody is discovered: the flow names neither référents nor structures.
  static let structures = """
    create temp table feed_territory (code text, id uuid, is_new boolean) on commit drop;
    create temp table feed_organisation (ref text, name text, territory uuid, id uuid, is_new boolean) on commit drop;
    create temp table feed_account (ref text, family_name text, given_name text, email text, organisation uuid, id uuid,
      is_new boolean) on commit drop;
    """

  /// Who is whom: by the NIR; else by request, role and date of birth together, never by the number of a couple's file alone
  /// (rule F9); a household that was set aside and corrected, by the identifiers that it was given here. Then
  /// everything is compared: what the last of Genesis's files said is no measure of this one.
  static let persons = """
    create temp table feed_match on commit drop as
      select position, dossier, count(*) over (partition by position) > 1 or count(*) over (partition by dossier) > 1
          as ambiguous, stranger
      from (select position, dossier, bool_and(stranger) as stranger from (
        select s.position, d.id as dossier, \(FeedReconciliation.isSomebodyElse) as stranger
        from feed_staging s join dossiers.dossier d on d.nir_hash = s.nir_hash
        union all
        select s.position, d.id, false from feed_staging s join dossiers.household h on h.genesis_number = s.number
        join dossiers.dossier d on d.household = h.id and d.role = s.role and d.birth_date = s.birth_date
        union all
        select s.position, d.id, false from feed_staging s join dossiers.dossier d on d.genesis_id = s.genesis_id
      ) found group by 1, 2) m;
    analyze feed_match;
    create temp table feed_known on commit drop as
      select m.position, m.dossier, m.ambiguous or m.stranger as ambiguous, m.stranger, d.genesis_id, d.territory, d.feed_digest, r.account, r.organisation,
        r.from_date
      from feed_match m join dossiers.dossier d on d.id = m.dossier
      join dossiers.referent r on r.dossier = d.id and r.kind = 'lead' and r.until_date is null;
    create index on feed_known (position);
    analyze feed_known;
    update feed_staging s set genesis_id = k.genesis_id, digest = k.feed_digest
      from feed_known k where k.position = s.position and not k.ambiguous;
    update feed_staging s set quarantined = true, doubtful = false, problems = coalesce(s.problems, '[]') ||
      case when k.stranger then \(FeedReconciliation.stranger) else
      '[{"code": "identite-ambigue", "field": "NIR", "severity": "quarantine",
         "message": "Cette personne répond à plusieurs dossiers, ou plusieurs personnes au sien. Vérifiez-les."}]' end
    from feed_known k where k.position = s.position and k.ambiguous;
    update feed_staging s set quarantined = false, doubtful = false
    where (s.quarantined or s.doubtful) and not exists (select from feed_known k where k.position = s.position);
    create temp table feed_person on commit drop as
      select s.position, s.doubtful, k.dossier as known, k.dossier as by_id, k.territory as former_territory,
        k.dossier, k.territory, k.account as lead, k.organisation as lead_organisation, k.from_date as designated
      from feed_staging s join feed_known k on k.position = s.position where not s.quarantined;
    create temp table feed_detail on commit drop as
      select p.known, p.by_id, p.dossier, p.territory, p.lead, p.lead_organisation, p.designated, s.*
      from feed_person p join feed_staging s on s.position = p.position;
    create index on feed_detail (dossier);
    create index on feed_detail (number);
    analyze feed_detail (position, dossier, number, known);
    """

  /// Whoever is changed is compared whole by the next of Genesis's files, which may still say what it said before.
  static let digests = """
    update feed_detail p set digest = null from feed_changed c where c.dossier = p.dossier;
    """
}
