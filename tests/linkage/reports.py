"""What the police write of the children, at night, from what a parent says.

Each chance below is that of an ordinary report; `incidents.CARE` makes it smaller or greater.
"""

import datetime
import random

import people
import places
import slips
from incidents import Draft, Incident

# === names ===

# A frightened child or a neighbour gives a forename and an age, and the address is known.
FORENAME_AND_AGE = 0.02
# Somebody mentioned the name of a child who was not there.
NAME_ONLY = 0.015
# "Two boys, about six": the others were asleep.
UNNAMED = 0.008
# Parents say what they call the child.
CALLED = 0.35
# Harry is said for Harrison though no register has it.
SHORT_FORM = 0.05
# Others write out what they take for a short form.
LONG_FORM = 0.02
# Documents have the names in another order, or the family uses the second.
MIDDLE_FOR_FORENAME = 0.015
# Copied from a passport: all forenames in one field.
MIDDLE_TOO = 0.05
# A field of its own, which most leave empty.
KNOWN_AS_GIVEN = 0.08
# Officers write a name of another language as they hear it: one in five is another spelling.
OTHER_SPELLING = 0.20
OTHER_SPELLING_BRITISH = 0.04
# Heard at a door, or typed with cold hands; studies of police and hospital records find 2 to 5 %.
FORENAME_MISSPELT = 0.035
SURNAME_MISSPELT = 0.03
# Fields of twelve letters, and officers who stop when the radio calls.
CUT_SHORT = 0.005
INITIAL_ONLY = 0.006
# The parent who speaks, or an old record, has the name from before it changed.
FORMER_SURNAME = 0.30
# Families themselves use half of a double name as often as not, and police meet one parent.
HALF_OF_DOUBLE = 0.35
JOINED_DIFFERENTLY = 0.25
# O'Brien, Al-Hassan and Lily-Mae: force systems and hasty hands drop the marks.
PUNCTUATION_LOST = 0.35
# Al-Hassan is Hassan to one half of his cousins.
PARTICLE_LOST = 0.12
# Hardly any force's keyboard has Polish letters.
MARKS_LOST = 0.92
# -ski for a girl whose name ends with -ska, and the other way.
POLISH_ENDING = 0.25
# Names whose order the officer does not know.
SWAPPED = 0.006
SWAPPED_OFTEN = {
    "chinese": 0.08,
    "somali": 0.03,
    "pakistani": 0.02,
    "arabic": 0.02,
    "hindu": 0.02,
    "nigerian": 0.02,
}
# One box was all the form had.
ALL_IN_FORENAME = 0.004

# === birth date and sex ===

# Children's birth dates are asked for, and mothers know them; neighbours and fathers may not.
NO_BIRTH_DATE = 0.06
# Some forms have both fields.
AGE_TOO = 0.12
# Of those without a birth date.
NO_AGE_EITHER = 0.15
# Guessed by whoever was asked; or the birthday was last week.
AGE_OFF = 0.12
# Slips of the date that record linkers find in health and police records: one in a hundred or so each.
DAY_AND_MONTH = 0.006
DIGIT_SLIP = 0.010
YEAR_OFF = 0.008
# Systems that refuse an empty date get the first of January.
PLACEHOLDER = 0.006
# Copied down one line too far.
SIBLINGS_BIRTH_DATE = 0.003
# Not every form asks, and a name does not tell every officer.
NO_SEX = 0.08
WRONG_SEX = 0.006

# === school and numbers ===

# The school before, or one of a like name.
SCHOOL_WRONG = 0.02
# Only where the force looked the child up elsewhere.
UPN_GIVEN = 0.01
NHS_GIVEN = 0.02
# Copied from the line above, or from the one child the force had met before.
NUMBER_OF_SIBLING = 0.06
# Ten and thirteen characters, copied by hand.
NUMBER_SLIP = 0.04


# === one child ===


def report(
    rng: random.Random, region: places.Region, incident: Incident, child: people.Child
) -> tuple[dict[str, str], list[str]]:
    """The report of one child, less its id, and what makes it hard."""
    draft = Draft(rng, incident.care, {"address": incident.address, "postcode": incident.postcode}, [])
    who_it_is(draft, incident.family, child)
    draft.kinds += incident.address_kinds
    write_forename(draft, child)
    write_surname(draft, incident, child)
    write_birth(draft, incident.family, child)
    write_sex(draft, child)
    swap(draft, child)
    write_school(draft, region, incident, child)
    write_numbers(draft, incident.family, child)
    sparse(draft, child)
    for name in ("forename", "surname", "known_as"):
        text = draft.fields[name]
        if rng.random() < MARKS_LOST:
            text = slips.without_marks(text)
        draft.fields[name] = {"upper": text.upper(), "lower": text.lower()}.get(incident.case, text)
    draft.fields["true_upn"] = child.upn
    if not set(draft.kinds) - {"has siblings", "number given"}:
        draft.kinds.append("nothing amiss")
    return draft.fields, draft.kinds


