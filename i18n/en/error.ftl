# What went wrong: what happened, why, what to do next.
document-empty = This file is empty. Choose another one.
document-unknown-kind = This kind of file cannot be read. Use PDF, TIFF, PNG, JPEG or plain text.
document-folder = This is a folder. Choose the files in it.
document-unreadable = This file cannot be opened: { $detail }
document-encrypted = This document is protected by a password. Enter it to add the pages.
document-wrong-password = That is not the document’s password. Try again.
document-broken = This document is damaged and cannot be read: { $detail }
document-no-pages = This document has no pages.
document-too-many-pages = This document has { $pages } pages; { $limit } are the most for one document. Split it.
document-too-large = This document, or a page of it, is too large to be read.
document-crashed = This document could not be read: reading it failed. The rest of the fax is untouched.
document-timed-out = This document takes too long to read and was given up. The rest of the fax is untouched.
document-out-of-memory = This document needs too much memory and was given up. The rest of the fax is untouched.

number-empty = Enter a fax number.
number-not-a-number = This is not a telephone number.
number-no-country = Begin with + and the country code, such as +1 415 555 0123.
number-unknown-country = No country has this code.
number-too-short = This number is too short.
number-too-long = This number is too long.
number-extension = A fax gateway cannot dial an extension. Leave it out.

address-no-sub-address = This gateway takes no sub-address.
address-too-long = The address for this number is longer than mail allows.
address-bad-template = The account’s address template cannot be used: { $detail }

queue-no-pages = Add a document first.
queue-no-recipient = Add a recipient first.
queue-resolution = This gateway takes no Superfine pages. Choose Fine or Standard.

engine-store = The database cannot be used: { $detail }
engine-no-account = There is no account named { $name }. See “faxseal account list”.
engine-no-account-at-all = No gateway is set up yet. Add one with “faxseal account add”, or try “faxseal demo”.
engine-other = This is not possible: { $detail }
engine-not-found = There is no such fax.
engine-illegal-submitting = It is being handed over to the gateway at this moment.
engine-illegal-in-doubt = The gateway may have it. Settle that first.
engine-illegal = This is not possible now: the job is { $stage }.

kind-landline = landline
kind-mobile = mobile
kind-toll-free = toll-free
kind-premium = premium rate
kind-unassigned = not a known range
