"""The walkthrough itself: it must not believe a page that says what is not so."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.docs.walkthrough import Walkthrough, blocks_of, matches

if TYPE_CHECKING:
    from pathlib import Path

PAGE = """\
```{code-block} python
:caption: greet.py
print("hello")
```

```console
$ mkdir -p deep
$ cd deep && ls ..
deep
greet.py
```

```{code-block} diff
:caption: ../greet.py
-print("hello")
+print("good day")
```

```console
$ cat ../greet.py
...good day...
```

```python
print("not done: it has no file's name")
```
"""


def walked(page: str, folder: Path) -> None:
    with Walkthrough(folder=folder, env=dict(os.environ)) as walk:
        for block in blocks_of(page):
            walk.do(block)


def test_files_changes_and_commands_are_done_in_their_order(tmp_path: Path) -> None:
    """Folders are kept from block to block, and what is seen is compared."""
    walked(PAGE, tmp_path)
    assert (tmp_path / "greet.py").read_text() == 'print("good day")\n'


@pytest.mark.parametrize(
    ("truth", "lie"),
    [("...good day...", "good night"), ('-print("hello")', '-print("bye")'), ("cat ../greet.py", "cat ../nothing.py")],
)
def test_untrue_page_is_not_believed(tmp_path: Path, truth: str, lie: str) -> None:
    """An output, a change or a command that is not as the page says fails, and the page's line is named."""
    with pytest.raises(AssertionError, match="line "):
        walked(PAGE.replace(truth, lie), tmp_path)


@pytest.mark.parametrize(
    ("seen", "promised", "expected"),
    [("a\nb\nc", "a\n...\nc", True), ("a\nb", "a", False), ("a", "", True), ("took 3 s", "took ... s", True)],
)
def test_dots_stand_for_anything(seen: str, promised: str, expected: bool) -> None:
    """Three dots are any text, over lines too; without them every letter counts."""
    assert matches(seen, promised) == expected
