-- Our own certificates. Each has its key in the vault, under the name of its slot: the one in force, and the one that
-- will take its place. A request is waiting for its certificate.
CREATE TABLE identity (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    usage TEXT NOT NULL,
    chain TEXT,
    slot TEXT,
    next_request TEXT,
    next_chain TEXT,
    next_slot TEXT,
    CHECK ((chain IS NULL) = (slot IS NULL)),
    CHECK ((next_slot IS NULL) = (next_request IS NULL AND next_chain IS NULL)),
    CHECK (slot IS NOT NULL OR next_slot IS NOT NULL)
) STRICT;
