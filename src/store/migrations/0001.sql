-- Times are nanoseconds since 1970-01-01 UTC. Numbers of rows are never used again (AUTOINCREMENT): an audit row,
-- a lock or a person's note may name one long after it is gone.

-- A fax of the user's own, and its pages as they are sent: Group 4 (T.6), most significant bit first.
CREATE TABLE fax (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL,
    account TEXT NOT NULL,
    subject TEXT NOT NULL,
    pages INTEGER NOT NULL,
    resolution TEXT NOT NULL
) STRICT;

CREATE TABLE fax_page (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fax INTEGER NOT NULL REFERENCES fax (id),
    page INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    x_dpi INTEGER NOT NULL,
    y_dpi INTEGER NOT NULL,
    mmr BLOB NOT NULL,
    UNIQUE (fax, page)
) STRICT;

-- The frozen message of a job: every attempt sends these bytes.
CREATE TABLE submission (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sender TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

CREATE TRIGGER submission_is_frozen BEFORE UPDATE ON submission
BEGIN
    SELECT RAISE(ABORT, 'a frozen message never changes');
END;

-- One fax to one recipient. stage and due repeat what detail says, for the queue.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fax INTEGER NOT NULL REFERENCES fax (id),
    submission INTEGER NOT NULL UNIQUE REFERENCES submission (id),
    account TEXT NOT NULL,
    recipient TEXT NOT NULL CHECK (json_valid(recipient)),
    address TEXT NOT NULL,
    envid TEXT NOT NULL UNIQUE,
    message_id TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    stage TEXT NOT NULL,
    due INTEGER,
    detail TEXT NOT NULL CHECK (json_valid(detail)),
    -- Who works on it: the name of a lock file that lives as long as its process.
    claimed_by TEXT,
    CHECK ((stage = 'queued') = (due IS NOT NULL)),
    CHECK ((stage = 'submitting') = (claimed_by IS NOT NULL))
) STRICT;

CREATE INDEX job_queue ON job (stage, due);
CREATE INDEX job_fax ON job (fax);
CREATE INDEX job_account ON job (account, stage);
CREATE INDEX job_message_id ON job (message_id);

-- A message that came in, as it came, kept before anything else is done with it. kind: 'fax', 'receipt', 'other', or
-- nothing as long as nobody looked.
CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    origin TEXT NOT NULL,
    sha256 BLOB NOT NULL UNIQUE,
    kind TEXT CHECK (kind IN ('fax', 'receipt', 'other')),
    message_id TEXT,
    subject TEXT,
    raw BLOB NOT NULL
) STRICT;

CREATE INDEX message_message_id ON message (message_id);
CREATE INDEX message_kind ON message (kind);

CREATE TRIGGER message_is_as_it_came BEFORE UPDATE OF at, origin, sha256, raw ON message
BEGIN
    SELECT RAISE(ABORT, 'a message stays as it came');
END;

-- A received fax; a message brings one.
CREATE TABLE received (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL UNIQUE REFERENCES message (id),
    caller_number TEXT,
    caller_name TEXT,
    subject TEXT NOT NULL,
    pages INTEGER NOT NULL,
    y_dpi INTEGER NOT NULL,
    damage TEXT,
    unread INTEGER NOT NULL DEFAULT 1 CHECK (unread IN (0, 1)),
    deleted INTEGER
) STRICT;

CREATE TABLE received_page (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    received INTEGER NOT NULL REFERENCES received (id),
    page INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    x_dpi INTEGER NOT NULL,
    y_dpi INTEGER NOT NULL,
    mmr BLOB NOT NULL,
    UNIQUE (received, page)
) STRICT;

-- What was found of the last connections of each account.
CREATE TABLE report (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    report TEXT NOT NULL CHECK (json_valid(report))
) STRICT;

CREATE INDEX report_account ON report (account, id);

-- Who did what to which fax, and when. Rows are only ever added.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    fax INTEGER,
    job INTEGER,
    message INTEGER,
    received INTEGER,
    facts TEXT NOT NULL CHECK (json_valid(facts))
) STRICT;

CREATE TRIGGER audit_is_not_updated BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit only grows');
END;

CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit only grows');
END;

-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the audit only grows');
END;