def who_it_is(draft: Draft, family: people.Family, child: people.Child) -> None:
    if not child.upn:
        ages = ("too young", "at school age", "older")
        draft.kinds.append(f"no roll: {ages[(child.school_age > 3) + (child.school_age > 15)]}")
    if child.twin:
        draft.kinds.append("twin")
    if len(family.children) > 1:
        draft.kinds.append("has siblings")


def write_forename(draft: Draft, child: people.Child) -> None:
    rng, name, known = draft.rng, child.forename, ""
    if child.known_as and rng.random() < CALLED:
        name, known = child.known_as, child.forename if rng.random() < 0.1 else ""
        draft.kinds.append("known-as for forename")
    elif name in people.SHORT_FORMS and draft.happens(SHORT_FORM, "short form"):
        name = rng.choice(people.SHORT_FORMS[name])
    elif name in people.LONG_FORMS and draft.happens(LONG_FORM, "long form"):
        name = rng.choice(people.LONG_FORMS[name])
    elif child.middle_names and draft.happens(MIDDLE_FOR_FORENAME, "middle name for forename"):
        name = rng.choice(child.middle_names.split())
    elif child.middle_names and draft.happens(MIDDLE_TOO):
        name = f"{name} {child.middle_names}"
    if not known and child.known_as != name and draft.happens(KNOWN_AS_GIVEN):
        known = child.known_as or rng.choice(people.SHORT_FORMS.get(child.forename, [""]))
    british = child.community in ("british", "irish")
    name = respelt(draft, name, OTHER_SPELLING_BRITISH if british else OTHER_SPELLING)
    if draft.happens(FORENAME_MISSPELT, "forename misspelt"):
        name = slips.misspelt(rng, name)
    if len(name) > 5 and draft.happens(CUT_SHORT, "cut short"):
        name = name[: rng.randint(3, 5)]
    elif draft.happens(INITIAL_ONLY, "initial only"):
        name = name[:1]
    if ("-" in name or "'" in name) and draft.happens(PUNCTUATION_LOST):
        name = name.replace("-", rng.choice([" ", ""])).replace("'", "")
    draft.fields |= {"forename": name, "known_as": known}


def respelt(draft: Draft, name: str, chance: float) -> str:
    """One of the name's words in another of its spellings."""
    words = name.split(" ")
    able = [nth for nth, word in enumerate(words) if word in people.SPELLINGS]
    if able and draft.happens(chance, "other spelling"):
        nth = draft.rng.choice(able)
        words[nth] = draft.rng.choice(people.SPELLINGS[words[nth]])
    return " ".join(words)


def write_surname(draft: Draft, incident: Incident, child: people.Child) -> None:
    rng, name = draft.rng, child.surname
    if incident.surname and incident.surname != name:
        name = incident.surname
        draft.kinds.append("a parent's or partner's surname")
    elif child.former_surname:
        draft.kinds.append("surname changed")
        if rng.random() < FORMER_SURNAME:
            name = child.former_surname
    halves = name.replace("-", " ").split(" ")
    if len(halves) == 2 and len(halves[0]) > 2:
        if draft.happens(HALF_OF_DOUBLE, "half of a double name"):
            name = rng.choice(halves)
        elif draft.happens(JOINED_DIFFERENTLY, "double name joined differently"):
            name = rng.choice(
                [f"{halves[1]}-{halves[0]}", " ".join(halves), "".join(halves), "-".join(halves)]
            )
    elif name[:3] in ("Al-", "El-") and draft.happens(PARTICLE_LOST, "particle lost"):
        name = name[3:]
    elif (
        name[-2:] in ("ki", "ka")
        and child.community == "polish"
        and draft.happens(POLISH_ENDING, "-ski for -ska")
    ):
        name = name[:-1] + ("i" if name[-1] == "a" else "a")
    british = child.community in ("british", "irish")
    name = respelt(draft, name, OTHER_SPELLING_BRITISH if british else OTHER_SPELLING)
    if draft.happens(SURNAME_MISSPELT, "surname misspelt"):
        name = slips.misspelt(rng, name)
    if ("-" in name or "'" in name) and draft.happens(PUNCTUATION_LOST, "punctuation lost"):
        name = name.replace("-", rng.choice([" ", ""])).replace("'", rng.choice([" ", "", ""]))
    draft.fields["surname"] = name


def swap(draft: Draft, child: people.Child) -> None:
    fields = draft.fields
    if draft.happens(SWAPPED_OFTEN.get(child.community, SWAPPED), "forename and surname swapped"):
        fields["forename"], fields["surname"] = fields["surname"], fields["forename"]
    elif draft.happens(ALL_IN_FORENAME, "whole name in forename"):
        fields["forename"], fields["surname"] = f"{fields['forename']} {fields['surname']}", ""


