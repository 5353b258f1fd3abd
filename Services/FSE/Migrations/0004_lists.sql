-- The county keeps its classes of offers and its reasons for ends itself (ACCESS, *Administrateur fonctionnel*).

call jalons.keep_list('fse.list_entry');
