#!/usr/bin/env python3
"""Fails where a score falls short of its floor.

    floors.py SCORE.json NAME=FLOOR...     `sure.wrong=N` is a ceiling: at most N wrong
"""

import json
import pathlib
import sys


def main() -> None:
    path, *floors = sys.argv[1:]
    scores = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    short = 0
    for name, floor in (given.split("=") for given in floors):
        value = scores[name]
        good = value is not None and (value <= float(floor) if name == "sure.wrong" else value >= float(floor))
        short += not good
        print(f"{'ok' if good else 'SHORT'}: {path}: {name} {value}, {floor} asked")
    sys.exit(1 if short else 0)


if __name__ == "__main__":
    main()
