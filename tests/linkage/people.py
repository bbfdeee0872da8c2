"""Made-up households: who their parents and children are, and what they are called.

Communities name their children differently, and forenames go with surnames accordingly: Mohammed
Khan is far commoner than the two names would be by themselves.
"""

import bisect
import dataclasses
import datetime
import importlib.util
import itertools
import json
import math
import pathlib
import random
from collections.abc import Callable

import nametables as tables
import slips

# The schools' year of the made-up rolls, and the day they and the reports are from.
AS_AT = datetime.date(2026, 11, 20)
YEAR_BEGAN = datetime.date(2026, 9, 1)

# Children under eighteen of a household that has any: the census's shape.
FAMILY_SIZES = [0.40, 0.38, 0.155, 0.045, 0.02]
LARGE_FAMILY_SIZES = [0.22, 0.31, 0.26, 0.14, 0.07]
# One birth in 65 is a multiple one in England; triplets are one in 4,000.
TWINS = 0.0155
TRIPLETS = 0.00025
# About two twin pairs in three are of one sex.
TWINS_ALIKE = 0.66
# Years between births.
GAPS = ([1, 2, 3, 4, 5, 6, 8], [0.14, 0.30, 0.24, 0.14, 0.08, 0.06, 0.04])

# Nearly a third of children live with one parent's other name, or a joined one.
SURNAME_FROM_MOTHER = 0.20
SURNAME_DOUBLE = 0.055
# Children with another father than the younger ones, one family in ten.
HALF_SIBLINGS = 0.10
# Children called by a short form in school, and by a middle name.
SHORT_CALLED = 0.09
MIDDLE_CALLED = 0.025
# Lily-Mae and Tommy-Lee.
DOUBLE_FORENAME = {"F": 0.03, "M": 0.008}
# A name of a community that writes it several ways is in the commonest spelling half the time.
OTHER_SPELLING = 0.5
# British names are mostly written one way, and sometimes as the parents fancied.
OTHER_SPELLING_BRITISH = 0.12
OWN_SPELLING_BRITISH = 0.015
# Mohammed as the first of two names: its bearer is called by the second.
MOHAMMED_FIRST = 0.28
# Born without papers: the first of January was written down.
FIRST_OF_JANUARY = {"somali": 0.08, "arabic": 0.04}


# === frequencies ===


class Frequencies:
    """Names with how common they are, from an ordered list and a curve over its ranks."""

    def __init__(self, names: list[str], curve: Callable[[int], float]):
        self.names = names
        self.sums = list(itertools.accumulate(curve(rank) for rank in range(1, len(names) + 1)))

    def pick(self, rng: random.Random) -> str:
        return self.names[bisect.bisect(self.sums, rng.random() * self.sums[-1])]


def through(points: list[tuple[int, float]]) -> Callable[[int], float]:
    """Straight lines between `(rank, share)` on paper with logarithmic axes."""

    def share(rank: int) -> float:
        nth = min(bisect.bisect([at for at, _ in points], rank), len(points) - 1)
        (low, low_share), (high, high_share) = points[nth - 1], points[nth]
        part = math.log(rank / low) / math.log(high / low)
        return low_share * (high_share / low_share) ** part

    return share


def falling(offset: float, power: float) -> Callable[[int], float]:
    """Zipf and Mandelbrot's curve."""
    return lambda rank: (rank + offset) ** -power


# Shares of Great Britain's surnames, and of a dozen years of England's babies, at a few ranks.
SURNAME_CURVE = through([(1, 0.0118), (10, 0.0042), (100, 0.0011), (1000, 0.0002), (10_000, 1.1e-5), (40_000, 1e-6)])
FORENAME_CURVE = through([(1, 0.021), (10, 0.014), (50, 0.006), (100, 0.003), (200, 0.001), (1200, 4e-5)])
COMMUNITY_FORENAMES = falling(4, 1.0)
COMMUNITY_SURNAMES = falling(1.5, 0.95)


def packaged(name: str) -> list[str]:
    """Lines of a file of `fusuk`, whose code is not run."""
    places = importlib.util.find_spec("fusuk").submodule_search_locations
    return (pathlib.Path(places[0]) / "data" / name).read_text(encoding="utf-8").split("\n")


def british_surnames() -> list[str]:
    """Some 40,000 surnames of Great Britain, commonest first, less those of the other tables."""
    others = {
        slips.without_marks(name).lower()
        for key, table in vars(tables).items()
        if key.endswith("_SURNAMES")
        for name in table
    } - {"joyce", "hughes", "ward", "power", "burke", "kennedy", "kelly", "murphy", "ryan"}
    names = []
    for name in packaged("uk_last_names.txt")[:42_000]:
        if name.lower() in others or len(name) < 3:
            continue
        if name.startswith("O-"):
            name = f"O'{name[2:].capitalize()}"
        elif name.startswith("Mc") and len(name) > 4:
            name = f"Mc{name[2:].capitalize()}"
        if name.replace("'", "").isalpha():
            names.append(name)
    return names


