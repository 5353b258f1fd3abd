-- Who may transfer caseloads and say how many dossiers a référent can follow. A county that has no rights yet is given
-- them all at its first sign-in.
insert into identity.profile_right (profile, entitled)
select profile, 'transferCaseloads' from unnest(array['chef_de_service', 'ali', 'administrateur']) profile
where exists (select from identity.profile_right)
on conflict do nothing;
