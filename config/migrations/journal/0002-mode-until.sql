-- Fleet mode ends by itself: local wall-clock time "2026-11-22T18:00:00", NULL = until a guard ends it.
ALTER TABLE mode ADD COLUMN until TEXT;
