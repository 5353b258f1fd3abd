-- The county's delays that alerts and reports go by.
call jalons.keep_delays('insight');
