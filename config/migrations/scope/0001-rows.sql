-- One registry scope's list, with what its root is computed from (firmware/bundle/include/bundle/digest.hpp).

-- Rows of the kinds that this release knows, with ids below 2^43. place: 12 bits of bucket, 8 bits of kind, 43 bits of
-- id (firmware/whitelist/scope_key.hpp). In the order of a snapshot, so that a list is written from left to right.
CREATE TABLE row (
    place INTEGER PRIMARY KEY,
    body  TEXT NOT NULL           -- exactly as carried
) STRICT;

-- All other rows.
CREATE TABLE other_row (
    bucket INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    id     INTEGER NOT NULL,
    body   TEXT    NOT NULL,
    PRIMARY KEY (bucket, kind, id)
) STRICT, WITHOUT ROWID;

-- The leaves of a bucket's rows, 32 bytes each, in ascending order; the bucket's hash is over just these bytes.
-- A bucket without rows is in neither table.
CREATE TABLE leaves (
    bucket INTEGER PRIMARY KEY,
    leaves BLOB NOT NULL
) STRICT;
CREATE TABLE bucket (
    bucket INTEGER PRIMARY KEY,
    rows   INTEGER NOT NULL,
    hash   BLOB    NOT NULL
) STRICT;

-- What can be asked for (a credential's value, a block's plate, a zone's key), as 16 bytes each, in ascending order: 8 of
-- hash, 1 of kind, 7 of id. shelf: the hash's top 12 bits.
CREATE TABLE term (
    shelf   INTEGER PRIMARY KEY,
    entries BLOB NOT NULL
) STRICT;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,       -- scope; head (the signed line); changed (UTC milliseconds); credentials, permits, blocks
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
