-- picture.stored 0: it has not come, and its gate has it no more. Nobody waits for it; if it comes, it is stored.

-- Events that may name pictures which are not noted here: only the hash of the body came, or it names what no gate
-- writes. The registry does not say of pictures that it has them up to there.
CREATE TABLE event_unread (
    log      INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (log, sequence)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_unread_goes AFTER DELETE ON event BEGIN
    DELETE FROM event_unread WHERE log = OLD.log AND sequence = OLD.sequence;
END;
INSERT INTO event_unread SELECT log, sequence FROM event WHERE body = '' AND kind NOT IN (
    'boot', 'decision', 'intent', 'passage', 'fault_raised', 'fault_cleared', 'mode_changed', 'list_changed',
    'visitor_registered', 'pictures_dropped', 'guard_session');
