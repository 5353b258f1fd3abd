-- Who calls is found by their telephone, in one step whatever the county's size.
create index dossier_phone on dossiers.dossier (phone) where phone is not null;

-- How the words of a name sound in French, so that DUPOND is found by « dupont » and LEFEBVRE by « lefaivre ». Of a text as
-- `jalons.plain` makes it; capitals stand for sounds: S for ch, K, G, O for au, A for an, I for in, U for on, E for any e.
create function dossiers.sounds(plain text) returns text language sql immutable parallel safe as $$
  select
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
      replace(replace(plain, 'ph', 'f'), 'bv', 'v'),
      'sch|ch|sh', 'S', 'g'),
      'h', '', 'g'),
      'gu(?=[eiy])', 'G', 'g'),
      'g(?=[eiy])', 'j', 'g'),
      'c(?=[eiy])|z', 's', 'g'),
      'qu|ck|[qkc]', 'K', 'g'),
      '(?:ain|ein|aim|in|im|yn|ym|un|um)(?![aeiouynm])', 'I', 'g'),
      '(?:an|am|en|em)(?![aeiouynm])', 'A', 'g'),
      '(?:on|om)(?![aeiouynm])', 'U', 'g'),
      'e?au(?:l?[tdx]+\M)?|o', 'O', 'g'),
      '(?:et|er|ez|ai[stx]?)\M|ai|ei|ay|ey|e', 'E', 'g'),
      'y', 'i', 'g'),
      '(.)\1+', '\1', 'g'),
      '[stdx]+\M', '', 'g'), 'E\M', '', 'g')
$$;
alter table dossiers.dossier add column sounds text generated always as (dossiers.sounds(search)) stored;
create index dossier_sounds on dossiers.dossier using gin (string_to_array(sounds, ' '));
grant select (sounds) on dossiers.dossier to reach_definer;

-- Close are names written nearly so, as before, and those that sound so.
create or replace function dossiers.close_to(words text[]) returns setof uuid
language sql stable security definer set search_path = '' set pg_trgm.word_similarity_threshold = 0.5 as $$
  select d.id from dossiers.dossier d,
    lateral (select word as longest from unnest(words) word order by length(word) desc, word limit 1) w
  where w.longest operator(public.<%) d.search
    and not exists (
      select from unnest(words) word
      where not (d.search like '%' || word || '%' or word operator(public.<%) d.search))
  union
  select d.id from dossiers.dossier d
  where string_to_array(d.sounds, ' ') @> array(select dossiers.sounds(word) from unnest(words) word)
$$;

-- Which documents are named with all these words, by an index; the asker's policy then decides, as for names of people.
create index document_named on dossiers.document using gin (lower(name) gin_trgm_ops) where removed_at is null;
create function dossiers.documents_named(words text[]) returns setof uuid
language sql stable security definer set search_path = '' as $$
  select d.id from dossiers.document d,
    lateral (select word as longest from unnest(words) word order by length(word) desc, word limit 1) w
  where d.removed_at is null and lower(d.name) like '%' || longest || '%'
    and not exists (select from unnest(words) word where lower(d.name) not like '%' || word || '%')
$$;
revoke execute on function dossiers.documents_named(text[]) from public;
grant execute on function dossiers.documents_named(text[]) to dossiers_writer;
grant select (id, name, removed_at) on dossiers.document to reach_definer;
alter function dossiers.documents_named(text[]) owner to reach_definer;
