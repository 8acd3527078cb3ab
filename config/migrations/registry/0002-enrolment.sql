-- Who a gate is: the keys it made itself, and the one-time code that let it show them.

CREATE TABLE gate_code (
    gate INTEGER PRIMARY KEY,         -- one open code each; a new one takes the old one's place
    code BLOB    NOT NULL UNIQUE,     -- hash
    ends INTEGER NOT NULL
) STRICT;

CREATE TABLE gate_identity (
    gate      INTEGER PRIMARY KEY,
    event_kid TEXT    NOT NULL,       -- what it calls its event key
    event_key BLOB    NOT NULL,       -- Ed25519, public
    tls_key   BLOB    NOT NULL UNIQUE,-- SHA-256 of its certificate's public key
    tls_old   BLOB    NOT NULL,       -- the same of the key before the last renewal, zeros: none. Good until the next
    enrolled  INTEGER NOT NULL,
    renewed   INTEGER NOT NULL
) STRICT;
