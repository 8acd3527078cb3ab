-- The registry's newest word on which pictures it keeps. It may say less than the one before it, but is never an older
-- one: the pictures' `acknowledged` would rise again by a replay. No row: none was taken.
CREATE TABLE registry_pictures (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    epoch INTEGER NOT NULL,        -- the key set's
    iat   INTEGER NOT NULL,        -- UTC milliseconds
    upto  INTEGER NOT NULL         -- no picture of the events up to here is to come
) STRICT;
CREATE TRIGGER registry_pictures_never_fall BEFORE UPDATE ON registry_pictures
WHEN NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND NEW.iat < OLD.iat)
BEGIN
    SELECT RAISE(ABORT, 'an older word on pictures counts no more');
END;
