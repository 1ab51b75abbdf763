"""What requirement and lock files pin: names, versions, hashes and where the files come from."""
