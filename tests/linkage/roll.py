"""What the schools' rolls say of the children, with what is wrong on them."""

import dataclasses
import datetime
import random

import people
import places
import slips
from identifiers import nhs_number, upn

# Of children of school age: special and independent schools and schools elsewhere take the rest.
ON_A_ROLL = 0.965
# Twins go to one school; now and then one of them needs another.
TWINS_APART = 0.04
# Nursery classes of schools take some of the three-year-olds, sixth forms less than half.
NURSERY = 0.25
SIXTH_FORM = 0.42
# Families of which no child is at a school of the state: they pay, teach at home, or are missing.
ALL_ELSEWHERE = 0.035
# Children go to the nearest school three times in four.
NEAREST_SCHOOL = 0.75

# Typed in a school office from a form the parent wrote: careful, and seen again each year.
FORENAME_TYPO = 0.006
SURNAME_TYPO = 0.006
BIRTH_DATE_SLIP = 0.004
WRONG_SEX = 0.002
# Not every system takes marks on letters, and not every clerk types them.
MARKS_LOST = 0.7
# Hyphens and apostrophes that a school's system refused or a clerk left out.
PUNCTUATION_LOST = 0.12
# Schools hear of a move months later, or never.
MOVED_LATELY = 0.09
OLD_ADDRESS_KEPT = 0.5
# Known-as names are asked for, and often left empty.
KNOWN_AS_RECORDED = 0.65
# Health numbers are on a school's roll only where a nurse or a council put them.
NHS_RECORDED = 0.2
POSTCODE_LOST = 0.01
# A surname changed by marriage, separation or adoption; less than half of schools note the old one.
SURNAME_CHANGED = 0.035
FORMER_RECORDED = 0.45
FORMER_STILL_ON_ROLL = 0.3
# Families that moved out of reach of their school, before the old school took them off.
STILL_ON_OLD_ROLL = 0.015
# Taken off properly: the row is closed.
CLOSED_ON_OLD_ROLL = 0.03
# Pupil referral units, hospital schools: two registrations, both right.
DUAL = 0.007
# Left the region: only a closed row is here. Nobody reports them, they stand in the way.
LEAVERS = 0.01
# Given for the time being; it ends with a letter.
TEMPORARY_UPN = 0.003


