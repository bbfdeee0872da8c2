#!/usr/bin/env python3
"""Prints one table of the scores that `run` left.

    table.py FOLDER SET...     reads FOLDER/SET/MATCHER.score.json and FOLDER/SET/peers.json

`best F1` is what a peer would have reached with the threshold that suits it best, which only the
truth tells; the other columns are at the thresholds named in `peers.py`.
"""

import json
import pathlib
import sys

MATCHERS = ("recordlinkage", "splink", "firstbell")
COLUMNS = (
    ("any precision", "any.precision", "{:.4f}"),
    ("any recall", "any.recall", "{:.4f}"),
    ("any F1", "any.f1", "{:.4f}"),
    ("best F1", "best_f1", "{:.4f}"),
    ("top 3", "top3.recall", "{:.4f}"),
    ("sure", "sure.count", "{}"),
    ("wrong sure", "sure.wrong", "{}"),
    ("a 10,000", "sure.wrong_per_10000", "{:.1f}"),
    ("named sure", "named.sure", "{:.4f}"),
    ("named top 3", "named.top3", "{:.4f}"),
    ("seconds", "seconds", "{:.1f}"),
)


def read(path: pathlib.Path) -> dict:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def line(folder: pathlib.Path, matcher: str) -> list[str]:
    known = read(folder / f"{matcher}.score.json")
    known |= {
        key: value
        for key, value in read(folder / "peers.json").get(matcher, {}).items()
        if key in ("best_f1", "seconds")
    }
    known |= read(folder / f"{matcher}.time.json")
    return [how.format(known[key]) if known.get(key) is not None else "" for _, key, how in COLUMNS]


def main() -> None:
    root, *sets = sys.argv[1:]
    rows = [["set", "matcher", *(title for title, _, _ in COLUMNS)]]
    for name in sets:
        folder = pathlib.Path(root) / name
        rows += [[name, matcher, *line(folder, matcher)] for matcher in MATCHERS]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first = "  ".join(text.ljust(width) for text, width in zip(row[:2], widths[:2], strict=True))
        rest = "  ".join(text.rjust(width) for text, width in zip(row[2:], widths[2:], strict=True))
        print(f"{first}  {rest}".rstrip())


if __name__ == "__main__":
    main()
