"""What the portal tells of itself while it works: logs, metrics and traces, without a secret in any of them."""

from __future__ import annotations

__all__ = ["start_metrics_server"]


def start_metrics_server(port: int, host: str = "127.0.0.1") -> int:
    """Answer /metrics in a thread of this process, for a worker without a portal; the port (0 takes a free one).

    The metrics are those of the whole deployment, as the portal tells them. Raises OSError where the port is taken.
    """
    from jackfield_portal.observability.server import start

    return start(port, host)
