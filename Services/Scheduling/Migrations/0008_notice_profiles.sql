-- Whoever acts in the place of a colleague away sees what that colleague is told under the profile that was lent, and
-- nothing of the account itself. The account's owner sees everything, under whatever profile.
alter table scheduling.notification add column profiles text[] not null default '{}';

-- What was told before now: the référents' by their kind, and the rest by everybody who may be replaced.
update scheduling.notification set profiles = '{referent,referent_fse,accompagnateur_emploi}'
where kind in ('entered', 'lead', 'former', 'step');
update scheduling.notification set profiles = '{referent,referent_fse,accompagnateur_emploi,secretariat_dispositif,secretariat_proximite,secretariat_structure,chef_de_service,ali,gestionnaire_fse,operateur,siege}'
where kind in ('appointment', 'reminder', 'note');
update scheduling.notification set profiles = case
    when title like '%: à instruire' then '{secretariat_dispositif}'::text[]
    when title like '%en attente de votre décision' then '{chef_de_service,ali}'::text[]
    else '{referent,referent_fse,accompagnateur_emploi}'::text[] end
where kind = 'contract';

alter policy mine on scheduling.notification
  using (account = caller.account() or (account = caller.seat() and caller.profile() = any (profiles)));
