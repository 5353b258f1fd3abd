-- The county's delays that contracts goes by, with who decided them and from when.

call jalons.keep_delays('contracts');
