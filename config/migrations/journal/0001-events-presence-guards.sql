-- The events, each bound to the one before by a hash (firmware/journal/include/journal/journal.hpp says how).
CREATE TABLE event (
    sequence      INTEGER PRIMARY KEY,   -- contiguous from 1
    utc           INTEGER NOT NULL,      -- milliseconds since 1970
    clock         TEXT    NOT NULL,      -- unset, drifting, trusted
    lane          TEXT    NOT NULL,      -- empty: the whole box
    kind          TEXT    NOT NULL,
    arrival       INTEGER NOT NULL,      -- 0: none
    authorisation INTEGER NOT NULL,      -- 0: none
    body          TEXT,                  -- JSON; NULL once erased, and then salt too
    salt          BLOB,
    body_hash     BLOB    NOT NULL,
    chain         BLOB    NOT NULL
) STRICT;

-- One intent and one outcome for an authorisation, for ever (invariants 7, 8 and 15).
CREATE UNIQUE INDEX event_intent  ON event (authorisation) WHERE kind = 'intent';
CREATE UNIQUE INDEX event_outcome ON event (authorisation) WHERE kind = 'outcome';

-- Events are never removed, and changed in one way only: body and salt are erased together.
CREATE TRIGGER event_is_kept BEFORE DELETE ON event BEGIN
    SELECT RAISE(ABORT, 'events are never removed');
END;
CREATE TRIGGER event_is_unchanged BEFORE UPDATE ON event
WHEN NEW.body IS NOT NULL OR NEW.salt IS NOT NULL
  OR NEW.sequence IS NOT OLD.sequence OR NEW.utc IS NOT OLD.utc OR NEW.clock IS NOT OLD.clock
  OR NEW.lane IS NOT OLD.lane OR NEW.kind IS NOT OLD.kind OR NEW.arrival IS NOT OLD.arrival
  OR NEW.authorisation IS NOT OLD.authorisation OR NEW.body_hash IS NOT OLD.body_hash OR NEW.chain IS NOT OLD.chain
BEGIN
    SELECT RAISE(ABORT, 'events are never changed');
END;

-- Intents that have no outcome yet: what recover() must end.
CREATE TABLE open_intent (
    authorisation INTEGER PRIMARY KEY,
    arrival       INTEGER NOT NULL,
    lane          TEXT    NOT NULL
) STRICT;

-- Presence: a projection of the passage events, changed in their transactions.
CREATE TABLE presence (
    plate        TEXT    PRIMARY KEY,
    inside       INTEGER NOT NULL,       -- 0 or 1
    zone         TEXT    NOT NULL,
    since        INTEGER NOT NULL,       -- milliseconds since 1970
    permit_scope TEXT,
    permit_id    INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE permit_use (
    scope TEXT    NOT NULL,
    id    INTEGER NOT NULL,
    uses  INTEGER NOT NULL,
    last  INTEGER NOT NULL,              -- milliseconds since 1970: unused for long, it is forgotten
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE zone_count (
    zone   TEXT    PRIMARY KEY,
    inside INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Pictures in the evidence folder.
CREATE TABLE picture (
    sha256       TEXT    PRIMARY KEY,
    bytes        INTEGER NOT NULL,
    sequence     INTEGER NOT NULL,       -- of the event that binds it; 0: none does
    kept         INTEGER NOT NULL,       -- 1: referral, alarm, hold: the quota never drops it before it is acknowledged
    acknowledged INTEGER NOT NULL        -- 1: safe elsewhere
) STRICT, WITHOUT ROWID;
CREATE INDEX picture_safe_elsewhere ON picture (sequence) WHERE acknowledged = 1;
CREATE INDEX picture_plain ON picture (sequence) WHERE acknowledged = 0 AND kept = 0;

CREATE TABLE guard (
    name         TEXT    PRIMARY KEY,
    hash         TEXT    NOT NULL,       -- argon2id, as libsodium writes it
    failures     INTEGER NOT NULL,       -- in a row
    locked_until INTEGER NOT NULL        -- milliseconds since 1970; 0: not locked
) STRICT, WITHOUT ROWID;

CREATE TABLE mode (
    lane  TEXT    PRIMARY KEY,           -- empty: the whole box
    mode  TEXT    NOT NULL,
    by    TEXT    NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,              -- log, next_arrival, next_authorisation
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
