"""Listening by vcrpy, into memory: what it hears is not fit for the disk yet."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

#: A request and its answer as vcrpy has them.
Heard = list[tuple[Any, dict[str, Any]]]


def listened(work: Callable[[], T]) -> tuple[T, Heard]:
    """What the work gives, and every request with its answer meanwhile, bodies decompressed."""
    import vcr  # type: ignore[import-untyped]

    recorder = vcr.VCR(record_mode="all", decode_compressed_response=True)
    recorder.register_persister(_Nowhere)
    with _hushed(), recorder.use_cassette("nowhere") as cassette:
        result = work()
    return result, list(cassette.data)


class _Nowhere:
    @staticmethod
    def load_cassette(*_: object, **__: object) -> None:
        from vcr.persisters.filesystem import CassetteNotFoundError  # type: ignore[import-untyped]

        raise CassetteNotFoundError

    @staticmethod
    def save_cassette(*_: object, **__: object) -> None: ...


@contextmanager
def _hushed() -> Iterator[None]:
    """The recorder logs requests as they are."""
    logger = logging.getLogger("vcr")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
