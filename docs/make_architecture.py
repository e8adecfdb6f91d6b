"""Draws docs/architecture.svg: the house as built, floor above floor, who may know whom.

Run it from the project's root: python docs/make_architecture.py
"""

from __future__ import annotations

from html import escape
from pathlib import Path

BOX, INK, LINE, SOFT = "#ffffff", "#1c2733", "#5b6b7a", "#eef2f6"
STYLE = "font-family='Verdana, DejaVu Sans, sans-serif'"

FLOORS = [
    (
        "5  faces",
        [
            ("cli", "the jackfield command"),
            ("testing", "contract suite, tapes, replays"),
            ("scaffold", "jackfield new"),
            ("messages", "texts found, catalogues"),
        ],
    ),
    (
        "4  what a host calls",
        [
            ("translations", "at the screen"),
            ("discovery", "finds, quarantines"),
            ("connector", "Connector, Connection"),
        ],
    ),
    ("3  THE CONTRACT", [("hookspecs", "every hook, typed, one file")]),
    (
        "2  work",
        [
            ("steps", "those of most checks"),
            ("checks", "step runner"),
            ("http", "guard, retry, budget, redact"),
            ("simkit", "CRMs of data and routes"),
        ],
    ),
    (
        "1  data and laws",
        [
            ("settings", ""),
            ("platform", ""),
            ("users", ""),
            ("pagination", ""),
            ("simulation", ""),
            ("phones, zones", ""),
        ],
    ),
    ("0  ground", [("records", ""), ("errors", "four kinds, stable codes")]),
]
PORTAL = [
    ("web", "pages, style, script"),
    ("organizations", "people, agents"),
    ("connections", "two-phase save"),
    ("checks", "Systems Check"),
    ("notices", "who is told, and how"),
    ("imports", "stage, guard, apply"),
    ("mapping", "suggest, save, undo"),
    ("vault", "AES-GCM at rest"),
    ("budgets", "requests per scope"),
    ("jobs", "the work engine's port"),
    ("api", "REST with tokens"),
    ("events", "signed webhooks"),
    ("audit", "who did what, when"),
    ("observability", "log, metrics, traces"),
]
PLUGIN = ["settings", "checks", "protocol", "models", "mapping", "simulator"]


def box(x: int, y: int, w: int, h: int, title: str, note: str = "", fill: str = BOX) -> str:
    """A room: its name in bold and, under it, what it holds."""
    lines = [f"<rect x='{x}' y='{y}' width='{w}' height='{h}' rx='6' fill='{fill}' stroke='{LINE}'/>"]
    middle = y + h / 2 + (4 if not note else -3)
    lines.append(
        f"<text x='{x + w / 2}' y='{middle}' text-anchor='middle' font-size='13' font-weight='bold' fill='{INK}' "
        f"{STYLE}>{escape(title)}</text>"
    )
    if note:
        lines.append(
            f"<text x='{x + w / 2}' y='{middle + 16}' text-anchor='middle' font-size='10.5' fill='{LINE}' {STYLE}>"
            f"{escape(note)}</text>"
        )
    return "".join(lines)


def label(x: int, y: int, text: str, size: int = 12, weight: str = "normal") -> str:
    """A line of text that begins at (x, y)."""
    return f"<text x='{x}' y='{y}' font-size='{size}' font-weight='{weight}' fill='{INK}' {STYLE}>{escape(text)}</text>"


def arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    """An import: whoever stands at the tail knows whoever stands at the head."""
    return f"<line x1='{x1}' y1='{y1}' x2='{x2}' y2='{y2}' stroke='{INK}' stroke-width='2' marker-end='url(#head)'/>"


def portal() -> list[str]:
    """The ready-made host, one Django app per idea."""
    parts = [
        f"<rect x='20' y='60' width='700' height='190' rx='10' fill='{SOFT}' stroke='{LINE}'/>",
        label(36, 84, "portal/  jackfield_portal: the ready-made host, one Django app per idea", 14, "bold"),
    ]
    for index, (name, note) in enumerate(PORTAL):
        parts.append(box(34 + (index % 5) * 136, 94 + (index // 5) * 52, 130, 46, name, note))
    return parts


def plugin() -> list[str]:
    """A connector: the same rooms in every plugin."""
    parts = [
        f"<rect x='760' y='60' width='340' height='190' rx='10' fill='{SOFT}' stroke='{LINE}'/>",
        label(776, 84, "plugins/*, or anybody's: a connector", 14, "bold"),
        box(776, 98, 308, 34, "__init__", "", BOX),
        label(786, 146, "hook implementations only; the rooms behind them:", 11),
    ]
    for index, name in enumerate(PLUGIN):
        parts.append(box(776 + (index % 3) * 104, 156 + (index // 3) * 44, 98, 36, name))
    return parts


def core() -> list[str]:
    """The framework, from the faces down to the ground."""
    parts = [
        f"<rect x='20' y='310' width='1080' height='440' rx='10' fill='{SOFT}' stroke='{LINE}'/>",
        label(36, 336, "core/  jackfield: the framework; it knows no CRM by name", 14, "bold"),
    ]
    for floor, (title, rooms) in enumerate(FLOORS):
        y = 352 + floor * 65
        parts.append(label(36, y + 32, title, 12, "bold" if "CONTRACT" in title else "normal"))
        width = (870 - 10 * (len(rooms) - 1)) // len(rooms)
        for index, (name, note) in enumerate(rooms):
            parts.append(
                box(210 + index * (width + 10), y, width, 52, name, note, "#fdf3d7" if "CONTRACT" in title else BOX)
            )
    return parts


def main() -> None:
    """Write the picture."""
    head = (
        "<defs><marker id='head' markerWidth='10' markerHeight='8' refX='9' refY='4' orient='auto'>"
        f"<path d='M0,0 L10,4 L0,8 z' fill='{INK}'/></marker></defs>"
    )
    parts = [
        head,
        label(20, 36, "Jackfield, as built: imports point down, and import-linter holds them to it", 17, "bold"),
        *portal(),
        *plugin(),
        *core(),
        arrow(370, 252, 370, 306),
        label(382, 284, "calls discovery and connector; names no plugin", 11),
        arrow(930, 252, 930, 306),
        label(942, 284, "the contract and below", 11),
    ]
    opening = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1120 770' role='img'><title>The house</title>"
    svg = f"{opening}{''.join(parts)}</svg>"
    Path(__file__).with_name("architecture.svg").write_text(svg.replace("'", '"') + "\n", "utf-8")


if __name__ == "__main__":
    main()