@dataclasses.dataclass
class Numbers:
    """Gives out identifiers, each once."""

    serials: dict[tuple[int, int], int] = dataclasses.field(default_factory=dict)
    nhs: int = 0

    def next_upn(self, rng: random.Random, school: places.School, year: int) -> str:
        key = (school.number, year)
        serial = self.serials[key] = self.serials.get(key, 0) + 1
        temporary = rng.choice("ABCDEFGH") if rng.random() < TEMPORARY_UPN and serial < 100 else ""
        # Three digits hold a thousand; the next council's numbers hold the next.
        return upn(places.COUNCIL + serial // 1000, school.number, year, serial, temporary)

    def next_nhs(self) -> str:
        while True:
            # A step that shares no factor with a million meets every number once.
            self.nhs = (self.nhs + 617_369) % 1_000_000
            if number := nhs_number(self.nhs):
                return number


def place_family(rng: random.Random, region: places.Region, family: people.Family) -> None:
    """Gives the family a home, and where it moved lately, the one before."""
    family.neighbourhood = region.pick_neighbourhood(rng, people.COMMUNITIES.index(family.community))
    family.address = places.home_in(rng, region.neighbourhoods[family.neighbourhood])
    if rng.random() < MOVED_LATELY:
        near = rng.random() < 0.6
        place = family.neighbourhood if near else rng.randrange(len(region.neighbourhoods))
        family.old_address = places.home_in(rng, region.neighbourhoods[place])


def is_on_a_roll(rng: random.Random, child: people.Child) -> bool:
    age = child.school_age
    if 4 <= age <= 15:
        return rng.random() < ON_A_ROLL
    return rng.random() < {3: NURSERY, 16: SIXTH_FORM, 17: SIXTH_FORM}.get(age, 0)


def enrol(rng: random.Random, region: places.Region, numbers: Numbers, family: people.Family) -> None:
    """Sends the children to school, and gives each a UPN."""
    if rng.random() < ALL_ELSEWHERE:
        return
    usual = usual_schools(rng, region, family.neighbourhood)
    twins_are = None
    for child in family.children:
        is_on = is_on_a_roll(rng, child)
        if child.twin and twins_are is not None and rng.random() > TWINS_APART:
            is_on = twins_are
        twins_are = is_on if child.twin else None
        if not is_on:
            continue
        child.school = usual[child.school_age > 10]
        if rng.random() < 0.04:
            child.school = usual_schools(rng, region, family.neighbourhood)[child.school_age > 10]
        first = min(people.AS_AT.year, child.born.year + 4)
        child.upn = numbers.next_upn(rng, usual[0], first)


def usual_schools(
    rng: random.Random, region: places.Region, place: int
) -> tuple[places.School, places.School]:
    """The primary and secondary school that a family of this neighbourhood chose."""
    if rng.random() > NEAREST_SCHOOL:
        place = (place + rng.randint(-4, 4)) % len(region.neighbourhoods)
    return region.usual_schools(place)


def change_surname(rng: random.Random, family: people.Family) -> None:
    """Some children's surnames changed after they were registered."""
    for child in family.children:
        if rng.random() < SURNAME_CHANGED:
            child.former_surname = child.surname
            after = family.mother if child.surname != family.mother and rng.random() < 0.5 else None
            child.surname = after or people.pick_surname(rng, family.community)


# === rows ===


def rows_of(
    rng: random.Random, region: places.Region, family: people.Family, child: people.Child
) -> list[dict]:
    started = datetime.date(people.AS_AT.year - rng.randint(0, 4), 9, rng.randint(1, 7))
    main = row(rng, family, child, child.school)
    main |= {"enrolment_status": "C", "from": started.isoformat()}
    rows = [main]
    other = rng.choice(region.primaries if child.school_age <= 10 else region.secondaries)
    chance = rng.random()
    if other.urn == child.school.urn or chance > DUAL + STILL_ON_OLD_ROLL + CLOSED_ON_OLD_ROLL:
        return rows
    second = row(rng, family, child, other)
    if chance < DUAL:
        main["enrolment_status"] = "M"
        second |= {"enrolment_status": "S", "from": "2026-09-07"}
    elif chance < DUAL + STILL_ON_OLD_ROLL:
        moved_in = people.AS_AT - datetime.timedelta(days=rng.randint(3, 70))
        main["from"] = moved_in.isoformat()
        second |= {"enrolment_status": "C", "from": "2024-09-04"}
    else:
        second |= {"enrolment_status": "P", "from": "2023-09-05", "to": left_before(started)}
    return [main, second]


def leaver_row(rng: random.Random, family: people.Family, child: people.Child) -> dict:
    closed = row(rng, family, child, child.school)
    return closed | {"enrolment_status": "P", "from": "2023-09-05", "to": "2026-07-22"}


def left_before(started: datetime.date) -> str:
    return max(datetime.date(2023, 10, 20), started - datetime.timedelta(days=45)).isoformat()


def row(rng: random.Random, family: people.Family, child: people.Child, school: places.School) -> dict:
    """One school's row of the child, as its office typed it."""
    forename, surname = child.forename, child.surname
    former = ""
    if child.former_surname:
        if rng.random() < FORMER_STILL_ON_ROLL:
            surname = child.former_surname
        elif rng.random() < FORMER_RECORDED:
            former = child.former_surname
    if rng.random() < FORENAME_TYPO:
        forename = slips.misspelt(rng, forename)
    if rng.random() < SURNAME_TYPO:
        surname = slips.misspelt(rng, surname)
    born = child.born
    if rng.random() < BIRTH_DATE_SLIP:
        swapped = slips.day_and_month_swapped(born)
        if swapped and swapped <= people.AS_AT and rng.random() < 0.4:
            born = swapped
        else:
            born = slips.date_digit_slip(rng, born, people.AS_AT)
    address = family.address
    if family.old_address and rng.random() < OLD_ADDRESS_KEPT:
        address = family.old_address
    sex = child.sex if rng.random() > WRONG_SEX else ("F" if child.sex == "M" else "M")
    marks_lost, points_lost = rng.random() < MARKS_LOST, rng.random() < PUNCTUATION_LOST
    names = [forename, child.middle_names, surname, child.known_as, former]
    if marks_lost:
        names = [slips.without_marks(name) for name in names]
    if points_lost:
        names = [name.replace("-", " ").replace("'", "") for name in names]
    forename, middle, surname, known, former = names
    return {
        "urn": school.urn,
        "upn": child.upn,
        "nhs_number": child.nhs_number if rng.random() < NHS_RECORDED else "",
        "forename": forename,
        "middle_names": middle,
        "surname": surname,
        "known_as": known if rng.random() < KNOWN_AS_RECORDED else "",
        "former_surname": former,
        "date_of_birth": born.isoformat(),
        "sex": sex,
        "address": places.roll_style(address, school.style),
        "postcode": address.postcode if rng.random() > POSTCODE_LOST else "",
    }
