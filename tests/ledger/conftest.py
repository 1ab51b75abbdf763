from __future__ import annotations

from tests.databases import fresh, server, url

__all__ = ["fresh", "server", "url"]
