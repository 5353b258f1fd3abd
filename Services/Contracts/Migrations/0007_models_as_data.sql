-- Models are the county's own: it adds some beside those that Jalons comes with, and names them.

call jalons.keep_models('contracts');

insert into contracts.model (code, kind, label, logo, shipped, position) values
  ('cer-sans-decision', 'contract', 'CER sans décision', 'county', true, 1),
  ('cer-vierge', 'contract', 'CER vierge', 'county', true, 2),
  ('cer-decision-valide', 'contract', 'CER décision valide', 'county', true, 3),
  ('cer-decision-non-valide', 'contract', 'CER décision non valide', 'county', true, 4);
