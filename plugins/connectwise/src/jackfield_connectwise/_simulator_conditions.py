"""ConnectWise's conditions: a grammar of comparisons, lists and patterns, made into a predicate of a record.

What the vendor's Developer Guide says of them, with the refusals that were recorded. As in SQL, a comparison with a
member that a record lacks is never true, but for ``= null``.
"""

from __future__ import annotations

import operator
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jackfield_connectwise._simulator_schema import ALIASES, Field, Schema, found
from jackfield_connectwise._simulator_words import NotUnderstood, Word, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    Row = dict[str, Any]
    Predicate = Callable[[Row], bool]

_ORDERS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_HINT = (
    "A string belongs in quotes, single or double ones, a datetime in square brackets; a numeric has digits, at most "
    "one decimal point and a sign; a boolean is true or false; the keyword null is for a value that is not there."
)


def predicate(text: str, schema: Schema, knobs: Mapping[str, Any]) -> Predicate:
    """What ``conditions`` asks for; members of arrays are not known to it. Raises NotUnderstood."""
    return _Reader(text, schema, knobs, of_children=False).whole()


def child_predicate(text: str, schema: Schema, knobs: Mapping[str, Any]) -> Predicate:
    """What ``childConditions`` asks of an array's items, of one of them or of all together by ``child_match``."""
    reader = _Reader(text, schema, knobs, of_children=True)
    holds, arrays = reader.whole(), reader.arrays

    def of_one_item(row: Row) -> bool:
        return any(holds({name: [item]}) for name in arrays for item in row.get(name) or ())

    return of_one_item if knobs["child_match"] == "same_item" and len(arrays) == 1 else holds


class _Reader:
    """Reads one condition from the left to the right."""

    def __init__(self, text: str, schema: Schema, knobs: Mapping[str, Any], *, of_children: bool) -> None:
        self._words = words(text, knobs["quote_escape"])
        self._place = 0
        self._schema, self._of_children = schema, of_children
        self._exact = knobs["text_compare"] == "exact"
        self.arrays: set[str] = set()

    def whole(self) -> Predicate:
        holds = self._either()
        if self._this.kind != "end":
            raise NotUnderstood(f"{self._this.text} was not expected here.")
        return holds

    @property
    def _this(self) -> Word:
        return self._words[self._place]

    def _take(self) -> Word:
        word = self._this
        self._place += word.kind != "end"
        return word

    def _took(self, *texts: str) -> str:
        """The word in lower case, where it is one of these, which is then done with; else nothing."""
        text = self._this.text.lower()
        if self._this.kind in {"name", "sign"} and text in texts:
            self._place += 1
            return text
        return ""

    def _either(self) -> Predicate:
        parts = [self._both()]
        while self._took("or"):
            parts.append(self._both())
        return lambda row: any(part(row) for part in parts)

    def _both(self) -> Predicate:
        parts = [self._one()]
        while self._took("and"):
            parts.append(self._one())
        return lambda row: all(part(row) for part in parts)

    def _one(self) -> Predicate:
        if self._took("not"):
            inner = self._one()
            return lambda row: not inner(row)
        if self._took("("):
            inside = self._either()
            self._expect(")")
            return inside
        return self._comparison()

    def _expect(self, sign: str) -> None:
        if not self._took(sign):
            raise NotUnderstood(f"{sign} was expected, not {self._this.text}.")

    def _comparison(self) -> Predicate:
        word = self._take()
        field = self._field(word)
        negated = bool(self._took("not"))
        sign = self._took("=", "!=", "<", "<=", ">", ">=", "like", "contains", "in")
        if not sign or (negated and sign not in {"like", "contains", "in"}):
            raise NotUnderstood(f"An operator was expected, not {self._this.text}.")
        judge = self._judge(sign, field)
        path = ALIASES.get(word.text, word.text).split("/")
        if negated:
            return lambda row: any(value is not None and not judge(value) for value in _values(row, path))
        return lambda row: any(judge(value) for value in _values(row, path))

    def _field(self, word: Word) -> Field:
        if word.kind != "name":
            raise NotUnderstood(f"A name was expected, not {word.text}.")
        name = ALIASES.get(word.text, word.text)
        head, field = self._schema.get(name.partition("/")[0]), found(self._schema, name)
        in_array = head is not None and head.kind == "array"
        if field is None or field.kind in {"reference", "array"} or in_array != self._of_children:
            raise NotUnderstood(f"{word.text} is not a recognized name.")
        if in_array:
            self.arrays.add(word.text.partition("/")[0])
        return field

    def _judge(self, sign: str, field: Field) -> Callable[[Any], bool]:
        if sign == "in":
            return _among([self._comparable(wanted) for wanted in self._list(field)], self._comparable)
        literal = self._literal(field, pattern=sign in {"like", "contains"})
        if literal.kind == "null":
            return {"=": lambda value: value is None, "!=": lambda value: value is not None}.get(sign, lambda _: False)
        if sign in {"like", "contains"}:
            return _matching(sign, str(literal.value), exact=self._exact)
        wanted = self._comparable(literal.value)
        if sign in _ORDERS:
            compare = _ORDERS[sign]
            return lambda value: value is not None and compare(self._comparable(value), wanted)
        return lambda value: value is not None and (self._comparable(value) == wanted) == (sign == "=")

    def _list(self, field: Field) -> list[object]:
        self._expect("(")
        wanted = [self._literal(field).value]
        while self._took(","):
            wanted.append(self._literal(field).value)
        self._expect(")")
        return wanted

    def _literal(self, field: Field, *, pattern: bool = False) -> Word:
        word = self._take()
        kind = "string" if pattern else field.kind
        if word.kind in {"name", "sign", "end"}:
            raise NotUnderstood(f"A value was expected, not {word.text}.")
        if word.kind not in {kind, "null"}:
            raise NotUnderstood(f"Expected a {kind} value, not a {word.kind}. {_HINT}")
        if field.choices and not pattern and word.value is not None and word.value not in field.choices:
            raise NotUnderstood("Enum value supplied was invalid")
        return word

    def _comparable(self, value: object) -> Any:
        if isinstance(value, datetime):
            value = value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return value.casefold() if isinstance(value, str) and not self._exact else value


def _among(wanted: list[object], comparable: Callable[[object], object]) -> Callable[[Any], bool]:
    return lambda value: value is not None and comparable(value) in wanted


def _matching(sign: str, wanted: str, *, exact: bool) -> Callable[[Any], bool]:
    """``*`` and ``%`` stand for anything, ``[...]`` for one of the characters in it; ``contains`` knows neither."""
    if sign == "contains":
        pattern = f".*{re.escape(wanted)}.*"
    else:
        parts = re.split(r"([*%]|\[[^\]]+\])", wanted)
        pattern = "".join(_part(part) for part in parts)
    compiled = re.compile(pattern, re.DOTALL if exact else re.DOTALL | re.IGNORECASE)
    return lambda value: value is not None and compiled.fullmatch(str(value)) is not None


def _part(part: str) -> str:
    if part in {"*", "%"}:
        return ".*"
    is_set = part.startswith("[") and part.endswith("]") and len(part) > len("[]")
    return f"[{re.escape(part[1:-1])}]" if is_set else re.escape(part)


def _values(row: Any, path: list[str]) -> Iterable[Any]:
    """All values at the end of a path, one for each item of an array on the way; None where there is none."""
    if not path:
        return (row,)
    here = row.get(path[0]) if isinstance(row, dict) else None
    if isinstance(here, list):
        return [value for item in here for value in _values(item, path[1:])]
    return _values(here, path[1:])
