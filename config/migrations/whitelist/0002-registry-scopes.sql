-- The registry's lists lie in files of their own beside this one, a file a scope (config/migrations/scope): a whole new
-- list is made ready there, unseen, and one row here makes it the list. Files that no row names are of no worth.
CREATE TABLE scope (
    scope TEXT PRIMARY KEY,
    file  TEXT NOT NULL           -- its name in this folder
) STRICT, WITHOUT ROWID;

CREATE TABLE registry (
    key   TEXT PRIMARY KEY,       -- keys: the signed line of the key set that the lists were judged with
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
