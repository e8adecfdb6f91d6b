"""Which ids have been met: as a set would say it, at less cost."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from jackfield import _seen
from jackfield._seen import Seen

ids = st.one_of(
    st.integers(),
    st.integers(-3, 3),
    st.integers(-3, 3).map(str),
    st.lists(st.integers(0, 20).map(str), max_size=3).map(",".join),
    st.text("019-+, \u0660\u00b2_", max_size=20),
    st.integers(10**17, 10**19).map(str),
    st.none(),
)


RISING = st.lists(st.integers(0, 40), max_size=8).map(sorted)


@given(
    st.lists(st.one_of(st.lists(ids, max_size=8), RISING), max_size=8),
    st.sampled_from([0, 1, 8_192]),
    st.sampled_from([0, 8, 100]),
)
def test_it_says_what_a_set_says(pages: list[list[object]], chunks: int, few: int) -> None:
    """Whatever the ids are, spelt alike or not, and however many stretches, or keys of a short list, are kept."""
    seen, known = Seen[object](), set[object]()
    most, _seen._MOST_CHUNKS = _seen._MOST_CHUNKS, chunks  # type: ignore[misc]
    short, _seen._FEW = _seen._FEW, few  # type: ignore[misc]
    try:
        for page in pages:
            expected = [not (key in known or known.add(key)) for key in page]  # type: ignore[func-returns-value]
            assert (seen.fresh(page), len(seen)) == (expected, len(known))
    finally:
        _seen._MOST_CHUNKS = most  # type: ignore[misc]
        _seen._FEW = short  # type: ignore[misc]


def test_a_long_list_costs_next_to_nothing() -> None:
    """A hundred thousand ids in a row are kept in ten bytes each, however many more there are in two."""
    tracemalloc.start()
    try:
        seen = Seen[str]()
        for number in range(1_000_000, 1_400_000, 2):
            seen.fresh([str(number), str(number + 1)])
        size = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert (len(seen), size < 1_800_000) == (400_000, True)


def test_a_comma_is_no_border() -> None:
    """A text of numbers with commas between them is a text."""
    assert Seen[str]().fresh(["1,2", "1", "2", "1,2"]) == [True, True, True, False]
