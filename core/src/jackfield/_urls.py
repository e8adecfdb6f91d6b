"""Repairing what people paste where an address belongs; pure, and idempotent."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from pydantic_core import PydanticCustomError

from jackfield.errors import CATALOGUE

if TYPE_CHECKING:
    from typing import NoReturn

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
_WRAPPING = "\"'<>\u201c\u201d\u2018\u2019`"
_OTHER_SCHEME = re.compile(r"^[a-z][a-z0-9+-]*:(?!\d|//)", re.IGNORECASE)
_ANY_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"^\[[0-9a-f:.]+\](:\d*)?$", re.IGNORECASE)
_LABEL = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)$")
_LONGEST = 2048


def refuse(code: str, message: str | None = None, remedy: str | None = None) -> NoReturn:
    """Refuse a field's value with a code of the catalogue; pydantic collects it with the field's name."""
    entry = CATALOGUE[code]
    raise PydanticCustomError(
        code, "{sentence}", {"sentence": message or entry.meaning, "remedy": remedy or entry.remedy}
    )


def trimmed(text: str) -> str:
    """The text without blanks around it, those included that have no width."""
    return text.strip().strip("\ufeff\u200b\u2060").strip()


def plain_text(value: object) -> str:
    """The text without blanks around it; refuses what is no text, empty, cannot be seen, or is too long."""
    if not isinstance(value, str):
        refuse("invalid_value", "This value is not text.")
    text = trimmed(value)
    if not text:
        refuse("required")
    if _CONTROL.search(text):
        refuse("control_characters")
    if len(text) > _LONGEST:
        refuse("too_long")
    return text


def repaired_url(value: object) -> str:
    """An absolute web address with scheme, lower-case host and a final slash, without query and fragment.

    Blanks and quotes around it, a missing scheme and a missing slash are repaired. ``http`` is let through for
    private hosts alone (whether they may be reached is the outbound policy's decision); everything else is refused
    with a code, a sentence and a remedy.
    """
    return _repaired(plain_text(value))


@lru_cache(maxsize=512)
def _repaired(text: str) -> str:
    """Thousands of accounts have the same address; what is refused is not kept."""
    parts = _split(_with_scheme(text.strip(_WRAPPING).strip().replace("\\", "/")))
    if "@" in parts.netloc:
        refuse("credentials_in_url")
    if parts.scheme not in {"http", "https"}:
        refuse("unsupported_scheme")
    host = _host(parts)
    if parts.scheme == "http" and not _is_private(host):
        refuse("insecure_url")
    netloc = f"[{host}]" if ":" in host else host
    port = _port(parts)
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        netloc = f"{netloc}:{port}"
    return f"{parts.scheme}://{netloc}{_path(parts.path)}"


def _with_scheme(text: str) -> str:
    if text.startswith("//"):
        return f"https:{text}"
    if _OTHER_SCHEME.match(text) and not re.match(r"^https?:/", text, re.IGNORECASE):
        refuse("unsupported_scheme")
    collapsed = re.sub(r"^(https?):/+", r"\1://", text, flags=re.IGNORECASE)
    return collapsed if _ANY_SCHEME.match(collapsed) else f"https://{collapsed}"


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text)
    except ValueError:
        refuse("invalid_url")


def _host(parts: SplitResult) -> str:
    if "[" in parts.netloc and not _IN_BRACKETS.match(parts.netloc):
        refuse("invalid_url")
    try:
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        refuse("invalid_url")
    if _address(host):
        return host
    host = _ascii(host)
    labels = host.split(".")
    if not all(_LABEL.match(label) for label in labels) or re.match(r"^(0x[0-9a-f]*|\d+)$", labels[-1]):
        refuse("invalid_url")
    if len(labels) == 1 and host != "localhost":
        refuse("invalid_url")
    return host


def _ascii(host: str) -> str:
    """The host as it goes over the wire (IDNA 2008); a label that the client could not read is refused."""
    if host.isascii() and "xn--" not in host:
        return host
    import idna

    try:
        host = host if host.isascii() else idna.encode(host, uts46=True).decode("ascii").rstrip(".")
        for label in host.split("."):
            if label.startswith("xn--"):
                idna.ulabel(label)
    except UnicodeError:
        refuse("invalid_url")
    return host


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        refuse("invalid_url", "The number after the colon is not a port.")
    return port


def _path(path: str) -> str:
    if re.search(r"\s", path):
        refuse("invalid_url", "A web address cannot hold a blank.")
    return re.sub(r"/{2,}", "/", f"/{path}/")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_private(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and not address.is_global)
