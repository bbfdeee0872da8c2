#!/usr/bin/env python3
"""Makes a roll of millions, a region of a million pupils at a time, and reports on the first of them.

    grow.py --millions N --out DIR

writes into DIR `roll-1.csv` to `roll-N.csv`, of a million pupils each, the first with the header,
and `reports.csv`. Put one after the other the first K are the roll of K million.

Each region is made as `generate.py` makes one, from a seed of its own, with towns, postcodes, schools
and pupil numbers that no other has. So names and birthdays repeat as they do in a whole country.
"""

import argparse
import csv
import pathlib
import random

import generate
import incidents
import people
import places
from columns import REPORT, ROLL

PUPILS = 1_000_000
REPORTS = 2_000
# Schools of one region, and councils that a region's pupil numbers may use, are fewer.
SCHOOLS_APART = 3_000
COUNCILS_APART = 60
TOWNS = places.TOWNS
SIDES = ("", "North ", "South ", "East ", "West ", "Upper ", "Lower ", "Great ", "Little ")
LETTERS = "ABCDEFGHJ"


def make_region(number: int) -> tuple[list[dict], list[dict]]:
    """Rows of the roll, and a few reports."""
    places.COUNCIL = 301 + COUNCILS_APART * number
    places.TOWNS = tuple(
        (SIDES[number] + name, area[0] + LETTERS[(LETTERS.find(area[1]) + number) % len(LETTERS)], share)
        for name, area, share in TOWNS
    )
    rng = random.Random(1_000 + number)
    region = places.build_region(rng, [community.share for community in people.COMMUNITIES], PUPILS)
    families, gone = generate.settle(rng, region, PUPILS)
    namesakes = generate.plant_namesakes(rng, families, round(incidents.NAMESAKES_PER_ROLL * PUPILS))
    written = [] if number else generate.write_reports(rng, region, families, namesakes, REPORTS)
    rows = generate.roll_rows(rng, region, families, gone)
    for row in rows:
        # The test range of NHS numbers holds fewer than a million.
        row |= {"urn": str(int(row["urn"]) + SCHOOLS_APART * number), "nhs_number": ""}
    return rows, [fields | {"report_id": f"R{nth:06d}"} for nth, (fields, _) in enumerate(written, start=1)]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--millions", type=int, choices=range(1, len(SIDES) + 1), required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for number in range(given.millions):
        rows, reports = make_region(number)
        with (given.out / f"roll-{number + 1}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, ROLL, restval="", lineterminator="\n")
            if number == 0:
                writer.writeheader()
            writer.writerows(rows)
        if reports:
            generate.write(given.out / "reports.csv", REPORT, reports)


if __name__ == "__main__":
    main()
