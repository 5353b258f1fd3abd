-- The county's delays that dossiers goes by, with who decided them and from when.

call jalons.keep_delays('dossiers');
