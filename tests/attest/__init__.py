"""Signatures and attestations."""

from pathlib import Path

# Public conformance data lies beside the repository; a worktree elsewhere finds it through the second path.
_PLACES = (Path(__file__).parents[3] / "shared" / "vectors", Path("/work/shared/vectors"))
VECTORS = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
