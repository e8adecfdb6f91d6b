"""The log as lines of JSON, one object each: JACKFIELD_LOG=json."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from jackfield_portal.observability.context import ids
from jackfield_portal.observability.secrets import redacted
from jackfield_portal.web.logs import OneLine

if TYPE_CHECKING:
    from collections.abc import MutableMapping

__all__ = ["JsonLines", "configuration", "level"]


def configuration() -> dict[str, Any]:
    """Django's LOGGING: where lines go, how they look (JACKFIELD_LOG) and from which level on (JACKFIELD_LOG_LEVEL)."""
    json = os.environ.get("JACKFIELD_LOG", "").strip().lower() == "json"
    formatter = JsonLines if json else OneLine
    console = {"class": "logging.StreamHandler", "formatter": "line", "filters": ["redacting"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"redacting": {"()": "jackfield_portal.observability.secrets.Redacting"}},
        "formatters": {"line": {"()": f"{formatter.__module__}.{formatter.__qualname__}"}},
        "handlers": {"console": console},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "ERROR", "propagate": False},
            "jackfield_portal": {"level": level()},
        },
    }


def level() -> str:
    """From which level on the portal's own lines are written; WARNING where nothing, or nothing known, is asked for."""
    asked = os.environ.get("JACKFIELD_LOG_LEVEL", "").strip().upper()
    return asked if asked in {"DEBUG", "INFO", "WARNING", "ERROR"} else "WARNING"


class JsonLines(logging.Formatter):
    """Time, level, logger and event, then the ids of what is at work, then what the line has of its own (``data``).

    structlog puts the line together; it is imported with the first one, since that takes half a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._chain: list[Any] | None = None

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        event: Any = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "created": record.created,
            **ids(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            event["exception"] = OneLine().formatException(record.exc_info).strip()
        for process in self._processors():
            event = process(None, "", event)
        return str(event)

    def _processors(self) -> list[Any]:
        if self._chain is None:
            import structlog

            self._chain = [_timed, _clean, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
        return self._chain


def _timed(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(event.pop("created"), tz=UTC).isoformat(timespec="milliseconds")
    return {"time": moment, **event}


def _clean(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take the secrets out of every text of the line."""
    return {name: redacted(value) if isinstance(value, str) else value for name, value in event.items()}
