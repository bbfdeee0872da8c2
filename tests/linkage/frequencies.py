"""How common names are: the shape of the censuses, laid over ordered lists."""

import bisect
import importlib.util
import itertools
import json
import math
import pathlib
import random
from collections.abc import Callable

import nametables as tables
import slips


class Frequencies:
    """Names with how common they are, from an ordered list and a curve over its ranks."""

    def __init__(self, names: list[str], curve: Callable[[int], float]):
        self.names = names
        self.sums = list(itertools.accumulate(curve(rank) for rank in range(1, len(names) + 1)))

    def pick(self, rng: random.Random) -> str:
        return self.names[bisect.bisect(self.sums, rng.random() * self.sums[-1])]


def through(points: list[tuple[int, float]]) -> Callable[[int], float]:
    """Straight lines between `(rank, share)` on paper with logarithmic axes."""

    def share(rank: int) -> float:
        nth = min(bisect.bisect([at for at, _ in points], rank), len(points) - 1)
        (low, low_share), (high, high_share) = points[nth - 1], points[nth]
        part = math.log(rank / low) / math.log(high / low)
        return low_share * (high_share / low_share) ** part

    return share


def falling(offset: float, power: float) -> Callable[[int], float]:
    """Zipf and Mandelbrot's curve."""
    return lambda rank: (rank + offset) ** -power


# Shares of Great Britain's surnames, and of a dozen years of England's babies, at a few ranks.
SURNAME_CURVE = through(
    [(1, 0.0118), (10, 0.0042), (100, 0.0011), (1000, 0.0002), (10_000, 1.1e-5), (40_000, 1e-6)]
)
FORENAME_CURVE = through([(1, 0.021), (10, 0.014), (50, 0.006), (100, 0.003), (200, 0.001), (1200, 4e-5)])
COMMUNITY_FORENAMES = falling(4, 1.0)
COMMUNITY_SURNAMES = falling(1.5, 0.95)


def packaged(name: str) -> list[str]:
    """Lines of a file of `fusuk`, whose code is not run."""
    places = importlib.util.find_spec("fusuk").submodule_search_locations
    return (pathlib.Path(places[0]) / "data" / name).read_text(encoding="utf-8").split("\n")


def british_surnames() -> list[str]:
    """Some 40,000 surnames of Great Britain, commonest first, less those of the other tables."""
    others = {
        slips.without_marks(name).lower()
        for key, table in vars(tables).items()
        if key.endswith("_SURNAMES")
        for name in table
    } - {"joyce", "hughes", "ward", "power", "burke", "kennedy", "kelly", "murphy", "ryan"}
    names = []
    for name in packaged("uk_last_names.txt")[:42_000]:
        if name.lower() in others or len(name) < 3:
            continue
        if name.startswith("O-"):
            name = f"O'{name[2:].capitalize()}"
        elif name.startswith("Mc") and len(name) > 4:
            name = f"Mc{name[2:].capitalize()}"
        if name.replace("'", "").isalpha():
            names.append(name)
    return names


def british_forenames(head: list[str], sex: str) -> Frequencies:
    """The hand-written head, then every other forename of the package in an order of its own."""
    known = {name.lower() for key, table in vars(tables).items() if key.isupper() for name in flat(table)}
    tail = [
        entry["name"]
        for entry in json.loads("\n".join(packaged("uk_first_names.json")))
        if entry["gender"] == sex and entry["name"].lower() not in known and entry["name"].isalpha()
    ]
    random.Random(0).shuffle(tail)
    return Frequencies(list(dict.fromkeys(head)) + tail, FORENAME_CURVE)


def flat(table) -> list[str]:
    return [name for line in table for name in ([line] if isinstance(line, str) else line)]
