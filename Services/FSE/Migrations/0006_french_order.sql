-- Names in French order in every list, on any server. An offer's is a part of what is searched, and is ordered by its list.
call jalons.order_in_french('fse.operator', 'name');
call jalons.order_in_french('fse.operation', 'name');
