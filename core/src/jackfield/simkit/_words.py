"""What fictional people are made of: names with their ASCII spelling, companies, telephone numbers."""

from __future__ import annotations

FIRST_NAMES = (
    ("Amara", "amara"),
    ("Zoë", "zoe"),
    ("Marcus", "marcus"),
    ("Łukasz", "lukasz"),
    ("Ingrid", "ingrid"),
    ("Kwame", "kwame"),
    ('Robert "Bob"', "bob"),
    ("Noor", "noor"),
    ("José", "jose"),
    ("Siobhán", "siobhan"),
    ("Priya", "priya"),
    ("Dmitri", "dmitri"),
    ("Hana", "hana"),
    ("Jean-Luc", "jeanluc"),
    ("Олена", "olena"),
    ("Tariq", "tariq"),
    ("Grace", "grace"),
    ("Mehmet", "mehmet"),
    ("小雨", "xiaoyu"),
    ("Freya", "freya"),
    ("Carlos", "carlos"),
    ("Anneke", "anneke"),
    ("Ólafur", "olafur"),
)
LAST_NAMES = (
    ("Okafor", "okafor"),
    ("O'Brien", "obrien"),
    ("Lindqvist", "lindqvist"),
    ("Nguyễn", "nguyen"),
    ("van der Berg", "vanderberg"),
    ("Castillo", "castillo"),
    ("Müller", "mueller"),
    ("Haddad", "haddad"),
    ("Kowalska", "kowalska"),
    ("Ferrari", "ferrari"),
    ("Tanaka", "tanaka"),
    ("Smith-Jones", "smithjones"),
    ("Þórsdóttir", "thorsdottir"),
    ("Mensah", "mensah"),
    ("Петренко", "petrenko"),
    ("Dubois", "dubois"),
    ("Rossi", "rossi"),
    ("Özdemir", "oezdemir"),
    ("王", "wang"),
    ("Andersen", "andersen"),
    ("Baker", "baker"),
    ("D'Angelo", "dangelo"),
    ("Novák", "novak"),
    ("Silva", "silva"),
    ("Kaur", "kaur"),
    ("Weiß", "weiss"),
    ("Moreau", "moreau"),
    ("Fraser", "fraser"),
    ("Abebe", "abebe"),
)
COMPANIES = (
    ("Harbour Light Bakery", "harbourlight"),
    ("Blue Heron Logistics", "blueheron"),
    ("Étoile & Fils", "etoile"),
    ("Quill Street Books", "quillstreet"),
    ("Northfold Dental", "northfold"),
    ('The "Good" Paint Co.', "goodpaint"),
    ("Saltmarsh Energy", "saltmarsh"),
    ("O'Hara Plumbing", "ohara"),
    ("Tidewell Clinic", "tidewell"),
    ("Maple & Stone Architects", "maplestone"),
)
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Australia/Sydney",
    "Asia/Kolkata",
)
AREAS = ("212", "303", "312", "404", "415", "503", "512", "617", "702", "206")
SPELLINGS = ("+1{0}{1}{2}", "{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "+1 {0}-{1}-{2}")


def one_in(many: int, number: int, place: int) -> bool:
    """Whether this is the one in so many that is in that place of each such lot."""
    return number % many == place


def name_of(number: int) -> tuple[str, str, str]:
    """First name, last name and mailbox of somebody; the mailbox belongs to nobody else."""
    column, row = number % len(FIRST_NAMES), number // len(FIRST_NAMES)
    first, first_ascii = FIRST_NAMES[column]
    last, last_ascii = LAST_NAMES[(5 * column + row) % len(LAST_NAMES)]
    again = number // (len(FIRST_NAMES) * len(LAST_NAMES))
    return first, last, f"{first_ascii}.{last_ascii}{again + 1 if again else ''}"


def telephone(number: int) -> str:
    """A fictional telephone number in E.164; each 1,000 they come again."""
    area, line = AREAS[number % len(AREAS)], 100 + number // len(AREAS) % 100
    return f"+1{area}555{line:04}"


def spelt(telephone: str) -> str:
    """A number of :func:`telephone` as somebody typed it into the CRM: in one of five ways, the same one each time."""
    area, exchange, line = telephone[2:5], telephone[5:8], telephone[8:]
    return SPELLINGS[AREAS.index(area) % len(SPELLINGS)].format(area, exchange, line)
