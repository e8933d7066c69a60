-- Policies of mail domains (MTA-STS, RFC 8461 section 3.3), as they were fetched: they hold on after a start.
CREATE TABLE mta_sts (
    domain TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    policy TEXT NOT NULL,
    fetched INTEGER NOT NULL
) STRICT;
