-- The county's delays that identity goes by, with who decided them and from when.

call jalons.keep_delays('identity');
