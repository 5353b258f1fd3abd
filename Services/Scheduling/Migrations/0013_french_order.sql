-- Names in French order in every list, on any server.
call jalons.order_in_french('scheduling.place', 'name');
