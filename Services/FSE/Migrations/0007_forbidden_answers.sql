-- The second version of both questionnaires: what the guide forbids is not taken, rather than only advised against, and the
-- data is not collected before the entry. A county that has written its own version keeps it.
with rules (code, rule) as (values
  ('E00', '{"earliest": "entry"}'::jsonb),
  ('E03', '{"forbidden": ["SCO", "APP"], "advice": "Le guide demande de répondre uniquement « Autre »."}'),
  ('E05', '{"forbidden": ["CDI", "CDD6P", "CDD6M", "INT", "IND"],
    "advice": "Le guide n’admet un emploi qu’en contrat aidé."}'),
  ('E06', '{"forbidden": ["RECH", "NON"],
    "advice": "Le guide demande de cocher systématiquement la recherche active, disponible sous 15 jours."}'),
  ('E08', '{"forbidden": ["O"], "advice": "Le guide demande de répondre uniquement « Non »."}'),
  ('E09', '{"forbidden": ["N"], "advice": "Le guide demande de répondre uniquement « Oui »."}'),
  ('E13', '{"must": ["RSA"], "advice": "Le guide demande de sélectionner le RSA."}')
), ruled as (
  select q.form, jsonb_set(q.definition, '{questions}', (
    select jsonb_agg(case when r.rule ? 'forbidden' then a.question - 'discouraged' else a.question end
      || coalesce(r.rule, '{}') order by a.place)
    from jsonb_array_elements(q.definition -> 'questions') with ordinality a (question, place)
    left join rules r on q.form = 'entry' and r.code = a.question ->> 'code')) as definition
  from fse.questionnaire q where q.version = 1 and (select max(version) from fse.questionnaire) = 1
)
insert into fse.questionnaire (version, form, definition) select 2, form, definition from ruled;
-- Operations and forms not yet complete follow; a complete form keeps what it answered.
update fse.operation set questionnaire = 2
where questionnaire = 1 and (select max(version) from fse.questionnaire) = 2
  and exists (select from fse.questionnaire where version = 2 and definition::text like '%"earliest": "entry"%');
update fse.answer_sheet set questionnaire = 2
where questionnaire = 1 and completed_at is null and (select max(version) from fse.questionnaire) = 2
  and exists (select from fse.questionnaire where version = 2 and definition::text like '%"earliest": "entry"%');
