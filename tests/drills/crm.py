"""A CRM of the drills, as a process: its lists are never the same twice, and tell who mixes two of them.

Each list that somebody begins is an edition of its own, and every user's name in it ends with the edition's number. The
account ``k`` has a number of users that never changes. The file ``mode`` in the folder may say ``429``.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PAGE = 100
LARGE = 1_300
_PAUSE = 0.02
_editions = itertools.count(time.time_ns() // 1_000_000)


def size(account: int) -> int:
    """How many users an account has; every tenth is a large one."""
    return LARGE + account if account % 10 == 0 else 20 + account


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer a page of a list, or that it is too much."""
        if (Path(sys.argv[2]) / "mode").read_text() == "429":
            self._answer(429, {"message": "too many"}, ("Retry-After", "1"))
            return
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        account, page = int(asked["account"]), int(asked.get("page", "0"))
        edition = int(asked.get("edition") or next(_editions))
        time.sleep(_PAUSE)
        numbers = range(page * PAGE, min((page + 1) * PAGE, size(account)))
        users = [{"id": f"u{number}", "name": f"User {number} e{edition}"} for number in numbers]
        self._answer(200, {"edition": edition, "total": size(account), "users": users})

    def _answer(self, status: int, said: dict[str, Any], *headers: tuple[str, str]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body))), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    """Whose callers are killed in mid-sentence."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
