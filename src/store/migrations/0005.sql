-- A fax that is being put together, with everything that was done to it (JSON). The first page as it was last seen
-- stands for it in a list. A deleted draft can be taken back for a while.
CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    deleted INTEGER,
    content TEXT NOT NULL CHECK (json_valid(content)),
    width INTEGER,
    height INTEGER,
    x_dpi INTEGER,
    y_dpi INTEGER,
    mmr BLOB
) STRICT;

-- The documents of a draft as they were taken in: whatever becomes of their files, the draft keeps its pages.
CREATE TABLE draft_document (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    draft INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    document INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    UNIQUE (draft, document)
) STRICT;
