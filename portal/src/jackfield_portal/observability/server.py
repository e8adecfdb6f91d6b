"""Metrics for a process that serves no pages."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.db import connection

from jackfield_portal.observability import exposition
from jackfield_portal.observability.switch import refused

__all__ = ["start"]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path != "/metrics":
            self._answer(404, b"", "text/plain")
        elif refused(self.headers.get("Authorization", "")):
            self._answer(401, b"", "text/plain")
        else:
            try:
                self._answer(200, exposition.text(), exposition.CONTENT_TYPE)
            except Exception:  # noqa: BLE001 - the database is gone, or busy
                self._answer(503, b"", "text/plain")
            finally:
                connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing: a scraper comes every few seconds."""

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def start(port: int, host: str) -> int:
    """Serve in a thread that ends with the process; the port."""
    server = ThreadingHTTPServer((host, port), _Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="jackfield-metrics", daemon=True).start()
    return server.server_address[1]
