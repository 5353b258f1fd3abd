-- Dossiers that came with one feed have identifiers that differ in their last bits alone, which GiST cannot tell apart:
-- each row looked at a good part of the index (1.3 ms at 110,000), and readers were led into it as well. A hash spreads them.
alter table dossiers.referent drop constraint referent_one_lead;
alter table dossiers.referent add constraint referent_one_lead exclude using gist
  (uuid_hash_extended(dossier, 0) with =, daterange(from_date, until_date, '[]') with &&) where (kind = 'lead');
