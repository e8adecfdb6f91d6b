"""Which ids have been met, of lists that may be very long."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

T = TypeVar("T")

_BITS: Final = 256
_MOST_CHUNKS: Final = 8_192
#: Whole numbers as they are written, with commas between them.
_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:,(?:0|[1-9][0-9]{0,17}))*").fullmatch


class Seen(Generic[T]):
    """A set that only grows. Whole numbers, and texts that are such, cost a bit each where they lie close together.

    A hundred thousand ids one after the other cost 100 KiB instead of 7 MiB. Numbers that lie far apart are kept as
    anything else is, once there are too many stretches of them.
    """

    def __init__(self) -> None:
        self._count = 0
        self._chunks: dict[int, int] = {}
        self._others: set[Hashable] = set()

    def __len__(self) -> int:
        return self._count

    def fresh(self, keys: Sequence[T]) -> list[bool]:
        """For each key, whether it was not met before; from now on it was."""
        chunks, fresh = self._chunks, []
        for key, number in zip(keys, _numbers(keys), strict=True):
            chunk = None if number is None else number // _BITS
            if number is None or chunk is None or (chunk not in chunks and len(chunks) >= _MOST_CHUNKS):
                new = key not in self._others
                self._others.add(key)
            else:
                there, bit = chunks.get(chunk, 0), 1 << number % _BITS
                new = not there & bit
                if new:
                    chunks[chunk] = there | bit
            fresh.append(new)
        self._count += sum(fresh)
        return fresh


def _numbers(keys: Sequence[object]) -> list[int | None]:
    """A number for each key that has one of its own: even ones for whole numbers, odd ones for their texts."""
    kinds = set(map(type, keys))
    if kinds == {int}:
        return [2 * key for key in cast("Sequence[int]", keys)]
    if kinds == {str}:
        texts = cast("Sequence[str]", keys)
        joined = ",".join(texts)
        if joined.count(",") == len(texts) - 1 and _PLAIN(joined):
            return [2 * number + 1 for number in map(int, texts)]
    return [_number(key) for key in keys]


def _number(key: object) -> int | None:
    if type(key) is int:
        return 2 * key
    return 2 * int(key) + 1 if type(key) is str and _PLAIN(key) and "," not in key else None
