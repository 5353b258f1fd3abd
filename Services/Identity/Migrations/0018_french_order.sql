-- Names in French order in every list, on any server.
call jalons.order_in_french('identity.account', 'family_name', 'given_name');
call jalons.order_in_french('identity.organisation', 'name');
call jalons.order_in_french('identity.territory', 'name');
