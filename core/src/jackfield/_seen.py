"""Which ids have been met, of lists that may be very long."""

from __future__ import annotations

import re
from array import array
from operator import lt
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

T = TypeVar("T")

_BITS: Final = 256
_MOST_CHUNKS: Final = 8_192
#: Numbers that are only noted, at 8 bytes each, and the largest of them.
_MOST_RISING: Final = 100_000
_LARGEST: Final = 2**62
_SOME: Final = 1_000
#: Keys that are not worth the trouble.
_FEW: Final = 100
#: Whole numbers as they are written, with commas between them.
_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:,(?:0|[1-9][0-9]{0,17}))*").fullmatch


class Seen(Generic[T]):
    """A set that only grows. Whole numbers, and texts that are such, cost a bit each where they lie close together.

    A hundred thousand ids one after the other cost 100 KiB instead of 7 MiB. Numbers that lie far apart are kept as
    anything else is, once there are too many stretches of them. As long as they only rise, as in most lists, nothing is
    looked up: the newest are noted as they come, and put where they belong when they are many, or one does not rise.
    """

    def __init__(self) -> None:
        #: The keys of a short list: an ordinary set, until there are too many of them.
        self._few: set[Hashable] | None = set()
        self._count = 0
        self._rising = array("q")
        self._highest = -1
        self._chunks: dict[int, int] = {}
        self._others: set[Hashable] = set()

    def __len__(self) -> int:
        return self._count

    def fresh(self, keys: Sequence[T]) -> list[bool]:
        """For each key, whether it was not met before; from now on it was."""
        if self._few is not None:
            if len(self._few) + len(keys) <= _FEW:
                return self._among_few(self._few, keys)
            few, self._few, self._count = list(self._few), None, 0
            self._looked_up(few, _numbers(few))
        numbers = _numbers(keys)
        if self._rises(numbers):
            self._count += len(keys)
            return [True] * len(keys)
        self._settle()
        return self._looked_up(keys, numbers)

    def _among_few(self, few: set[Hashable], keys: Sequence[T]) -> list[bool]:
        new = set(keys)
        if len(new) == len(keys) and few.isdisjoint(new):
            few |= new
            fresh = [True] * len(keys)
        else:
            fresh = []
            for key in keys:
                fresh.append(key not in few)
                few.add(key)
        self._count = len(few)
        return fresh

    def _rises(self, numbers: list[int | None]) -> bool:
        """Note numbers that are higher than all before, each higher than the one before it."""
        if not numbers or None in numbers or len(self._rising) > _MOST_RISING:
            return False
        known = cast("list[int]", numbers)
        if not self._highest < known[0] or known[-1] > _LARGEST or not all(map(lt, known, known[1:])):
            return False
        self._rising.extend(known)
        self._highest = known[-1]
        return True

    def _settle(self) -> None:
        """Put what was noted where it belongs; it has been counted."""
        noted, self._rising = self._rising, array("q")
        for first in range(0, len(noted), _SOME):
            some = noted[first : first + _SOME].tolist()
            keys = [str(number // 2) if number % 2 else number // 2 for number in some]
            self._count -= len(keys)
            self._looked_up(keys, some)

    def _looked_up(self, keys: Sequence[Hashable], numbers: Sequence[int | None]) -> list[bool]:
        chunks, fresh = self._chunks, []
        for key, number in zip(keys, numbers, strict=True):
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
            if number is not None and number > self._highest:
                self._highest = number
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
