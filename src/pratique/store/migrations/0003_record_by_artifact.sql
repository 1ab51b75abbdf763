-- The gateway asks for the last verdict on an artifact.
CREATE INDEX record_by_artifact ON record (artifact, entry);
