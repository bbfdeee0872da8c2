#!/usr/bin/env python3
"""Makes a roll and police reports of made-up children, as hard to match as life in England.

    generate.py --seed N [--pupils 100000] --out DIR

writes into DIR:

    roll.csv      every school's rows
    reports.csv   one report for each ten pupils, with the true UPN; empty where the child is on no roll
    kinds.csv     what makes each report hard, for `score.py --by-kind`
    schools.csv   the schools, under the column names of the national register

The same seed gives the same files. The people are random combinations of common names; their UPNs
are of a made-up region, their NHS numbers of the range for tests, their postcodes of no real area.
How likely each difficulty is, and why, stands at the top of `people.py` (who they are), `roll.py`
(what is wrong on rolls), `incidents.py` and `reports.py` (what is wrong in reports). None of it is
shared with the matcher. A child of whom there is only a closed row is never reported: whether that
is the right child is a question about schools, and not about who it is.
"""

import argparse
import csv
import pathlib
import random

import incidents
import people
import places
import reports
import roll
from columns import REPORT, ROLL

SCHOOL = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName",
    "TypeOfEstablishment (name)", "EstablishmentStatus (code)", "EstablishmentStatus (name)",
    "OpenDate", "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge",
    "Boarders (name)", "Town", "Postcode",
]  # fmt: skip


def settle(
    rng: random.Random, region: places.Region, pupils: int
) -> tuple[list[people.Family], list[people.Family]]:
    """Households until so many pupils are on a roll, and those who have left the region."""
    numbers = roll.Numbers()
    shares = [community.share for community in people.COMMUNITIES]
    families, gone, on_roll, leavers = [], [], 0, 0
    while on_roll < pupils:
        family = people.make_family(rng, rng.choices(people.COMMUNITIES, shares)[0])
        roll.place_family(rng, region, family)
        roll.change_surname(rng, family)
        roll.enrol(rng, region, numbers, family)
        for child in family.children:
            child.nhs_number = numbers.next_nhs()
        enrolled = sum(bool(child.upn) for child in family.children)
        if leavers < roll.LEAVERS * on_roll:
            gone.append(family)
            leavers += enrolled
        else:
            families.append(family)
            on_roll += enrolled
    return families, gone


# === namesakes ===


def by_name(families: list[people.Family]) -> tuple[list[list[people.Child]], list[int]]:
    """Pupils who share forename and surname, and how many pairs they make."""
    groups: dict[tuple[str, str], list[people.Child]] = {}
    for family in families:
        for child in family.children:
            if child.upn and not child.twin:
                groups.setdefault((child.forename, child.surname), []).append(child)
    shared = [group for group in groups.values() if len(group) > 1]
    return shared, [len(group) * (len(group) - 1) for group in shared]


def plant_namesakes(rng: random.Random, families: list[people.Family], wanted: int) -> set[int]:
    """Gives pupils the birthday of one of the same name; common names more often, as chance would."""
    groups, pairs = by_name(families)
    planted: set[int] = set()
    for _ in range(wanted * 20):
        if len(planted) >= 2 * wanted or not groups:
            break
        one, other = rng.sample(rng.choices(groups, pairs)[0], 2)
        # Not so far apart that school and siblings would not fit any more.
        if abs((one.born - other.born).days) < 500 and not {id(one), id(other)} & planted:
            other.born = one.born
            planted |= {id(one), id(other)}
    return planted


def namesake_on_no_roll(rng: random.Random, region: places.Region, groups, pairs) -> people.Family:
    """A family from elsewhere, of whose children one has name and birthday of a pupil."""
    like = rng.choice(rng.choices(groups, pairs)[0])
    community = next(c for c in people.COMMUNITIES if c.name == like.community)
    family = people.make_family(rng, community)
    if not family.children:
        family.children.append(people.name_child(rng, community, like.sex, "Muhammad", []))
    for child in family.children:
        child.surname = like.surname
    child = family.children[0]
    child.forename, child.middle_names, child.known_as = like.forename, like.middle_names, like.known_as
    child.sex, child.born, child.twin = like.sex, like.born, False
    roll.place_family(rng, region, family)
    return family


# === reports ===


