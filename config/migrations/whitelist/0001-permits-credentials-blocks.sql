-- Every row belongs to one scope: 'local' (written by the gate itself) or a registry's; its key is (scope, kind = table, id).
-- body: the row's JSON exactly as it was carried, so that a digest over it can be repeated. NULL for rows of scope local,
-- whose columns say everything. Times are seconds of the site's wall clock since 1970-01-01T00:00.

CREATE TABLE permit (
    scope       TEXT    NOT NULL,
    id          INTEGER NOT NULL,
    class       TEXT    NOT NULL,  -- key of PermitClass: import and house-keeping ask for it without reading the body
    valid_until INTEGER,           -- exclusive
    body        TEXT    NOT NULL,  -- a Permit as JSON
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX permit_ending ON permit (scope, class, valid_until);

CREATE TABLE credential (
    scope     TEXT    NOT NULL,
    id        INTEGER NOT NULL,
    kind      TEXT    NOT NULL,    -- plate, card, qr, face, pin
    value     TEXT    NOT NULL,    -- normalised
    permit_id INTEGER NOT NULL,    -- in the same scope
    body      TEXT,
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
-- What a decision asks: answered from this index alone (it carries the primary key too).
CREATE INDEX credential_presented ON credential (kind, value, permit_id);
CREATE INDEX credential_of_permit ON credential (scope, permit_id);

CREATE TABLE block (
    scope  TEXT    NOT NULL,
    id     INTEGER NOT NULL,
    kind   TEXT    NOT NULL,       -- block, watch, hold
    plate  TEXT    NOT NULL,
    reason TEXT    NOT NULL,
    until  INTEGER,                -- exclusive
    body   TEXT,
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX block_of_plate ON block (plate);

CREATE TABLE schedule (
    scope TEXT    NOT NULL,
    id    INTEGER NOT NULL,
    body  TEXT    NOT NULL,        -- a Schedule as JSON
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE calendar (
    scope TEXT    NOT NULL,
    id    INTEGER NOT NULL,
    body  TEXT    NOT NULL,        -- a Calendar as JSON; several are read as one
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,        -- next_id, changed, credentials, permits, blocks
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
