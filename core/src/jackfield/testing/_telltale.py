"""What gives a secret or a person away in a text, however it is written there."""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH: Final = 3
_KEPT: Final = re.compile(
    r"accept|content-type|retry-after|link|location"
    r"|x-(.*-)?(total|page|pages|per-page|pagination|next|cursor|count|limit|remaining|reset|quota)(-.*)?"
    r"|(x-)?(.*-)?rate-?limit(-.*)?"
)
_NEVER_KEPT: Final = re.compile(r"auth|cookie|token|session|secret|key")
_SECRET_NAME: Final = re.compile(
    r"(.*_)?(password|passwd|pwd|secret|token|api_?key|private_key|access_key|session_?(id|key)|authorization|cookie|jwt)"
)
_PAGING: Final = re.compile(r"page|next|cursor|sync|continu|skip")
_HARMLESS_VALUE: Final = re.compile(r"\W*|null|none|true|false|redacted", re.IGNORECASE)
_MEMBER: Final = re.compile(r'"([A-Za-z][\w-]{1,40})"\s*:\s*"([^"]{4,})"')
_PARAMETER: Final = re.compile(r"[?&;]([A-Za-z][\w-]{1,40})=([^&;\s\"']{4,})")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_ESCAPE: Final = re.compile(r"\\u([0-9a-fA-F]{4})|\\([/\"\\])")
_RESERVED: Final = re.compile(r"(.*\.)?(example(\.(com|net|org))?|invalid|test|localhost)")
_NO_HOST: Final = re.compile(r"odata\..*|.*\.(png|jpe?g|gif|svg|webp|css|js)")
MAIL: Final = re.compile(r"[\w.%+'-]+@((?:[\w-]+\.)+[\w-]{2,})")
NUMBER: Final = re.compile(
    r"(?<![\w+.-])(\+\d[\d ().\-/]{6,18}\d|\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}([-. ])\d{3}\2\d{4})(?![\w-]|\.\d)"
)
#: A member that holds a telephone number by its name.
_NUMBERED: Final = re.compile(r"(?i)phone|mobile|fax|cell|(^|_)tel")
_SHORTEST_NUMBER: Final = 7
_BASIC: Final = re.compile(r"\bBasic\s+([A-Za-z0-9+/_-]{6,}={0,2})", re.IGNORECASE)


def keeps_header(name: str) -> bool:
    """Whether a recording keeps a header: what it is about is the content, the way to go on, or the limits."""
    return bool(_KEPT.fullmatch(name.lower())) and not _NEVER_KEPT.search(name.lower())


def names_secret(name: str) -> bool:
    """Whether a member or parameter holds a secret by its name; the token of a next page is none."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    return bool(_SECRET_NAME.fullmatch(plain)) and not _PAGING.search(plain)


def holds_number(name: str) -> bool:
    """Whether a member holds a telephone number by its name."""
    return bool(_NUMBERED.search(name))


def is_reserved_address(host: str) -> bool:
    """Whether nobody can have a mailbox at this host, since it is reserved for examples."""
    return bool(_RESERVED.fullmatch(host.lower()) or _NO_HOST.fullmatch(host.lower()))


def is_fictional_number(number: str) -> bool:
    """Whether a telephone number is one of those that films use: their exchange or their area is 555."""
    return bool(re.search(r"555(\d{3})?\d{4}$", re.sub(r"\D", "", number)))


def given_away(view: str) -> Iterator[tuple[str, str]]:
    """What a text must not hold, and the part of it that is meant."""
    for what, pattern in _PATTERNS:
        yield from ((what, found[0]) for found in pattern.finditer(view))
    for found in _BASIC.finditer(view):
        if ":" in (decoded(found[1]) or ""):
            yield "credentials of the kind Basic", found[0]
    for found in MAIL.finditer(view):
        if not is_reserved_address(found[1]):
            yield "an e-mail address that somebody may have", found[0]
    for pattern, kind in ((_MEMBER, "member"), (_PARAMETER, "parameter")):
        for found in pattern.finditer(view):
            if names_secret(found[1]) and not _HARMLESS_VALUE.fullmatch(found[2]):
                yield f"a secret, by the name of its {kind}", found[0]


_PATTERNS: Final = (
    ("a JSON Web Token", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*")),
    ("credentials of the kind Bearer", re.compile(r"(?i)\bbearer\s+(?=\S*\d)[\w.~+/=-]{12,}")),
    ("an Authorization header", re.compile(r"(?i)\b(proxy-)?authorization['\"]?\s*:")),
    (
        "a cookie",
        re.compile(r"(?i)\b(set-)?cookie2?['\"]?\s*:|\b(\w*sess(ion)?_?id|connect\.sid|\w+_session)=[^;\s\"']{6,}"),
    ),
    ("credentials in an address", re.compile(r"(?i)\bhttps?://[^/\s:@\"']+:[^/\s@\"']+@")),
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY")),
)


def real_numbers(view: str) -> Iterator[str]:
    """Telephone numbers that somebody may have."""
    numbers = [found[0] for found in NUMBER.finditer(view)]
    members = [found for found in _MEMBER.finditer(view) if holds_number(found[1])]
    numbers += [found[2] for found in members if len(re.findall(r"\d", found[2])) >= _SHORTEST_NUMBER]
    yield from (number for number in numbers if not is_fictional_number(number))


def views(text: str, depth: int = _DEPTH) -> Iterator[str]:
    """The text, and what it reads as when it is decoded."""
    yield text
    if depth == 0:
        return
    unescaped = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)
    plain = {unquote(text), unquote(text.replace("+", " ")), html.unescape(text), unescaped}
    plain |= {inner for found in _BASE64.finditer(text) if (inner := decoded(found[0]))}
    for other in plain - {text}:
        yield from views(other, depth - 1)


def decoded(text: str) -> str | None:
    """What base64 stands for, where that can be read."""
    plain = "".join(text.split()).translate(str.maketrans("-_", "+/")).rstrip("=")
    try:
        inner = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    return inner if inner.isprintable() else None
