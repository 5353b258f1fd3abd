-- An alert lists the messages that did not reach a person; their number and text stay at home.
create view scheduling.v1_message as
  select id, dossier, appointment, channel, status, settled_at from scheduling.message where dossier is not null;
call jalons.publish('scheduling.v1_message');
