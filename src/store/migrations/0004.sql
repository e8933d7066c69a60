-- The address book. A deleted contact can be taken back.
CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact TEXT NOT NULL CHECK (json_valid(contact)),
    deleted INTEGER
) STRICT;
