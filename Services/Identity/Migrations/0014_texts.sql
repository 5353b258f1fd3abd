-- What identity's e-mails say becomes the county's to change, with every version and its author.

call jalons.keep_texts('identity');
