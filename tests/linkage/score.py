#!/usr/bin/env python3
"""Scores decisions against the truth in the reports, and prints one JSON object.

    score.py --reports REPORTS --out OUT [--roll ROLL] [--by-kind KINDS]

OUT has `report_id,decision,upn,candidates`; candidates are separated by `;`, best first. A report
that OUT leaves out counts as `none`. `sure` is what would be sent without asking anybody: a child
on no roll who is sure is wrong. `any` is the sure match, else the first candidate. Recall is over
the reports of children who are on a roll. `named` is those of them reported with a whole forename,
a surname and a birth date. With --roll, an answer that is on no row of it is an error. --by-kind
takes the generator's `kinds.csv` (`report_id,kinds`) and adds the same figures by kind.
"""

import argparse
import csv
import dataclasses
import json
import sys

from columns import DECISION, REPORT


@dataclasses.dataclass
class Outcome:
    """What was decided of one report, beside what is true."""

    truth: str
    sure: str
    ranked: list[str]
    named: bool


def ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def f1(precision: float | None, recall: float | None) -> float | None:
    if not precision or not recall:
        return None
    return round(2 * precision * recall / (precision + recall), 6)


def figures(outcomes: list[Outcome]) -> dict:
    on_roll = [o for o in outcomes if o.truth]
    named = [o for o in on_roll if o.named]
    sure = [o for o in outcomes if o.sure]
    answered = [o for o in outcomes if o.ranked]

    right_sure = sum(o.sure == o.truth for o in sure)
    right_any = sum(o.ranked[0] == o.truth for o in answered)
    any_precision = ratio(right_any, len(answered))
    any_recall = ratio(right_any, len(on_roll))
    return {
        "reports": len(outcomes),
        "on_roll": len(on_roll),
        "sure.count": len(sure),
        "sure.wrong": len(sure) - right_sure,
        "sure.wrong_on_no_roll": sum(not o.truth for o in sure),
        "sure.wrong_per_10000": ratio(10_000 * (len(sure) - right_sure), len(sure)),
        "sure.precision": ratio(right_sure, len(sure)),
        "sure.recall": ratio(right_sure, len(on_roll)),
        "any.precision": any_precision,
        "any.recall": any_recall,
        "any.f1": f1(any_precision, any_recall),
        "top3.recall": ratio(sum(o.truth in o.ranked[:3] for o in on_roll), len(on_roll)),
        "named.count": len(named),
        "named.sure": ratio(sum(o.sure == o.truth for o in named), len(named)),
        "named.top3": ratio(sum(o.truth in o.ranked[:3] for o in named), len(named)),
    }


def rows(path: str, needed: list[str]) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in needed if name not in (reader.fieldnames or [])]
        if missing:
            sys.exit(f"{path} has no column {missing[0]}")
        return list(reader)


def read_decisions(path: str) -> dict[str, tuple[str, list[str]]]:
    """Of each report, who is sure (or nobody) and who is ranked, best first."""
    decisions = {}
    for line, row in enumerate(rows(path, DECISION), start=2):
        report, decision, upn = row["report_id"], row["decision"], row["upn"]
        if report in decisions:
            sys.exit(f"{path}, line {line}: the report is there twice")
        if decision not in ("sure", "unsure", "none"):
            sys.exit(f"{path}, line {line}: the decision is not sure, unsure or none")
        if (decision == "sure") != bool(upn):
            sys.exit(f"{path}, line {line}: upn is given where the decision is sure, and only there")
        candidates = [upn for upn in row["candidates"].split(";") if upn]
        sure = upn if decision == "sure" else ""
        ranked = [sure] * bool(sure) + [upn for upn in candidates if upn != sure]
        decisions[report] = (sure, list(dict.fromkeys(ranked)))
    return decisions


def is_named(report: dict[str, str]) -> bool:
    """A whole forename: an initial tells brothers apart as little as no forename."""
    forename = report["forename"].strip(" .")
    return len(forename) > 1 and bool(report["surname"]) and bool(report["date_of_birth"])


def refuse_strangers(roll: str, decisions: dict[str, tuple[str, list[str]]], path: str) -> None:
    known = {row["upn"] for row in rows(roll, ["upn"])}
    for report, (_, ranked) in decisions.items():
        if not known.issuperset(ranked):
            sys.exit(f"{path}: an answer to report {report} is not on the roll")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--reports", required=True)
    arguments.add_argument("--out", required=True)
    arguments.add_argument("--roll")
    arguments.add_argument("--by-kind", metavar="KINDS")
    given = arguments.parse_args()

    reports = rows(given.reports, REPORT)
    decisions = read_decisions(given.out)
    if not decisions.keys() <= {report["report_id"] for report in reports}:
        sys.exit(f"{given.out} has a report that {given.reports} has not")
    if given.roll:
        refuse_strangers(given.roll, decisions, given.out)

    outcomes = {}
    for report in reports:
        sure, ranked = decisions.get(report["report_id"], ("", []))
        outcomes[report["report_id"]] = Outcome(report["true_upn"], sure, ranked, is_named(report))
    result = figures(list(outcomes.values()))

    if given.by_kind:
        kinds: dict[str, list[Outcome]] = {}
        for row in rows(given.by_kind, ["report_id", "kinds"]):
            for kind in filter(None, row["kinds"].split(";")):
                kinds.setdefault(kind, []).append(outcomes[row["report_id"]])
        result["kinds"] = {kind: figures(kinds[kind]) for kind in sorted(kinds)}
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
