-- Recorded verdicts: what was admitted, when, from where, by which policy.
CREATE TABLE record (
  entry BIGINT PRIMARY KEY CHECK (entry >= 0),
  artifact TEXT NOT NULL,
  decision TEXT NOT NULL,
  reference TEXT NOT NULL,
  policy TEXT NOT NULL,
  policy_digest TEXT NOT NULL,
  statement BYTEA NOT NULL,
  signature BYTEA NOT NULL,
  recorded_at TEXT NOT NULL
);
