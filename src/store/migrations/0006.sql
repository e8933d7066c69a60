-- Signatures and initials. shape is JSON; what was lifted from a picture has its samples in cover.
CREATE TABLE signature (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    initials INTEGER NOT NULL CHECK (initials IN (0, 1)),
    created INTEGER NOT NULL,
    thickness REAL NOT NULL,
    shape TEXT NOT NULL CHECK (json_valid(shape)),
    cover BLOB
) STRICT;
