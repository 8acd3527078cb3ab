-- The registry. Wall-clock times (validity) are seconds of the site's clock since 1970-01-01T00:00, moments (utc) are
-- milliseconds since 1970. What is asked for has a column; the rest is in the body, as JSON.

CREATE TABLE meta (
    key   TEXT    PRIMARY KEY,        -- next_id; retired_end, retired_id: how far ended permits have left the feed;
                                      -- age_counted, age_wall: the clock that ages are counted by
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE scope (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE,
    title     TEXT    NOT NULL,
    epoch     INTEGER NOT NULL,
    seq       INTEGER NOT NULL,
    rows      INTEGER NOT NULL,       -- in the feed, tombstones not counted
    purged    INTEGER NOT NULL,       -- s of the newest tombstone that is gone: who is behind it takes a snapshot
    issued    INTEGER NOT NULL,       -- utc of the head
    head      BLOB    NOT NULL,       -- exactly what was signed
    key_id    TEXT    NOT NULL,
    signature BLOB    NOT NULL
) STRICT;

-- Units, people, vehicles, permits, credentials …: every kind in one table, since all are found in the same ways.
CREATE TABLE entity (
    id         INTEGER PRIMARY KEY,   -- one counter for all kinds, never reused
    kind       TEXT    NOT NULL,
    scope      INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    unique_key TEXT,                  -- see Facets
    look_up    TEXT,
    grouping   TEXT    NOT NULL,      -- class of a permit, kind of a credential …; empty: none
    state      TEXT    NOT NULL,
    begins     INTEGER,
    ends       INTEGER,
    words      TEXT    NOT NULL,
    body       TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX entity_unique  ON entity (kind, scope, unique_key) WHERE unique_key IS NOT NULL;
CREATE INDEX        entity_look_up ON entity (look_up, kind, scope) WHERE look_up IS NOT NULL;
CREATE INDEX        entity_ending  ON entity (kind, ends, id) WHERE ends IS NOT NULL;
-- Lists, newest first; a search for parts of words walks through this alone.
CREATE INDEX        entity_listed  ON entity (kind, id, scope, state, words);
CREATE INDEX        entity_scope   ON entity (scope, kind);

CREATE TABLE reference (
    target INTEGER NOT NULL,
    source INTEGER NOT NULL,
    PRIMARY KEY (target, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_of_source ON reference (source, target);

-- In the order of snapshots: bucket by bucket, so that a bucket's leaves lie together, too.
CREATE TABLE feed (
    scope   INTEGER NOT NULL,
    bucket  INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    id      INTEGER NOT NULL,
    s       INTEGER NOT NULL,
    leaf    BLOB,                     -- NULL with the body
    changed INTEGER NOT NULL,         -- utc
    body    TEXT,                     -- the bytes that are carried; NULL: a tombstone
    PRIMARY KEY (scope, bucket, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_changed ON feed (scope, s, kind, id);
CREATE INDEX feed_gone    ON feed (changed) WHERE leaf IS NULL;

CREATE TABLE bucket (
    scope  INTEGER NOT NULL,
    bucket INTEGER NOT NULL,
    hash   BLOB    NOT NULL,
    PRIMARY KEY (scope, bucket)
) STRICT, WITHOUT ROWID;

-- What a request under an idempotency key led to.
CREATE TABLE result (
    user        INTEGER NOT NULL,
    name        TEXT    NOT NULL,     -- of the actor: user 0 has several
    key         TEXT    NOT NULL,
    fingerprint TEXT    NOT NULL,
    result      TEXT    NOT NULL,
    utc         INTEGER NOT NULL,
    PRIMARY KEY (user, name, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX result_age ON result (utc);

CREATE TABLE audit (
    number    INTEGER PRIMARY KEY,    -- contiguous from 1
    utc       INTEGER NOT NULL,
    user      INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    origin    TEXT    NOT NULL,
    action    TEXT    NOT NULL,
    scope     TEXT    NOT NULL,
    kind      TEXT    NOT NULL,
    id        INTEGER NOT NULL,
    body      TEXT,                   -- NULL once erased, and then salt too
    salt      BLOB,
    body_hash BLOB    NOT NULL,
    chain     BLOB    NOT NULL
) STRICT;
CREATE INDEX audit_subject ON audit (id) WHERE id <> 0;
CREATE INDEX audit_user ON audit (user, number);
-- Entries are never removed, and changed in one way only: body and salt are erased together.
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'audit entries are never removed');
END;
CREATE TRIGGER audit_is_unchanged BEFORE UPDATE ON audit
WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL
  OR NEW.number IS NOT OLD.number OR NEW.utc IS NOT OLD.utc OR NEW.user IS NOT OLD.user OR NEW.name IS NOT OLD.name
  OR NEW.origin IS NOT OLD.origin OR NEW.action IS NOT OLD.action OR NEW.scope IS NOT OLD.scope
  OR NEW.kind IS NOT OLD.kind OR NEW.id IS NOT OLD.id OR NEW.body_hash IS NOT OLD.body_hash
  OR NEW.chain IS NOT OLD.chain
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed');
END;

-- Events: one log for each journal.db that a gate ever had.
CREATE TABLE event_log (
    id    INTEGER PRIMARY KEY,
    gate  INTEGER NOT NULL,
    log   TEXT    NOT NULL,
    upto  INTEGER NOT NULL,
    chain BLOB    NOT NULL,
    UNIQUE (gate, log)
) STRICT;
CREATE TABLE event (
    number        INTEGER PRIMARY KEY, -- in the order of arrival here
    log           INTEGER NOT NULL,
    sequence      INTEGER NOT NULL,
    utc           INTEGER NOT NULL,
    clock         TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    lane          TEXT    NOT NULL,
    arrival       INTEGER NOT NULL,
    authorisation INTEGER NOT NULL,
    plate         TEXT    NOT NULL,
    body          TEXT    NOT NULL,    -- empty once erased, and then salt too
    salt          BLOB    NOT NULL,
    body_hash     BLOB    NOT NULL,
    chain         BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_sequence ON event (log, sequence);  -- exactly once (I9)
CREATE INDEX event_utc   ON event (utc);
CREATE INDEX event_plate ON event (plate, number) WHERE plate <> '';

CREATE TABLE picture (
    gate   INTEGER NOT NULL,
    sha256 TEXT    NOT NULL,
    name   TEXT    NOT NULL,
    bytes  INTEGER NOT NULL,
    event  INTEGER NOT NULL,          -- number of the event that names it
    stored INTEGER,                   -- utc; NULL: it has not come
    PRIMARY KEY (sha256, gate, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_missing  ON picture (gate, event) WHERE stored IS NULL;
CREATE INDEX picture_of_event ON picture (event);

CREATE TABLE alarm (
    number    INTEGER PRIMARY KEY,
    utc       INTEGER NOT NULL,
    gate      INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    detail    TEXT    NOT NULL,
    closed    INTEGER,
    closed_by TEXT    NOT NULL
) STRICT;

CREATE TABLE gate_report (
    gate    INTEGER PRIMARY KEY,
    seen    INTEGER NOT NULL,
    heads   TEXT    NOT NULL,
    version TEXT    NOT NULL,
    state   TEXT    NOT NULL
) STRICT;

CREATE TABLE user (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    display      TEXT    NOT NULL,
    roles        TEXT    NOT NULL,    -- keys, with blanks between
    scopes       TEXT    NOT NULL,
    password     TEXT    NOT NULL,    -- argon2id
    totp         BLOB    NOT NULL,
    totp_step    INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    locked_until INTEGER NOT NULL,
    created      INTEGER NOT NULL
) STRICT;

CREATE TABLE invitation (
    code    BLOB    PRIMARY KEY,      -- hash
    display TEXT    NOT NULL,
    roles   TEXT    NOT NULL,
    scopes  TEXT    NOT NULL,
    ends    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token  BLOB    PRIMARY KEY,       -- hash
    user   INTEGER NOT NULL,
    opened INTEGER NOT NULL,
    seen   INTEGER NOT NULL,
    origin TEXT    NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_user ON session (user);