class Writer:
    """Collects reports; `special` children are marked as namesakes."""

    def __init__(self, rng: random.Random, region: places.Region, special: set[int]):
        self.rng, self.region, self.special = rng, region, special
        self.written: list[tuple[dict, list[str]]] = []

    def incident(self, family: people.Family, children: list[people.Child]) -> None:
        incident = incidents.begin(self.rng, self.region, family)
        for child in children:
            fields, kinds = reports.report(self.rng, self.region, incident, child)
            if id(child) in self.special:
                kinds.append("namesake of the same day")
            if child not in family.children:
                kinds.append("visiting")
            self.written.append((fields, kinds))


def write_reports(
    rng: random.Random, region: places.Region, families, namesakes: set[int], wanted: int
) -> list:
    writer = Writer(rng, region, set(namesakes))
    for family in families:
        special = [child for child in family.children if id(child) in namesakes]
        # One of each pair, more or less.
        if special and rng.random() < 0.5:
            writer.incident(family, family.children)
    groups, pairs = by_name(families)
    strangers = []
    for _ in range(round(incidents.NAMESAKES_ON_NO_ROLL * wanted) if groups else 0):
        family = namesake_on_no_roll(rng, region, groups, pairs)
        # Kept, so that no later child is taken for this one.
        strangers.append(family)
        writer.special.add(id(family.children[0]))
        writer.incident(family, family.children)
    shares = [community.share for community in people.COMMUNITIES]
    while len(writer.written) < wanted:
        if rng.random() < incidents.STRANGERS:
            family = people.make_family(rng, rng.choices(people.COMMUNITIES, shares)[0])
            roll.place_family(rng, region, family)
        else:
            family = rng.choice(families)
        children = [child for child in family.children if rng.random() < incidents.REPORTED]
        if children and rng.random() < incidents.VISITING_CHILD:
            visited = rng.choice(families).children
            children += rng.sample(visited, min(1, len(visited)))
        writer.incident(family, children)
    rng.shuffle(writer.written)
    return writer.written[:wanted]


# === files ===


def write(path: pathlib.Path, header: list[str], rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def roll_rows(rng: random.Random, region: places.Region, families, gone) -> list[dict]:
    rows = []
    for family in families:
        for child in family.children:
            if child.upn:
                rows += roll.rows_of(rng, region, family, child)
    for family in gone:
        rows += [roll.leaver_row(rng, family, child) for child in family.children if child.upn]
    # As schools send them: each its own pupils by name.
    return sorted(rows, key=lambda row: (row["urn"], row["surname"], row["forename"], row["upn"]))


def school_rows(region: places.Region):
    for school in region.primaries + region.secondaries:
        primary = school.phase == "Primary"
        yield {
            "URN": school.urn,
            "LA (code)": places.COUNCIL,
            "LA (name)": "Madeupshire",
            "EstablishmentNumber": school.number,
            "EstablishmentName": school.name,
            "TypeOfEstablishment (name)": "Community school",
            "EstablishmentStatus (code)": "1",
            "EstablishmentStatus (name)": "Open",
            "PhaseOfEducation (name)": school.phase,
            "StatutoryLowAge": "3" if primary else "11",
            "StatutoryHighAge": "11" if primary else "18",
            "Boarders (name)": "No boarders",
            "Town": places.TOWNS[school.town][0],
            "Postcode": school.postcode,
        }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--seed", type=int, required=True)
    arguments.add_argument("--pupils", type=int, default=100_000)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)

    rng = random.Random(given.seed)
    region = places.build_region(rng, [community.share for community in people.COMMUNITIES], given.pupils)
    families, gone = settle(rng, region, given.pupils)
    namesakes = plant_namesakes(rng, families, round(incidents.NAMESAKES_PER_ROLL * given.pupils))
    written = write_reports(rng, region, families, namesakes, given.pupils // 10)

    write(given.out / "roll.csv", ROLL, roll_rows(rng, region, families, gone))
    write(given.out / "schools.csv", SCHOOL, school_rows(region))
    numbered = [(f"R{nth:06d}", fields, kinds) for nth, (fields, kinds) in enumerate(written, start=1)]
    write(given.out / "reports.csv", REPORT, (fields | {"report_id": key} for key, fields, _ in numbered))
    write(
        given.out / "kinds.csv",
        ["report_id", "kinds"],
        ({"report_id": key, "kinds": ";".join(dict.fromkeys(kinds))} for key, _, kinds in numbered),
    )


if __name__ == "__main__":
    main()
