-- Answers that are owed to the senders of received messages. Without a time it is due at, an answer waits until the
-- mailbox has taken down that it is sent; one that has ended says how.
CREATE TABLE answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES message (id),
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    recipient TEXT NOT NULL,
    bytes BLOB NOT NULL,
    created INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due INTEGER,
    ended TEXT,
    UNIQUE (message, kind, recipient),
    CHECK (due IS NULL OR ended IS NULL)
) STRICT;

CREATE INDEX answer_due ON answer (due);
