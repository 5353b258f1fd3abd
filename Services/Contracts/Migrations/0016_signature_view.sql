-- Which signatures by SMS are under way, for the alert. The telephone and the code stay at home.
create view contracts.v1_signature as
  select id, contract, dossier, status, delivery, started_at, started_by_name from contracts.signature;
call jalons.publish('contracts.v1_signature');
