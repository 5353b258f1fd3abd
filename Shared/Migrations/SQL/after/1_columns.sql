-- What a service reads of another: the columns that published views show, and those that the policies of the tables behind
-- them look up elsewhere. A published view is one that runs as its asker (`security_invoker`), so the asker needs these columns
-- and no more; they are found out anew at the end of each migration, whatever former versions granted.
do $$
declare
  -- `reach_definer` owns functions and is nobody's to take: what migrations gave it stays.
  askers text := (
    select string_agg(quote_ident(rolname), ', ') from pg_roles where rolname like 'reach\_%' and rolname <> 'reach_definer');
  -- Every service has its outbox, and no other schema.
  homes oid[] := array(select c.relnamespace from pg_class c where c.relname = 'outbox' and c.relkind = 'r');
  item record;
begin
  for item in
    select c.oid::regclass as target from pg_class c
    where c.relnamespace = any (homes) and c.relkind in ('r', 'p') and (
      exists (
        select from aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee
        where r.rolname like 'reach\_%' and r.rolname <> 'reach_definer')
      or exists (
        select from pg_attribute a, aclexplode(a.attacl) x join pg_roles r on r.oid = x.grantee
        where a.attrelid = c.oid and r.rolname like 'reach\_%' and r.rolname <> 'reach_definer'))
  loop
    execute format('revoke all on %s from %s', item.target, askers);
  end loop;

  for item in
    with recursive part (kind, object) as (
      select 'pg_rewrite'::regclass::oid, r.oid
      from pg_rewrite r join pg_class v on v.oid = r.ev_class
      where v.relkind = 'v' and v.relnamespace = any (homes) and 'security_invoker=true' = any (v.reloptions)
      union
      -- A policy that looks into another service's table.
      select 'pg_policy'::regclass::oid, p.oid
      from pg_policy p join pg_class c on c.oid = p.polrelid
        join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_class'::regclass
        join pg_class o on o.oid = d.refobjid
      where c.relnamespace = any (homes) and o.relnamespace = any (homes) and o.relnamespace <> c.relnamespace
      union
      select n.kind, n.object
      from part
      join pg_depend d on d.classid = part.kind and d.objid = part.object
      cross join lateral (
        select 'pg_policy'::regclass::oid, p.oid from pg_policy p
        where d.refclassid = 'pg_class'::regclass and p.polrelid = d.refobjid
        union all
        -- A function whose body was written as SQL and not as a text: what it reads is known.
        select d.refclassid, f.oid from pg_proc f
        where d.refclassid = 'pg_proc'::regclass and f.oid = d.refobjid and not f.prosecdef) n (kind, object)
    )
    select c.oid::regclass as target, string_agg(distinct quote_ident(a.attname), ', ') as columns
    from part
    join pg_depend d on d.classid = part.kind and d.objid = part.object and d.refclassid = 'pg_class'::regclass
    join pg_class c on c.oid = d.refobjid and c.relkind in ('r', 'p', 'v') and c.relnamespace = any (homes)
    join pg_attribute a on a.attrelid = c.oid and a.attnum = d.refobjsubid and a.attnum > 0
    -- A policy needs no right on the columns of its own table.
    where not (part.kind = 'pg_policy'::regclass
      and c.oid = (select p.polrelid from pg_policy p where p.oid = part.object))
      -- Nor a view on its own.
      and not (part.kind = 'pg_rewrite'::regclass
        and c.oid = (select r.ev_class from pg_rewrite r where r.oid = part.object))
    group by c.oid
  loop
    execute format('grant select (%s) on %s to %s, reach_definer', item.columns, item.target, askers);
  end loop;
end $$;
