-- A one-time code that was used: whoever used it may hear the answer again, if the first one was lost on its way.

CREATE TABLE gate_code_taken (
    code    BLOB    PRIMARY KEY,      -- hash
    gate    INTEGER NOT NULL,
    tls_key BLOB    NOT NULL,         -- SHA-256 of the key that it was used with; another key's owner hears nothing
    ends    INTEGER NOT NULL          -- the code's own
) STRICT;
