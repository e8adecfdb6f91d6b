"""Repairing what people paste where an address belongs."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from jackfield.settings import repaired_url

#: Pieces of which bad addresses are made, among any other text.
WORDS = "http https ftp : / // ? # @ [ ] ::1 % . .. a 1 0x7f xn-- example.com 127.0.0.1 :443 :99999 \\ ' ß"
PIECES = st.sampled_from([*WORDS.split(" "), " ", "\t", "\u200b", "\u3002", "\uff20", "\ud800"])
NASTY = st.lists(PIECES | st.text(max_size=4), max_size=8).map("".join)
#: Hosts of which many pass.
HOSTS = st.builds("https://{}.example.com{}".format, st.text(min_size=1, max_size=8) | PIECES, st.just("") | NASTY)


@pytest.mark.parametrize(
    ("entered", "expected"),
    [
        ("https://api.example.com/v1/", "https://api.example.com/v1/"),
        ("https://api.example.com/v1", "https://api.example.com/v1/"),
        ("  https://api.example.com/v1 \n", "https://api.example.com/v1/"),
        ("\ufeffhttps://api.example.com\u200b", "https://api.example.com/"),
        ("api.example.com", "https://api.example.com/"),
        ("api.example.com:8443/v1", "https://api.example.com:8443/v1/"),
        ("//api.example.com/v1", "https://api.example.com/v1/"),
        ("https:/api.example.com", "https://api.example.com/"),
        ("https:///api.example.com", "https://api.example.com/"),
        ("HTTPS://API.Example.COM/V1", "https://api.example.com/V1/"),
        ("https:\\\\api.example.com\\v1", "https://api.example.com/v1/"),
        ('"https://api.example.com/"', "https://api.example.com/"),
        ("<https://api.example.com/>", "https://api.example.com/"),
        ("“https://api.example.com/”", "https://api.example.com/"),
        ("https://api.example.com//v1///x", "https://api.example.com/v1/x/"),
        ("https://api.example.com:443/", "https://api.example.com/"),
        ("https://api.example.com:/", "https://api.example.com/"),
        ("https://api.example.com./", "https://api.example.com/"),
        ("https://api.example.com/v1?key=1#top", "https://api.example.com/v1/"),
        ("api.example.com?back=https://example.com/", "https://api.example.com/"),
        ("api.example.com/list?back=https://example.com/", "https://api.example.com/list/"),
        ("https://bücher.example.com", "https://xn--bcher-kva.example.com/"),
        ("https://straße.example.com", "https://xn--strae-oqa.example.com/"),
        ("https://xn--bcher-kva.example.com", "https://xn--bcher-kva.example.com/"),
        ("https://example。com。/", "https://example.com/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
        ("https://[2001:4860::1]:8443", "https://[2001:4860::1]:8443/"),
        ("http://localhost:8000", "http://localhost:8000/"),
        ("localhost:8000", "https://localhost:8000/"),
        ("http://127.0.0.1:80/x", "http://127.0.0.1/x/"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
        ("http://192.168.1.2", "http://192.168.1.2/"),
        ("https://api.example.com\\@evil.example/", "https://api.example.com/@evil.example/"),
    ],
)
def test_repairable_address_is_repaired(entered: str, expected: str) -> None:
    """V2: blanks, quotes, a missing scheme or slash and the like are repaired, not refused."""
    assert expected == repaired_url(entered)


@pytest.mark.parametrize(
    ("entered", "code"),
    [
        ("", "required"),
        (" \u200b ", "required"),
        (None, "invalid_value"),
        (12, "invalid_value"),
        (b"https://example.com", "invalid_value"),
        ('""', "invalid_url"),
        ("http://api.example.com/", "insecure_url"),
        ("HTTP://8.8.8.8/", "insecure_url"),
        ("http://localhost.example.com/", "insecure_url"),
        ("http://127.0.0.1.example.com/", "insecure_url"),
        ("https://ann:secret@api.example.com/", "credentials_in_url"),
        ("https://ann@api.example.com/", "credentials_in_url"),
        ("https://@api.example.com/", "credentials_in_url"),
        ("ann@api.example.com", "credentials_in_url"),
        ("ftp://api.example.com/", "unsupported_scheme"),
        ("file:///etc/passwd", "unsupported_scheme"),
        ("javascript:alert(1)", "unsupported_scheme"),
        ("javascript://example.com/%0aalert(1)", "unsupported_scheme"),
        ("data:text/html,x", "unsupported_scheme"),
        ("mailto:ann@example.com", "unsupported_scheme"),
        ("https://api.example.com/\x00", "control_characters"),
        ("https://api.exa\nmple.com/", "control_characters"),
        ("https://api.example.com/\u202egpj.exe", "control_characters"),
        ("https://api.exam\u200bple.com/", "control_characters"),
        ("https://api.example.com/a b", "invalid_url"),
        ("https://exa mple.com/", "invalid_url"),
        ("https://api..example.com/", "invalid_url"),
        ("https://-api.example.com/", "invalid_url"),
        ("https://api/", "invalid_url"),
        ("https://xn--a.example.com/", "invalid_url"),
        ("https://api.xn--.example.com/", "invalid_url"),
        ("https://☃.example.com/", "invalid_url"),
        ("https:///", "invalid_url"),
        ("https://.../", "invalid_url"),
        ("https://https://api.example.com/", "invalid_url"),
        ("https://api.example.com:port/", "invalid_url"),
        ("https://api.example.com:99999/", "invalid_url"),
        ("https://api.example.com:0/", "invalid_url"),
        ("https://api.example.com:-1/", "invalid_url"),
        ("https://[::1/", "invalid_url"),
        ("https://[::1]api.example.com/", "invalid_url"),
        ("https://[v1.example]/", "invalid_url"),
        ("https://[127.0.0.1]/", "invalid_url"),
        ("https://2130706433/", "invalid_url"),
        ("https://0x7f000001/", "invalid_url"),
        ("https://0x7f.1/", "invalid_url"),
        ("https://127.1/", "invalid_url"),
        ("https://0177.0.0.1/", "invalid_url"),
        ("https://\uff11\uff12\uff17\u3002\uff10\u3002\uff10\u3002\uff11/", "invalid_url"),
        ("https://256.1.1.1/", "invalid_url"),
        ("https://" + "a" * 64 + ".example.com/", "invalid_url"),
        ("https://example.com/" + "a" * 2048, "too_long"),
        ("the endpoint of my account", "invalid_url"),
        ("https://api.example.com/\udcff", "control_characters"),
    ],
)
def test_bad_address_is_refused(entered: object, code: str) -> None:
    """V3: what cannot be an address to send credentials to is refused with the code that says why."""
    with pytest.raises(PydanticCustomError) as refused:
        repaired_url(entered)
    assert code == refused.value.type


def repaired_or_none(text: str) -> str | None:
    """The repaired address, or None for a refused one."""
    try:
        return repaired_url(text)
    except PydanticCustomError:
        return None


@given(NASTY | HOSTS | st.text())
@example("https://[fe80::1%25eth0]/")
def test_any_text_is_repaired_or_refused(text: str) -> None:
    """D4: no text brings repairing down, and an address that was repaired stays as it is."""
    url = repaired_or_none(text)
    if url is not None:
        assert url == repaired_url(url)


@given(NASTY | HOSTS)
@example("https://xn--a.example.com/")
def test_repaired_address_leads_to_the_host_that_is_seen(text: str) -> None:
    """The client that sends requests reads the same scheme and host in a repaired address, and no credentials."""
    url = repaired_or_none(text)
    if url is None or not url.isprintable():
        return
    parsed = httpx.URL(url)
    assert url.startswith((f"{parsed.scheme}://{parsed.raw_host.decode()}", f"{parsed.scheme}://[{parsed.host}]"))
    assert parsed.userinfo == b""
    assert url.endswith("/")
