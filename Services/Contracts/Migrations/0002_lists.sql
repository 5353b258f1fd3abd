-- The county keeps its themes and priorities itself (rule A8).

call jalons.keep_list('contracts.theme');
call jalons.keep_list('contracts.priority');
