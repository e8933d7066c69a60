-- How far fetching from each folder of a mailbox is: every message with a UID below next_uid was fetched.
CREATE TABLE mailbox_folder (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    uid_validity INTEGER NOT NULL,
    next_uid INTEGER NOT NULL,
    UNIQUE (mailbox, folder)
) STRICT;

-- Parts of a message that is on its way, in their order: an interrupted download goes on.
CREATE TABLE mailbox_part (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder INTEGER NOT NULL REFERENCES mailbox_folder (id),
    uid INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE INDEX mailbox_part_message ON mailbox_part (folder, uid);

-- Messages that are kept here, and with which something is still to be done in the mailbox.
CREATE TABLE mailbox_errand (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder INTEGER NOT NULL REFERENCES mailbox_folder (id),
    uid INTEGER NOT NULL,
    message INTEGER NOT NULL REFERENCES message (id),
    UNIQUE (folder, uid)
) STRICT;

-- What was found of the last connection with the mailbox.
CREATE TABLE mailbox_report (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    at INTEGER NOT NULL,
    report TEXT NOT NULL CHECK (json_valid(report))
) STRICT;
