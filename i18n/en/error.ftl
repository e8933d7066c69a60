# What went wrong: what happened, why, what to do next.
document-empty = This file is empty. Choose another one.
document-unknown-kind = This kind of file cannot be read. Use PDF, TIFF, PNG, JPEG, BMP, GIF, WebP or plain text.
document-folder = This is a folder. Choose the files in it.
document-unreadable = This file cannot be opened: { $detail }
document-encrypted = This document is protected by a password. Enter it to add the pages.
document-wrong-password = That is not the document’s password. Try again.
document-not-read = This document is coded in a way that cannot be read here ({ $detail }). Save it as PDF, and add that.
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
engine-gone = A part of the program ended unexpectedly. Try again; if it happens again, start the program anew.

place-no-home = The home folder is not known. Choose a folder with --data-dir.
place-full = The disk is full: { $path } could not be written. Make room and try again.
place-denied = There is no right to use { $path }: { $detail }
place-io = { $path } cannot be used: { $detail }

secret-no-keyring = No keyring can be reached ({ $detail }), and passwords are kept nowhere else unasked.
secret-no-keyring-advice = Start a keyring (GNOME Keyring, KWallet) and log in to it, or choose the encrypted file: --secrets file with the passphrase in FAXSEAL_PASSPHRASE.
secret-locked = The keyring is locked.
secret-locked-advice = Unlock it and try again.
secret-keyring = The keyring failed: { $detail }.
secret-wrong-passphrase = The passphrase does not open { $path }.
secret-wrong-passphrase-advice = Nothing was changed. Try again with the right one.
secret-damaged = { $path } is damaged: { $detail }.
secret-damaged-advice = Bring it back from a backup; without it the database beside it cannot be opened.
secret-key-missing = The key of { $database } is not here.
secret-key-missing-advice = It is where the profile was made: in another keyring, or in the encrypted file (--secrets file).
newer = { $path } was written by a newer version of the program.
newer-advice = Use that version.

settings-broken = { $path } cannot be understood: { $detail }. Mend it or move it away; it stays as it is.
settings-broken-line = { $path }, line { $line }, cannot be understood: { $detail }. Mend it or move it away; it stays as it is.

store-name = The database
store-wrong-key = The key does not open { $database }, or its beginning is damaged.
store-full = The disk is full: nothing was changed. Make room and try again.
store-read-only = The database cannot be written: { $detail }. See to the rights of its folder.
store-busy = Another process keeps the database busy. Try again.
store-damaged = The database is damaged: { $detail }. Bring it back from a backup.

account-no-name = The account needs a name.
account-name-taken = There is an account named { $name } already. Choose another name.
account-changed-meanwhile = The account was changed elsewhere meanwhile, and nothing of this was kept. Look at it and change it again.
account-bad-host = { $host } is not a host name.
account-bad-sender = { $address } is not an e-mail address that can be used. Use the address that the gateway knows.
account-no-password = The password is missing. Set it with “faxseal account password”.
account-no-user = This way to sign in needs a user name.
account-no-token-command = This way to sign in needs a program that prints an access token.
account-no-client-certificate = To sign in by certificate, the account needs a client certificate.
token-not-run = The program for the access token, { $program }, cannot be run: { $detail }.
token-failed = The program for the access token, { $program }, failed ({ $status }). Run it by hand to see why.
token-late = The program for the access token, { $program }, took longer than a minute.
token-none = The program for the access token, { $program }, printed something else than one token.
account-no-crl = There is no list of revoked certificates in { $path }.
account-bad-authorities = The file of authorities cannot be used: { $detail }.

preset-unknown = No gateway is known by the name { $name }. See “faxseal account presets”.
preset-no-host = The mail server of { $title } is not known. Give it with --host: the one that your gateway names, or that of your own mail.
preset-no-address = How { $title } takes a fax is not known here; only its messages are. Give --address-template if you know it.

practice-port = Port { $port } cannot be listened on: { $detail }. Choose another one.