def write_birth(draft: Draft, family: people.Family, child: people.Child) -> None:
    born, rng = child.born, draft.rng
    draft.fields |= {"date_of_birth": "", "age": ""}
    age = people.whole_years(child.born, people.AS_AT)
    if draft.happens(NO_BIRTH_DATE, "no birth date"):
        if not draft.happens(NO_AGE_EITHER, "no age either"):
            if draft.happens(AGE_OFF, "age off by one"):
                age += rng.choice([-1, 1])
            draft.fields["age"] = str(max(0, age))
        return
    written = wrong_birth(draft, family, child)
    draft.fields["date_of_birth"] = (written or born).isoformat()
    if draft.happens(AGE_TOO):
        draft.fields["age"] = str(max(0, age))


def wrong_birth(draft: Draft, family: people.Family, child: people.Child) -> datetime.date | None:
    """A birth date that is not the child's, where a slip happens."""
    born, rng, latest = child.born, draft.rng, people.AS_AT
    wrong = None
    if draft.happens(DAY_AND_MONTH):
        wrong, kind = slips.day_and_month_swapped(born), "day and month swapped"
    elif draft.happens(DIGIT_SLIP):
        wrong, kind = slips.date_digit_slip(rng, born, latest), "birth date: a digit"
    elif draft.happens(YEAR_OFF):
        wrong, kind = slips.years_off(born, rng.choice([-1, 1])), "birth date: the year"
    elif draft.happens(PLACEHOLDER):
        wrong, kind = datetime.date(born.year, 1, 1), "first of January"
    elif len(family.children) > 1 and draft.happens(SIBLINGS_BIRTH_DATE):
        wrong, kind = rng.choice(family.children).born, "birth date: a sibling's"
    if wrong is None or wrong == born or wrong > latest:
        return None
    draft.kinds.append(kind)
    return wrong


def write_sex(draft: Draft, child: people.Child) -> None:
    sex = child.sex
    if draft.happens(NO_SEX):
        sex = ""
    elif draft.happens(WRONG_SEX, "sex wrong"):
        sex = "F" if sex == "M" else "M"
    draft.fields["sex"] = sex


def write_school(draft: Draft, region: places.Region, incident: Incident, child: people.Child) -> None:
    draft.fields["school_name"] = ""
    if not incident.school_asked or child.school_age < 3:
        return
    school = child.school
    others = [other.school for other in incident.family.children if other.school and other.school != school]
    if others and incident.one_school:
        school = others[0]
        draft.kinds.append("school of a sibling")
    elif draft.happens(SCHOOL_WRONG, "school wrong"):
        school = draft.rng.choice(region.primaries if child.school_age <= 10 else region.secondaries)
    if school:
        draft.fields["school_name"] = spoken(draft.rng, school)


def spoken(rng: random.Random, school: places.School) -> str:
    """The school's name as a parent says it: St Mary's has many namesakes."""
    name = school.name
    short = name
    for word in (" School", " Catholic", " CofE", " Primary", " High", " Academy"):
        short = short.replace(word, "")
    name = rng.choice([name, name, short, short, name.replace("CofE", "C of E").replace("Catholic", "RC")])
    if rng.random() < 0.4:
        name = name.replace("'", "")
    return f"{name}, {places.TOWNS[school.town][0]}" if rng.random() < 0.1 else name


def write_numbers(draft: Draft, family: people.Family, child: people.Child) -> None:
    for field, chance in (("upn", UPN_GIVEN), ("nhs_number", NHS_GIVEN)):
        number = getattr(child, field)
        draft.fields[field] = ""
        if draft.rng.random() >= chance:
            continue
        others = [
            getattr(other, field) for other in family.children if other is not child and getattr(other, field)
        ]
        if others and draft.happens(NUMBER_OF_SIBLING):
            number = draft.rng.choice(others)
            draft.kinds.append("number of a sibling")
        elif number and draft.happens(NUMBER_SLIP):
            number = slips.digit_slip(draft.rng, number)
            draft.kinds.append("number slipped")
        elif number:
            draft.kinds.append("number given")
        draft.fields[field] = number


def sparse(draft: Draft, child: people.Child) -> None:
    """Some know hardly anything of the child."""
    fields = draft.fields
    nothing = dict.fromkeys(("known_as", "date_of_birth", "age", "upn", "nhs_number", "school_name"), "")
    if draft.happens(FORENAME_AND_AGE, "forename and age"):
        age = people.whole_years(child.born, people.AS_AT)
        fields |= nothing | {"surname": "", "age": str(max(0, age + draft.rng.choice([0, 0, 0, 0, -1, 1])))}
    elif draft.happens(NAME_ONLY, "name only"):
        fields |= nothing | {"address": "", "postcode": "", "sex": ""}
    elif draft.happens(UNNAMED, "unnamed"):
        fields |= nothing | {"forename": "", "age": str(people.whole_years(child.born, people.AS_AT))}