def british_forenames(head: list[str], sex: str) -> Frequencies:
    """The hand-written head, then every other forename of the package in an order of its own."""
    known = {name.lower() for key, table in vars(tables).items() if key.isupper() for name in flat(table)}
    tail = [
        entry["name"]
        for entry in json.loads("\n".join(packaged("uk_first_names.json")))
        if entry["gender"] == sex and entry["name"].lower() not in known and entry["name"].isalpha()
    ]
    random.Random(0).shuffle(tail)
    return Frequencies(list(dict.fromkeys(head)) + tail, FORENAME_CURVE)


def flat(table) -> list[str]:
    return [name for line in table for name in ([line] if isinstance(line, str) else line)]


SPELLINGS: dict[str, list[str]] = {}
for _line in tables.SPELLINGS:
    for _name in _line:
        SPELLINGS.setdefault(_name, []).extend(other for other in _line if other != _name)
SHORT_FORMS: dict[str, list[str]] = {}
LONG_FORMS: dict[str, list[str]] = {}
for _long, *_shorts in tables.SHORT_FORMS:
    SHORT_FORMS.setdefault(_long, []).extend(_shorts)
    for _short in _shorts:
        LONG_FORMS.setdefault(_short, []).append(_long)

BRITISH_SURNAMES = Frequencies(british_surnames(), SURNAME_CURVE)
BRITISH_FORENAMES = {
    "M": british_forenames(tables.BRITISH_BOYS, "male"),
    "F": british_forenames(tables.BRITISH_GIRLS, "female"),
}
MIDDLES = {
    "M": Frequencies(tables.MIDDLE_BOYS, falling(2, 0.9)),
    "F": Frequencies(tables.MIDDLE_GIRLS, falling(2, 0.9)),
}


# === communities ===


@dataclasses.dataclass(frozen=True)
class Community:
    name: str
    # Of the region's households.
    share: float
    forenames: dict[str, Frequencies]
    surnames: Frequencies
    sizes: list[float]
    # How often a surname is a forefather's forename, or made of the community's syllables.
    other_surname: float = 0.0
    syllables: tuple[list[str], list[str]] | None = None


def community(name, share, boys, girls, surnames, large=False, other=0.0, syllables=None) -> Community:
    # Muhammad is one Muslim boy's name in eight.
    forenames = {
        "M": Frequencies(boys, falling(1 if boys[0] == "Muhammad" else 4, 1.0)),
        "F": Frequencies(girls, COMMUNITY_FORENAMES),
    }
    sizes = LARGE_FAMILY_SIZES if large else FAMILY_SIZES
    return Community(name, share, forenames, Frequencies(surnames, COMMUNITY_SURNAMES), sizes, other, syllables)


POLISH_SYLLABLES = (
    tables.words("Jan Bor Mal Kal Lip Gór Wil Rad Sob Tom Wal Mar Ber Kuc Gaj Pol Dud Szcz Krup Zaw Mir Bog"),
    tables.words("owski ewski iński icki czyk ak ecki anowski iak ński owicz alski arski orek ała"),
)
NIGERIAN_SYLLABLES = (
    tables.words("Ade Olu Ogun Ola Akin Ayo Oye Owo Omo Fa Oni Chukwu Nna Iwu Nwa"),
    tables.words("bayo wale yemi sanya tunji leye dele bode niyi sola kunle labi yinka femi ma diran kola"),
)

