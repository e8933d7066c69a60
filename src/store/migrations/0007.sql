-- The facts of the connection by which a message came over the built-in receiver. Its sha256 is that of the bytes that
-- the client sent, without the trace fields that were put before them: what is sent again is known again.
ALTER TABLE message ADD COLUMN transport TEXT CHECK (transport IS NULL OR json_valid(transport));

-- What was found of the last session with the built-in receiver.
CREATE TABLE receiver_session (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    report TEXT NOT NULL CHECK (json_valid(report))
) STRICT;
