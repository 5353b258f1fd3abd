-- Names of other scripts, that searches did not see before.
update dossiers.dossier d set search = jalons.plain(concat_ws(' ', family_name, birth_name, given_name, family_name))
where concat_ws(' ', family_name, birth_name, given_name) ~ '[^\u0001-\u024f\u2000-\u206f]';
