-- What a practice does with its received faxes. `at` is when the message came; `sender` is who the fax is shown to be
-- from: the name in the address book, else the message's, else one learned from another fax with this number.
ALTER TABLE received ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE received ADD COLUMN sender TEXT;
ALTER TABLE received ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE received ADD COLUMN assignee TEXT;
ALTER TABLE received ADD COLUMN archived INTEGER;

UPDATE received SET at = (SELECT at FROM message WHERE message.id = received.message);
UPDATE received SET sender = coalesce(
    (SELECT contact ->> 'name' FROM contact, json_each(contact, '$.numbers') AS line
     WHERE deleted IS NULL AND line.value ->> 'number' = received.caller_number ORDER BY contact.id LIMIT 1),
    caller_name,
    (SELECT other.caller_name FROM received AS other
     WHERE other.caller_number = received.caller_number AND other.caller_name IS NOT NULL ORDER BY other.id DESC LIMIT 1),
    (SELECT recipient ->> 'name' FROM job
     WHERE recipient ->> 'number' = received.caller_number AND recipient ->> 'name' IS NOT NULL
     ORDER BY job.id DESC LIMIT 1)
);

CREATE TABLE received_label (
    received INTEGER NOT NULL REFERENCES received (id),
    label TEXT NOT NULL,
    PRIMARY KEY (received, label)
) STRICT, WITHOUT ROWID;

CREATE INDEX received_label_label ON received_label (label, received);
-- Whole lists are read from these alone.
CREATE INDEX received_listed ON received (deleted, archived, at, id);
CREATE INDEX received_unread ON received (deleted, archived, unread);
CREATE INDEX received_number ON received (caller_number, caller_name);
CREATE INDEX received_assignee ON received (assignee);
CREATE INDEX job_number ON job (recipient ->> 'number');

-- The words on a page, as a program that reads pages found them, with their places; and why there are none.
CREATE TABLE received_text (
    received INTEGER NOT NULL REFERENCES received (id),
    page INTEGER NOT NULL,
    words TEXT NOT NULL CHECK (json_valid(words)),
    PRIMARY KEY (received, page)
) STRICT, WITHOUT ROWID;

-- Rules that were obeyed for a fax, by their names: each once.
CREATE TABLE received_rule (
    received INTEGER NOT NULL REFERENCES received (id),
    rule TEXT NOT NULL,
    PRIMARY KEY (received, rule)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE received_search USING fts5 (
    sender, subject, note, labels, assignee, text, tokenize = "unicode61 remove_diacritics 2"
);

INSERT INTO received_search (rowid, sender, subject, note, labels, assignee, text)
SELECT id, coalesce(sender, ''), subject, '', '', '', '' FROM received;
