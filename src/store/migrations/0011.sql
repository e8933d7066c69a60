-- Why a message may not be the gateway's that it looks like, if something speaks against it.
ALTER TABLE message ADD COLUMN pretence TEXT CHECK (pretence IS NULL OR json_valid(pretence));
