-- The session by which a job was last tried: what was found of its connection, for its transmission report.
CREATE TABLE job_session (
    job INTEGER PRIMARY KEY REFERENCES job (id),
    report TEXT NOT NULL CHECK (json_valid(report))
) STRICT;

-- The digest of a row and of all rows before it. Rows of before have none; the first digest takes them in.
ALTER TABLE audit ADD COLUMN chain BLOB;
