-- What S/MIME was put on a fax's messages.
ALTER TABLE fax ADD COLUMN protection TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(protection));
