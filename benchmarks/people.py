"""The fictional users of the measured accounts, as Insightly writes them; the same at every run."""

from __future__ import annotations

from itertools import accumulate

#: Users of each small account, the one of an organization among ten thousand.
SMALL = 20
#: The API key of an account with the first so many users of all, and that of an organization's own few.
LARGE_KEY, SMALL_KEY = "bench-users-", "bench-organization-"

_FIRST = ("Amara", "Bruno", "Chiara", "Dewi", "Elif", "Farid", "Greta", "Hông", "Ilse", "João", "Kaito", "Lena", "Zoë")
_LAST = ("Abara", "Bianchi", "Çelik", "Duarte", "Eriksen", "Fontaine", "Gruber", "Haapala", "Ito", "Jansen", "O'Shea")
_ZONES = ("America/Denver", "Europe/Vienna", "Asia/Osaka", "UTC", "America/Chicago", "Australia/Perth", "Europe/Oslo")
_MONEY = ("USD", "EUR", "JPY", "GBP", "CAD")

_USER = (
    '{"USER_ID":%d,"CONTACT_ID":%d,"FIRST_NAME":"%s","LAST_NAME":"%s","TIMEZONE_ID":"%s",'
    '"EMAIL_ADDRESS":"person-%d@example.com","EMAIL_DROPBOX_IDENTIFIER":"%08x",'
    '"EMAIL_DROPBOX_ADDRESS":"example-%08x@dropbox.example.net","ADMINISTRATOR":%s,"ACCOUNT_OWNER":%s,"ACTIVE":%s,'
    '"DATE_CREATED_UTC":"20%02d-%02d-%02d %02d:%02d:%02d","DATE_UPDATED_UTC":"2026-%02d-%02d %02d:%02d:%02d",'
    '"USER_CURRENCY":"%s","CONTACT_DISPLAY":"%s","CONTACT_ORDER":"%s","TASK_WEEK_START":%d,"INSTANCE_ID":555000}'
)


class People:
    """Users in their order, each rendered once; an account is a range of them."""

    def __init__(self, count: int) -> None:
        rendered = [_rendered(place) for place in range(count)]
        self._text = b",".join(rendered) + b","
        self._starts = [0, *accumulate(len(user) + 1 for user in rendered)]

    def __len__(self) -> int:
        return len(self._starts) - 1

    def page(self, first: int, end: int) -> bytes:
        """A JSON array of the users from ``first`` up to, not with, ``end``."""
        return b"[%b]" % self._text[self._starts[first] : self._starts[max(first, end)] - 1] if end > first else b"[]"

    def one(self, place: int) -> bytes:
        """One user as a JSON object."""
        return self._text[self._starts[place] : self._starts[place + 1] - 1]

    def account(self, key: str) -> range | None:
        """The users that the account of an API key has; None for a key of nobody."""
        for prefix, size in ((LARGE_KEY, None), (SMALL_KEY, SMALL)):
            number = key.removeprefix(prefix)
            if number != key and number.isascii() and number.isdigit():
                first = 0 if size is None else int(number) * size
                end = int(number) if size is None else first + size
                return range(first, end) if end <= len(self) else None
        return None


def large_key(users: int) -> str:
    """The API key of the account with so many users."""
    return f"{LARGE_KEY}{users}"


def small_key(number: int) -> str:
    """The API key of an organization's account, counted from 0."""
    return f"{SMALL_KEY}{number}"


def _rendered(place: int) -> bytes:
    mixed = place * 2_654_435_761 & 0xFFFFFFFF
    parts = (
        *(10_000 + place, 70_000_000 + place, _FIRST[place % 13], _LAST[place // 13 % 11], _ZONES[mixed % 7], place),
        *(mixed, mixed ^ 0x5555, _truth(place % 50 == 0), _truth(place % SMALL == 0), _truth(mixed % 9 != 1)),
        *(12 + mixed % 12, 1 + mixed // 13 % 12, 1 + mixed // 101 % 28, mixed // 7 % 24, mixed // 11 % 60),
        *(mixed // 17 % 60, 1 + mixed // 19 % 10, 1 + mixed // 103 % 28, mixed // 5 % 24, mixed // 3 % 60),
        *(mixed // 23 % 60, _MONEY[mixed % 5], ("First", "Last")[mixed & 1], ("First", "Last")[mixed >> 1 & 1]),
        mixed % 7,
    )
    return (_USER % parts).encode()


def _truth(value: bool) -> str:  # noqa: FBT001 - it is what is rendered
    return "true" if value else "false"
