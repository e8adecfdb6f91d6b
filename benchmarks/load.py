"""So many pages a second, whether those before were answered or not, by somebody who has signed in.

A page's time counts from the moment at which it was due: a server that falls behind does not slow down its own test.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import re
import time
from urllib.parse import urlencode, urlsplit

from benchmarks.connections import EMAIL, PASSWORD

#: Connections that are open; as many pages can be asked for at once.
_OPEN = 16


def signed_in(url: str) -> str:
    """The cookies of a browser that has signed in."""
    talk = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    talk.request("GET", "/sign-in/")
    answer = talk.getresponse()
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.read().decode())
    cookies = _cookies(answer)
    form = {"username": EMAIL, "password": PASSWORD, "csrfmiddlewaretoken": found[1] if found else ""}
    head = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Referer": url}
    talk.request("POST", "/sign-in/", urlencode(form), head)
    answer = talk.getresponse()
    answer.read()
    talk.close()
    return _cookies(answer)


def page(url: str, path: str, cookies: str) -> bytes:
    """One page; empty where it is refused."""
    talk = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    talk.request("GET", path, headers={"Cookie": cookies})
    answer = talk.getresponse()
    body = answer.read()
    talk.close()
    return body if answer.status == http.client.OK else b""


async def paced(url: str, path: str, cookies: str, rate: float, seconds: float) -> tuple[list[float], int]:
    """Seconds that each page took, in order of size, and how many were not the page."""
    place = urlsplit(url)
    request = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookies}\r\n\r\n".encode()
    due: asyncio.Queue[float | None] = asyncio.Queue()
    took: list[float] = []
    refused = 0

    async def ask() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        while (moment := await due.get()) is not None:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
            await reader.readexactly(int(length[1]) if length else 0)
            took.append(time.monotonic() - moment)
            refused += not head.startswith(b"HTTP/1.1 200 ")
        writer.close()

    asking = [asyncio.create_task(ask()) for _ in range(_OPEN)]
    begun = time.monotonic() + 0.1
    for number in range(int(rate * seconds)):
        moment = begun + number / rate
        await asyncio.sleep(max(0.0, moment - time.monotonic()))
        due.put_nowait(moment)
    for _ in asking:
        due.put_nowait(None)
    await asyncio.wait_for(asyncio.gather(*asking), seconds + 60)
    return sorted(took), refused


def share(took: list[float], part: float) -> float:
    """The time within which this part of the pages came."""
    return took[min(len(took) - 1, int(len(took) * part))]


def _cookies(answer: http.client.HTTPResponse) -> str:
    set_cookies = answer.headers.get_all("Set-Cookie") or []
    return "; ".join(cookie.partition(";")[0] for cookie in set_cookies)


def main() -> None:
    """Ask, then tell the times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--cookies", default="")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--core", type=int)
    given = parser.parse_args()
    if given.core is not None:
        os.sched_setaffinity(0, {given.core})
    took, refused = asyncio.run(paced(given.url, given.path, given.cookies, given.rate, given.seconds))
    told = {"pages": len(took), "refused": refused, "p50": share(took, 0.5), "p99": share(took, 0.99)}
    print(json.dumps(told))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
