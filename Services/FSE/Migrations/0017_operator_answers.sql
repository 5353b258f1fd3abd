-- An operator accepts or refuses who is registered with it, with a reason; without an answer it is reminded, then the request
-- expires (rule S18). The days are worked out when it is asked: a delay that changes later moves nothing.

call jalons.keep_delays('fse');

alter table fse.step
  -- Nothing where no operator has access to answer.
  add column answer text check (answer in ('awaited', 'accepted', 'refused', 'expired')),
  add column answer_reason text check (length(answer_reason) <= 1000),
  add column answer_due date,
  add column answer_remind_on date,
  add column answer_reminded_at timestamptz,
  add column answered_by_name text,
  add column answered_at timestamptz,
  add constraint step_refusal check (answer is distinct from 'refused' or answer_reason is not null);
create index step_answer_awaited on fse.step (answer_due, id) where answer = 'awaited';
