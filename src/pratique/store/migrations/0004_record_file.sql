-- Which records are about an artifact with a file of this SHA-256: a load-time guard asks by content.
CREATE TABLE record_file (
  digest TEXT NOT NULL,
  entry BIGINT NOT NULL,
  PRIMARY KEY (digest, entry)
);
