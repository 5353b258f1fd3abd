-- The third version of both questionnaires: the one exception of the guide, a person with an aided job, is written down with its
-- reason and needs the registration at France Travail among the step's papers (rule S20). Who saved it and when is kept with
-- the sheet. A county that has written its own version keeps it.
with asked (question) as (values (
  '{"code": "E05J", "label": "Pourquoi cet emploi est-il admis ?", "kind": "text", "required": true, "choices": [],
    "when": [{"question": "E04", "among": ["O"]}], "evidence": "employment",
    "advice": "Indiquez le contrat aidé et l’employeur, et joignez à l’étape l’attestation d’inscription à France Travail."}'::jsonb
)), ruled as (
  select q.form, case q.form when 'exit' then q.definition else jsonb_set(q.definition, '{questions}', (
    select jsonb_agg(line.question order by line.place, line.part) from (
      select a.question, a.place, 0 as part from jsonb_array_elements(q.definition -> 'questions') with ordinality a (question, place)
      union all
      select asked.question, a.place, 1 from asked, jsonb_array_elements(q.definition -> 'questions') with ordinality a (question, place)
      where a.question ->> 'code' = 'E05'
    ) line)) end as definition
  from fse.questionnaire q where q.version = 2 and (select max(version) from fse.questionnaire) = 2
    and exists (select from fse.questionnaire where version = 2 and definition::text like '%"earliest": "entry"%')
)
insert into fse.questionnaire (version, form, definition) select 3, form, definition from ruled;
update fse.operation set questionnaire = 3
where questionnaire = 2 and exists (select from fse.questionnaire where version = 3 and definition::text like '%"E05J"%');
update fse.answer_sheet set questionnaire = 3
where questionnaire = 2 and completed_at is null
  and exists (select from fse.questionnaire where version = 3 and definition::text like '%"E05J"%');
