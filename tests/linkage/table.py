#!/usr/bin/env python3
"""Prints one table of the scores that `run` left.

    table.py FOLDER SET...                 reads FOLDER/SET/MATCHER.score.json and FOLDER/SET/peers.json
    table.py --growth FOLDER MILLIONS...   reads FOLDER/MILLIONS.json, as `firstbell bench` prints it

Below several sets stands what they are together: counts added up, shares of all reports at once.
`best F1` is what a peer would have reached with the threshold that suits it best, which only the
truth tells; the other columns are at the thresholds named in `peers.py`.
"""

import json
import pathlib
import sys

from score import f1, ratio

MATCHERS = ("recordlinkage", "splink", "firstbell")
COLUMNS = (
    ("any precision", "any.precision", "{:.4f}"),
    ("any recall", "any.recall", "{:.4f}"),
    ("any F1", "any.f1", "{:.4f}"),
    ("best F1", "best_f1", "{:.4f}"),
    ("top 3", "top3.recall", "{:.4f}"),
    ("sure", "sure.count", "{}"),
    ("wrong sure", "sure.wrong", "{}"),
    ("a 10,000", "sure.wrong_per_10000", "{:.2f}"),
    ("named sure", "named.sure", "{:.4f}"),
    ("named top 3", "named.top3", "{:.4f}"),
    ("seconds", "seconds", "{:.1f}"),
)


def read(path: pathlib.Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def known_of(folder: pathlib.Path, matcher: str) -> dict:
    known = read(folder / f"{matcher}.score.json")
    known |= {
        key: value
        for key, value in read(folder / "peers.json").get(matcher, {}).items()
        if key in ("best_f1", "seconds")
    }
    return known | read(folder / f"{matcher}.time.json")


# Of each share, of how many it is one.
SHARES = {
    "any.recall": "on_roll",
    "top3.recall": "on_roll",
    "named.sure": "named.count",
    "named.top3": "named.count",
}


def together(known: list[dict]) -> dict:
    """All sets as one; nothing where a set was not measured."""
    if not all("reports" in one for one in known):
        return {}
    total = {key: sum(one[key] for one in known) for key in ("on_roll", "sure.count", "sure.wrong", "named.count")}
    for share, of in SHARES.items():
        total[share] = ratio(round(sum(one[share] * one[of] for one in known)), total[of])
    right = round(sum(one["any.recall"] * one["on_roll"] for one in known))
    answered = round(sum(one["any.recall"] * one["on_roll"] / one["any.precision"] for one in known))
    total["any.precision"] = ratio(right, answered)
    total["any.f1"] = f1(total["any.precision"], total["any.recall"])
    total["sure.wrong_per_10000"] = ratio(10_000 * total["sure.wrong"], total["sure.count"])
    total["seconds"] = sum(one.get("seconds", 0) for one in known)
    return total


def line(known: dict) -> list[str]:
    return [how.format(known[key]) if known.get(key) is not None else "" for _, key, how in COLUMNS]


def scores(root: pathlib.Path, sets: list[str]) -> list[list[str]]:
    rows = [["set", "matcher", *(title for title, _, _ in COLUMNS)]]
    for name in sets:
        rows += [[name, matcher, *line(known_of(root / name, matcher))] for matcher in MATCHERS]
    if len(sets) > 1:
        for matcher in MATCHERS:
            known = [known_of(root / name, matcher) for name in sets]
            rows.append(["together", matcher, *line(together(known))])
    return rows


def growth(root: pathlib.Path, sizes: list[str]) -> list[list[str]]:
    rows = [["millions", "", "median_ms", "peak_mib", "load_seconds"]]
    for size in sizes:
        lines = (root / f"{size}.json").read_text(encoding="utf-8").splitlines()
        figures = {figure["name"]: figure["value"] for figure in map(json.loads, lines)}
        rows.append([size, "", *(f"{figures[name]:.2f}" for name in rows[0][2:])])
    return rows


def main() -> None:
    if sys.argv[1] == "--growth":
        rows = growth(pathlib.Path(sys.argv[2]), sys.argv[3:])
    else:
        rows = scores(pathlib.Path(sys.argv[1]), sys.argv[2:])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first = "  ".join(text.ljust(width) for text, width in zip(row[:2], widths[:2], strict=True))
        rest = "  ".join(text.rjust(width) for text, width in zip(row[2:], widths[2:], strict=True))
        print(f"{first}  {rest}".rstrip())


if __name__ == "__main__":
    main()
