"""The statements that one read sends, for pgbench and the Django yardstick: {account}, {dossier}, {seat} stand for the caller's."""

LIST = """select d.id, d.number, d.title, d.family_name, d.given_name, d.birth_date, d.birth_precision, d.commune, d.postal_code,
    d.state, d.entitlement, d.duties, d.lead, a.name as lead_name, o.name as lead_organisation, d.lead_since, d.territory, d.partner,
    coalesce(d.refreshed_on, dossiers.latest_stock()) as refreshed_on,
    exists (select from dossiers.proposed_exit p where p.dossier = d.id and p.decision is null) as proposed_exit
    from dossiers.dossier d left join identity.v1_account a on a.id = d.lead
    left join identity.v1_organisation o on o.id = d.lead_organisation {where}
    order by d.family_name, d.given_name, d.id limit 51;
    select count(*)::int from (select from dossiers.dossier d {where} limit {most}) counted;"""

COUNT = "select count(*)::int from scheduling.notification where account = '{account}' and read_at is null;"

OPENED = """insert into dossiers.opened (account, dossier, at) values ('{account}', '{dossier}', clock_timestamp())
    on conflict (account, dossier) do update set at = excluded.at;"""

DOSSIER = """select d.*, coalesce(d.refreshed_on, dossiers.latest_stock()) as refreshed_on, t.name as territory_name,
      h.address, h.postal_code, h.commune, h.family_situation, h.family_since, h.dependent_children, h.payer,
      h.claimant_number, h.claimant_sealed is not null as is_claimant_sealed, h.entitlement_opened_on, h.suspended_on,
      h.suspension_reason, p.id is not null as partner_reachable, n.sealed as sealed_nir
    from dossiers.dossier d left join dossiers.household h on h.id = d.household
    left join identity.v1_territory t on t.id = d.territory left join dossiers.dossier p on p.id = d.partner
    left join dossiers.nir n on n.dossier = d.id where d.id = '{dossier}';
    select r.id, r.account, coalesce(a.name, 'Compte inconnu') as name, o.name as organisation, r.kind, r.source,
      r.from_date, r.until_date, r.reason, r.version
    from dossiers.referent r left join identity.v1_account a on a.id = r.account
    left join identity.v1_organisation o on o.id = r.organisation
    where r.dossier = '{dossier}' order by r.from_date desc, r.created_at desc limit 100;
    select p.id, p.dossier, d.family_name, d.given_name, l.name as lead_name, p.reason, p.exit_on, p.proposed_on, p.decision,
      p.decided_at, b.name as decided_by, (select r.until_date from dossiers.referent r where r.dossier = p.dossier
      and r.kind = 'lead' order by r.from_date desc limit 1) as leaves_on, p.version
    from dossiers.proposed_exit p join dossiers.dossier d on d.id = p.dossier
    left join identity.v1_account l on l.id = d.lead left join identity.v1_account b on b.id = p.decided_by
    where p.dossier = '{dossier}' and p.decision is null;"""

AUDIT = """insert into dossiers.outbox (id, stream, key, type, data, actor, actor_name, occurred_at)
    values (gen_random_uuid(), 'audit', '{account}', 'audit.act.v1', '{data}', '{account}', 'Mesure', clock_timestamp());"""


def act(account: str, dossier: str, profile: str, scope: str) -> str:
    """The entry of the audit log that a dossier's read leaves, as JSON."""
    import json

    return json.dumps({
        "act": {"name": "dossiers.showDossier", "kind": "read", "dossier": dossier}, "account": account, "name": "Mesure",
        "profile": profile, "scope": scope, "at": "2026-12-01T08:00:00Z"})  # fmt: skip
