-- The county keeps its themes and priorities itself (ACCESS, *Administrateur fonctionnel*).

call jalons.keep_list('contracts.theme');
call jalons.keep_list('contracts.priority');