# Shares of households are near those of pupils in the big towns of England, where most reports are from.
COMMUNITIES = [
    Community("british", 0.63, BRITISH_FORENAMES, BRITISH_SURNAMES, FAMILY_SIZES),
    community("irish", 0.02, tables.IRISH_BOYS, tables.IRISH_GIRLS, tables.IRISH_SURNAMES),
    community("pakistani", 0.065, tables.MUSLIM_BOYS, tables.MUSLIM_GIRLS, tables.PAKISTANI_SURNAMES, True, 0.25),
    community("bangladeshi", 0.025, tables.MUSLIM_BOYS, tables.MUSLIM_GIRLS, tables.BANGLADESHI_SURNAMES, True, 0.15),
    community("sikh", 0.02, tables.SIKH_BOYS, tables.SIKH_GIRLS, tables.SIKH_SURNAMES),
    community("hindu", 0.03, tables.HINDU_BOYS, tables.HINDU_GIRLS, tables.HINDU_SURNAMES, False, 0.08),
    community("polish", 0.035, tables.POLISH_BOYS, tables.POLISH_GIRLS, tables.POLISH_SURNAMES, False, 0.45, POLISH_SYLLABLES),
    community("romanian", 0.02, tables.ROMANIAN_BOYS, tables.ROMANIAN_GIRLS, tables.ROMANIAN_SURNAMES, False, 0.1),
    community("nigerian", 0.03, tables.NIGERIAN_BOYS, tables.NIGERIAN_GIRLS, tables.NIGERIAN_SURNAMES, True, 0.35, NIGERIAN_SYLLABLES),
    community("ghanaian", 0.015, tables.GHANAIAN_BOYS, tables.GHANAIAN_GIRLS, tables.GHANAIAN_SURNAMES),
    community("somali", 0.015, tables.SOMALI_BOYS, tables.SOMALI_GIRLS, tables.SOMALI_SURNAMES, True, 0.3),
    community("arabic", 0.025, tables.ARABIC_BOYS, tables.ARABIC_GIRLS, tables.ARABIC_SURNAMES, True, 0.25),
    community("chinese", 0.01, tables.CHINESE_BOYS, tables.CHINESE_GIRLS, tables.CHINESE_SURNAMES),
]  # fmt: skip
# Parents of two communities.
MIXED = 0.06
MUSLIM = ("pakistani", "bangladeshi", "somali", "arabic")


def spelling(rng: random.Random, name: str, british: bool) -> str:
    """How this family writes the name."""
    if british and rng.random() < OWN_SPELLING_BRITISH:
        return slips.misheard(rng, name)
    if name in SPELLINGS and rng.random() < (OTHER_SPELLING_BRITISH if british else OTHER_SPELLING):
        return rng.choice(SPELLINGS[name])
    return name


def pick_surname(rng: random.Random, of: Community) -> str:
    if rng.random() < of.other_surname:
        if of.syllables:
            return rng.choice(of.syllables[0]) + rng.choice(of.syllables[1])
        # Hardly anybody's surname is the commonest forename of all.
        return spelling(rng, rng.choice(of.forenames["M"].names[1:]), False)
    return spelling(rng, of.surnames.pick(rng), of.name == "british")


# === people ===


@dataclasses.dataclass
class Child:
    """As registered at birth; `sex` is M or F."""

    forename: str
    middle_names: str
    surname: str
    known_as: str
    born: datetime.date
    sex: str
    community: str
    # The name before the last change, where there was one.
    former_surname: str = ""
    twin: bool = False
    # Given to those on a roll.
    upn: str = ""
    nhs_number: str = ""
    school: object = None

    @property
    def school_age(self) -> int:
        """Years on the day the school year began: 4 is reception, 10 the last year of primary."""
        return whole_years(self.born, YEAR_BEGAN)


