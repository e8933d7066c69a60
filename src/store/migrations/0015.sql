-- What was found of the last sessions with the built-in receiver, in place of the very last alone.
CREATE TABLE receiver_seen (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    report TEXT NOT NULL CHECK (json_valid(report))
) STRICT;

INSERT INTO receiver_seen (report) SELECT report FROM receiver_session;
DROP TABLE receiver_session;
