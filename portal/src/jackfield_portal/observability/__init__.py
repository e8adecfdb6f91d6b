"""What the portal tells of itself while it works: logs, metrics and traces, without a secret in any of them."""

from __future__ import annotations

__all__ = ["start_metrics_server"]


def start_metrics_server(port: int, host: str = "127.0.0.1") -> int:
    """Answer /metrics in a thread of this process, for a worker without a portal; the port (0 takes a free one).

    The metrics are those of the whole deployment, as the portal tells them; to ask for a port switches them on. Raises
    PortalError where the port cannot be had.
    """
    import os

    from jackfield_portal.errors import PortalError
    from jackfield_portal.observability.server import start

    os.environ.setdefault("JACKFIELD_METRICS", "on")
    try:
        return start(port, host)
    except OSError as failure:
        reason = (failure.strerror or str(failure)).lower()
        raise PortalError(
            f"No metrics can be told on {host}:{port}: {reason}.", remedy="Choose another port with --metrics-port."
        ) from failure
