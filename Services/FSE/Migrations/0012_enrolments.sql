-- Many persons registered at once, on an offer or an event: a job with a row for each (rule S12).

call jalons.keep_jobs('fse', 'enrolment');
