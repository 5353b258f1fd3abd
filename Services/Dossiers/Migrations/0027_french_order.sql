-- Names in French order in every list, on any server.
call jalons.order_in_french('dossiers.dossier', 'family_name', 'given_name');
call jalons.order_in_french('dossiers.saved_search', 'name');
