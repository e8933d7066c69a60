-- The time that the line at the head of the pages tells, where we wrote one.
ALTER TABLE fax ADD COLUMN headed INTEGER;
