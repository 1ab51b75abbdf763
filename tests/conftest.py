"""Tests neither use nor fill the cache of whoever runs them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    os.environ["PRATIQUE_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
    yield
    del os.environ["PRATIQUE_CACHE_DIR"]
