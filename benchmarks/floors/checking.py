"""Two requests that say whether a key works: httpx and a pydantic model, nothing kept."""

from __future__ import annotations

import argparse

import httpx

from benchmarks.floors._users import parse
from benchmarks.people import large_key


def main() -> None:
    """Ask who the key's own user is and for one user, then write how many were listed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--users", type=int, required=True)
    given = parser.parse_args()
    with httpx.Client(auth=(large_key(given.users), "")) as client:
        client.get(f"{given.url}/v3.1/Users/Me").raise_for_status()
        listed = parse(client.get(f"{given.url}/v3.1/Users", params={"top": 1}).raise_for_status().content)
    print(len(listed))  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