def whole_years(born: datetime.date, on: datetime.date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclasses.dataclass
class Family:
    mother: str
    father: str
    community: Community
    children: list[Child]
    address: object = None
    # Where they lived until lately, if they moved.
    old_address: object = None
    neighbourhood: int = 0


def births(rng: random.Random, sizes: list[float]) -> list[tuple[datetime.date, int]]:
    """Birth dates of a household's children under eighteen, youngest first, and how many on each."""
    wanted = rng.choices(range(1, 6), sizes)[0]
    days = rng.random() * 365.25 * rng.choice([17.9, 17.9, 12.0])
    dates = []
    while wanted > 0 and days < 365.25 * 18:
        chance = rng.random()
        many = 3 if chance < TRIPLETS else 2 if chance < TWINS else 1
        dates.append((AS_AT - datetime.timedelta(days=int(days)), many))
        wanted -= many
        days += 365.25 * rng.choices(*GAPS)[0] + rng.randint(-150, 170)
    return dates


def make_family(rng: random.Random, of: Community) -> Family:
    other = rng.choices(COMMUNITIES, [c.share for c in COMMUNITIES])[0] if rng.random() < MIXED else of
    family = Family(pick_surname(rng, other), pick_surname(rng, of), of, [])
    surname = shared_surname(rng, family)
    first_father = pick_surname(rng, of) if rng.random() < HALF_SIBLINGS else ""
    # A family writes the name of the prophet one way.
    prophet = spelling(rng, "Muhammad", False)
    forefather = (of.forenames["M"].pick(rng), of.forenames["M"].pick(rng))
    taken: list[str] = []
    for nth, (born, many) in enumerate(births(rng, of.sizes)):
        sex = rng.choice("MF")
        for _ in range(many):
            if many > 1 and rng.random() > TWINS_ALIKE:
                sex = "F" if sex == "M" else "M"
            named_by = rng.choice([of, other])
            child = name_child(rng, named_by, sex, prophet, taken)
            child.surname = first_father if first_father and nth > 0 else surname
            by_custom(rng, child, of.name, forefather)
            child.twin = many > 1
            if rng.random() < FIRST_OF_JANUARY.get(of.name, 0) and born.year < AS_AT.year:
                born = datetime.date(born.year, 1, 1)
            child.born = born
            family.children.append(child)
    return family


def shared_surname(rng: random.Random, family: Family) -> str:
    chance = rng.random()
    if chance < SURNAME_DOUBLE and family.community.name in ("british", "irish"):
        return f"{family.mother}{rng.choice(['-', '-', '-', ' '])}{family.father}"
    if chance < SURNAME_DOUBLE + SURNAME_FROM_MOTHER:
        return family.mother
    return family.father


def name_child(rng: random.Random, of: Community, sex: str, prophet: str, taken: list[str]) -> Child:
    """A child whose forename no sibling has; surname and birth date are still to come."""
    if of.name == "chinese":
        return chinese_child(rng, sex, taken)
    british = of.name == "british"
    pick = of.forenames[sex].pick
    for _ in range(20):
        name = pick(rng)
        if of.name == "sikh" and rng.random() < 0.5:
            name = rng.choice(tables.SIKH_SYLLABLES[0]) + rng.choice(tables.SIKH_SYLLABLES[1])
        if name not in taken:
            break
    taken.append(name)
    forename = prophet if name == "Muhammad" else spelling(rng, name, british)
    middle, known = "", ""
    if of.name in MUSLIM:
        if sex == "M" and name != "Muhammad" and rng.random() < MOHAMMED_FIRST:
            called = rng.random() < 0.6
            if rng.random() < 0.65:
                forename, middle, known = prophet, forename, forename if called else ""
            else:
                forename, known = f"{prophet} {forename}", forename if called else ""
        elif rng.random() < 0.3:
            middle = spelling(rng, pick(rng), False)
    elif of.name not in ("british", "irish"):
        often = 0.8 if of.name in ("nigerian", "ghanaian") else 0.3
        middle = pick(rng) if rng.random() < often else ""
        known = middle if middle and rng.random() < 0.15 else ""
    else:
        if rng.random() < DOUBLE_FORENAME[sex]:
            forename += rng.choice(["-", "-", " "]) + rng.choice(MIDDLES[sex].names[:18])
        middle = " ".join(MIDDLES[sex].pick(rng) for _ in range(rng.choices([0, 1, 2], [0.18, 0.70, 0.12])[0]))
        chance = rng.random()
        if chance < SHORT_CALLED and forename in SHORT_FORMS:
            known = rng.choice(SHORT_FORMS[forename])
        elif middle and chance > 1 - MIDDLE_CALLED:
            known = middle.split()[0]
    if middle == forename:
        middle = ""
    return Child(forename, middle, "", known, AS_AT, sex, of.name)


def chinese_child(rng: random.Random, sex: str, taken: list[str]) -> Child:
    first, second = rng.sample(tables.CHINESE_GIVEN, 2)
    given = rng.choice([f"{first} {second}", f"{first} {second}", first + second.lower(), f"{first}-{second}"])
    names = tables.CHINESE_BOYS if sex == "M" else tables.CHINESE_GIRLS
    english = rng.choice([name for name in names if name not in taken])
    taken.append(english)
    chance = rng.random()
    if chance < 0.3:
        return Child(english, given, "", "", AS_AT, sex, "chinese")
    return Child(given, "", "", english if chance < 0.75 else "", AS_AT, sex, "chinese")


def by_custom(rng: random.Random, child: Child, community_name: str, forefather: tuple[str, str]) -> None:
    """Surnames that follow from sex or descent, and not from a family's one name."""
    girl = child.sex == "F"
    if community_name == "sikh":
        own = "Kaur" if girl else "Singh"
        if rng.random() < 0.35 or child.surname in ("Singh", "Kaur"):
            child.surname = own
        else:
            child.middle_names = own
    elif community_name in ("pakistani", "bangladeshi"):
        if girl and rng.random() < 0.15:
            child.surname = rng.choice(tables.WOMENS_SURNAMES)
        elif not girl and child.surname in tables.WOMENS_SURNAMES:
            child.surname = rng.choice(["Miah", "Ali", "Ahmed", "Uddin", "Islam", "Hussain", "Rahman"])
    elif community_name == "somali":
        child.middle_names, child.surname = forefather
    elif community_name == "polish" and girl and child.surname.endswith("ski") and rng.random() < 0.6:
        child.surname = child.surname[:-1] + "a"
