"""Made-up households: who their parents and children are, and what they are called.

Communities name their children differently, and forenames go with surnames accordingly: Mohammed
Khan is far commoner than the two names would be by themselves.
"""

import dataclasses
import datetime
import random

import nametables as tables
import slips
from frequencies import (
    COMMUNITY_FORENAMES,
    COMMUNITY_SURNAMES,
    SURNAME_CURVE,
    Frequencies,
    british_forenames,
    british_surnames,
    falling,
)

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


def community(
    name: str,
    share: float,
    forenames: str,
    surnames: str,
    large: bool = False,
    other: float = 0.0,
    syllables: tuple[list[str], list[str]] | None = None,
) -> Community:
    """`forenames` and `surnames` are the beginnings of the tables' names."""
    boys, girls = getattr(tables, f"{forenames}_BOYS"), getattr(tables, f"{forenames}_GIRLS")
    return Community(
        name,
        share,
        {
            # Muhammad is one Muslim boy's name in eight.
            "M": Frequencies(boys, falling(1 if boys[0] == "Muhammad" else 4, 1.0)),
            "F": Frequencies(girls, COMMUNITY_FORENAMES),
        },
        Frequencies(getattr(tables, f"{surnames}_SURNAMES"), COMMUNITY_SURNAMES),
        LARGE_FAMILY_SIZES if large else FAMILY_SIZES,
        other,
        syllables,
    )


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
    community("irish", 0.02, "IRISH", "IRISH"),
    community("pakistani", 0.065, "MUSLIM", "PAKISTANI", large=True, other=0.25),
    community("bangladeshi", 0.025, "MUSLIM", "BANGLADESHI", large=True, other=0.15),
    community("sikh", 0.02, "SIKH", "SIKH"),
    community("hindu", 0.03, "HINDU", "HINDU", other=0.08),
    community("polish", 0.035, "POLISH", "POLISH", other=0.45, syllables=POLISH_SYLLABLES),
    community("romanian", 0.02, "ROMANIAN", "ROMANIAN", other=0.1),
    community("nigerian", 0.03, "NIGERIAN", "NIGERIAN", large=True, other=0.35, syllables=NIGERIAN_SYLLABLES),
    community("ghanaian", 0.015, "GHANAIAN", "GHANAIAN"),
    community("somali", 0.015, "SOMALI", "SOMALI", large=True, other=0.3),
    community("arabic", 0.025, "ARABIC", "ARABIC", large=True, other=0.25),
    community("chinese", 0.01, "CHINESE", "CHINESE"),
]
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
        middle = " ".join(
            MIDDLES[sex].pick(rng) for _ in range(rng.choices([0, 1, 2], [0.18, 0.70, 0.12])[0])
        )
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
    given = rng.choice(
        [f"{first} {second}", f"{first} {second}", first + second.lower(), f"{first}-{second}"]
    )
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
