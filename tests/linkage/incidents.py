"""The incidents: which children are reported, and what all reports of one incident have in common.

Each chance below, and in `reports.py`, is that of an ordinary report. `CARE` makes it smaller where
an officer had time and a document to copy from, and greater in a hurried one: slips come together.
"""

import dataclasses
import random

import people
import places
import slips

# How the incidents divide, and what each chance is multiplied by.
CARE = ([0.4, 1.0, 2.3], [0.45, 0.38, 0.17])

# === which children ===

# A child who was not at home is often left out.
REPORTED = 0.92
# A cousin or friend who was there that night, and lives elsewhere.
VISITING_CHILD = 0.02
# Families of which no child is on a roll here: from elsewhere, travelling, in a refuge.
STRANGERS = 0.03
# Two children of one name born the same day, both on a roll: chance makes a dozen such pairs in a
# hundred thousand, some of them twins; planted three times as often, for each must be got right.
NAMESAKES_PER_ROLL = 40 / 100_000
# A child on no roll with name and birthday of one who is: chance makes one or so in as many reports.
NAMESAKES_ON_NO_ROLL = 8 / 10_000

# === names ===

# The mother is who the officer speaks with: her name is put down for all her children.
MOTHERS_SURNAME = 0.05
# So is that of the man of the house, who is father of none.
PARTNERS_SURNAME = 0.015
# Some forces' systems know capitals only; some officers never use them.
UPPER_CASE = 0.15
LOWER_CASE = 0.03

# === address ===

# Refuges, and homes that a report leaves out to keep them secret.
NO_ADDRESS = 0.06
# The incident was at grandparents', an ex-partner's, in the street: that address is given for the children.
ELSEWHERE = 0.07
# Of a family that moved lately: police know the new home more often than the school does.
OLD_ADDRESS_GIVEN = 0.25
# Streets are heard as badly as names, and gazetteers catch only some.
STREET_MISSPELT = 0.04
NUMBER_WRONG = 0.015
NUMBER_LOST = 0.015
# People in distress do not say postcodes; officers look up most of them, and some wrongly.
NO_POSTCODE = 0.12
POSTCODE_WRONG = 0.02
# Without its space.
POSTCODE_CLOSED_UP = 0.15
# The lookup's street was never copied.
ADDRESS_LOST = 0.02

# === school ===

# Parents know their child's school; few officers ask, and some write one down for all.
SCHOOL_ASKED = 0.25
SCHOOL_OF_SIBLING = 0.06


@dataclasses.dataclass
class Incident:
    """What all reports of one incident have in common."""

    family: people.Family
    care: float
    address: str
    postcode: str
    address_kinds: list[str]
    surname: str
    case: str
    school_asked: bool
    one_school: bool


@dataclasses.dataclass
class Draft:
    """A report being written, with what makes it hard."""

    rng: random.Random
    care: float
    fields: dict[str, str]
    kinds: list[str]

    def happens(self, chance: float, kind: str = "") -> bool:
        if self.rng.random() >= min(0.95, chance * self.care):
            return False
        if kind:
            self.kinds.append(kind)
        return True


def begin(rng: random.Random, region: places.Region, family: people.Family) -> Incident:
    care = rng.choices(*CARE)[0]
    draft = Draft(rng, care, {}, [])
    surname = ""
    if draft.happens(MOTHERS_SURNAME):
        surname = family.mother
    elif draft.happens(PARTNERS_SURNAME):
        surname = people.pick_surname(rng, family.community)
    write_address(draft, region, family)
    return Incident(
        family=family,
        care=care,
        address=draft.fields["address"],
        postcode=draft.fields["postcode"],
        address_kinds=draft.kinds,
        surname=surname,
        case=rng.choices(["as is", "upper", "lower"], [1 - UPPER_CASE - LOWER_CASE, UPPER_CASE, LOWER_CASE])[
            0
        ],
        school_asked=rng.random() < SCHOOL_ASKED,
        one_school=rng.random() < SCHOOL_OF_SIBLING,
    )


def write_address(draft: Draft, region: places.Region, family: people.Family) -> None:
    rng, fields = draft.rng, draft.fields
    fields["address"] = fields["postcode"] = ""
    if draft.happens(NO_ADDRESS, "no address"):
        return
    address = family.address
    if draft.happens(ELSEWHERE, "elsewhere"):
        address = places.home_in(rng, rng.choice(region.neighbourhoods))
    elif family.old_address:
        draft.kinds.append("moved lately")
        if rng.random() < OLD_ADDRESS_GIVEN:
            address = family.old_address
    number, street = address.number, address.street
    if draft.happens(STREET_MISSPELT, "street misspelt"):
        street = slips.misspelt(rng, street)
    if draft.happens(NUMBER_WRONG, "house number wrong"):
        number = slips.digit_slip(rng, number)
    elif draft.happens(NUMBER_LOST, "house number lost"):
        number = ""
    hand = places.Hand.of(rng)
    fields["address"] = places.written(address, hand, number, street)
    if hand.postcode_inside or draft.happens(NO_POSTCODE, "no postcode"):
        return
    code = address.postcode
    if draft.happens(POSTCODE_WRONG, "postcode wrong"):
        code = slips.postcode_slip(rng, code)
    fields["postcode"] = code.replace(" ", "") if rng.random() < POSTCODE_CLOSED_UP else code
    if draft.happens(ADDRESS_LOST, "postcode only"):
        fields["address"] = ""
