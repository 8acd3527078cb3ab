-- What this gate has seen of its registry. It never falls: whoever replays an older list, key set or acknowledgement is
-- refused by it. It is here because whitelist.db can be lost and fetched again. No row in registry_keys: not enrolled.
CREATE TABLE registry_keys (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    version INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    line    TEXT    NOT NULL       -- the key set as the root signed it
) STRICT;
CREATE TRIGGER registry_keys_never_fall BEFORE UPDATE ON registry_keys
WHEN NEW.version < OLD.version OR NEW.epoch < OLD.epoch
BEGIN
    SELECT RAISE(ABORT, 'the key set never falls');
END;

-- The newest head of each scope that a list was committed at, or was about to be.
CREATE TABLE registry_scope (
    scope TEXT    PRIMARY KEY,
    epoch INTEGER NOT NULL,
    seq   INTEGER NOT NULL,
    root  BLOB    NOT NULL,
    iat   INTEGER NOT NULL         -- UTC milliseconds; the clock's floor is not below it
) STRICT, WITHOUT ROWID;
CREATE TRIGGER registry_scope_never_falls BEFORE UPDATE ON registry_scope
WHEN NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND (NEW.seq < OLD.seq OR NEW.iat < OLD.iat))
BEGIN
    SELECT RAISE(ABORT, 'what was seen of a scope never falls');
END;

-- meta key `acknowledged`: events up to here are kept by the registry (a verified acknowledgement).
CREATE TRIGGER acknowledged_never_falls BEFORE UPDATE ON meta
WHEN NEW.key = 'acknowledged' AND CAST(NEW.value AS INTEGER) < CAST(OLD.value AS INTEGER)
BEGIN
    SELECT RAISE(ABORT, 'what was acknowledged stays so');
END;
