-- The tamper-evident log: digests, tiles of hashes, signed checkpoints.
CREATE TABLE log_entry (
  position BIGINT PRIMARY KEY CHECK (position >= 0),
  digest BYTEA NOT NULL CHECK (length(digest) = 32)
);
CREATE INDEX log_entry_by_digest ON log_entry (digest);
CREATE TABLE log_tile (
  level BIGINT NOT NULL CHECK (level >= 0),
  number BIGINT NOT NULL CHECK (number >= 0),
  hashes BYTEA NOT NULL CHECK (length(hashes) <= 8192),
  PRIMARY KEY (level, number)
);
CREATE TABLE log_checkpoint (
  size BIGINT PRIMARY KEY CHECK (size >= 0),
  note BYTEA NOT NULL,
  cosigned BIGINT NOT NULL CHECK (cosigned IN (0, 1))
);
