-- Certificates whose key a host has proven to hold, each once: a change is told, with what changed.
CREATE TABLE certificate_seen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    first_seen INTEGER NOT NULL,
    last_seen INTEGER NOT NULL,
    certificate TEXT NOT NULL CHECK (json_valid(certificate)),
    UNIQUE (host, port, sha256)
) STRICT;
