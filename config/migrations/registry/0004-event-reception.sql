-- How long an event is kept does not hang on its gate's clock, which may be wrong: its age is counted from the later of
-- the gate's time and the registry's when it came, and never from more than a day after it came. The registry's own clock
-- may be wrong as well: `received` is by the clock that it counts ages by (meta: age_counted), which no step moves.
ALTER TABLE event ADD COLUMN received INTEGER NOT NULL DEFAULT 0;  -- milliseconds of that clock
ALTER TABLE event ADD COLUMN kept_from INTEGER GENERATED ALWAYS AS (max(received, min(utc, received + 86400000))) VIRTUAL;

-- What came before this was written down: not earlier than any event that had come by then says, and not later than now.
UPDATE event SET received = known.at
FROM (SELECT number, max(min(utc, unixepoch() * 1000)) OVER (ORDER BY number) AS at FROM event) AS known
WHERE known.number = event.number;

CREATE INDEX event_kept ON event (kept_from);
