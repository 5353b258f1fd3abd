-- The county keeps its classes of offers and its reasons for ends itself (rule A8).

call jalons.keep_list('fse.list_entry');
