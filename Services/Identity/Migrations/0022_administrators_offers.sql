-- Administrators create and edit offers too (guide, Offres de service). A county that has no rights yet is given them all at
-- its first sign-in.
insert into identity.profile_right (profile, entitled)
select 'administrateur', 'editOffers' where exists (select from identity.profile_right)
on conflict do nothing;
