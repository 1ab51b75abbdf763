"""Counters in the Prometheus text format 0.0.4: in a file for node_exporter's textfile collector, or over HTTP."""

from __future__ import annotations

import os
import threading
from collections import Counter
from dataclasses import dataclass, field

from pratique.domain.errors import UnavailableError

PREFIX = "pratique_watch"


@dataclass(slots=True)
class Metrics:
    """What is counted; `text` renders it."""

    tier: str = ""
    alerts: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    deviating: int = 0
    outbox: int = 0
    webhook_failures: int = 0
    verified_at: float = 0.0
    overflows: int = 0

    @property
    def text(self) -> str:
        lines = [f"# HELP {PREFIX}_alerts_total Alerts by kind.", f"# TYPE {PREFIX}_alerts_total counter"]
        lines += [f'{PREFIX}_alerts_total{{kind="{kind}"}} {count}' for kind, count in sorted(self.alerts.items())]
        lines += [f"# TYPE {PREFIX}_tier gauge", f'{PREFIX}_tier{{tier="{self.tier}"}} 1']
        for name, kind, value in (
            ("entries", "gauge", self.entries),
            ("deviating_entries", "gauge", self.deviating),
            ("outbox_waiting", "gauge", self.outbox),
            ("webhook_failures_total", "counter", self.webhook_failures),
            ("overflows_total", "counter", self.overflows),
            ("last_verification_timestamp_seconds", "gauge", round(self.verified_at, 3)),
        ):
            lines += [f"# TYPE {PREFIX}_{name} {kind}", f"{PREFIX}_{name} {value}"]
        return "\n".join(lines) + "\n"

    def write(self, path: str) -> None:
        """Replace the file at once, as the collector wants it. Raises `UnavailableError`."""
        try:
            with open(f"{path}.{os.getpid()}.tmp", "w", encoding="utf-8") as out:
                out.write(self.text)
            os.replace(out.name, path)
        except OSError as error:
            raise UnavailableError(f"{path}: {error.strerror}") from None


def serve(metrics: Metrics, port: int) -> int:
    """Answer GET /metrics on this machine only, in a thread. Returns the port (a free one for 0)."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            body = metrics.text.encode() if self.path == "/metrics" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
            """Not logged."""

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except (OSError, OverflowError) as error:
        raise UnavailableError(f"metrics on port {port}: {error}") from None
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="pratique-metrics", daemon=True).start()
    return int(server.server_address[1])
