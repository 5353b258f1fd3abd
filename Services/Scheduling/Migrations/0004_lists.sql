-- The county keeps its kinds and themes of appointments itself (rule A8).

call jalons.keep_list('scheduling.appointment_kind');
call jalons.keep_list('scheduling.appointment_theme');
