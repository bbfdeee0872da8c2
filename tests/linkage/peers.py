#!/usr/bin/env python3
"""Runs recordlinkage's ECM classifier and splink on the files that Firstbell is given.

    peers.py --roll ROLL --reports REPORTS --out DIR [--only NAME]

writes DIR/recordlinkage.csv and DIR/splink.csv as `score.py` reads them, and prints a JSON object
with precision, recall, F1 and seconds for each. Both are set up as their documentation recommends
and as a user who knows the data would: the same cleaned columns, blocking that loses next to
nothing, parameters learnt without labels, and of each report the best link. Columns that are empty
in either file are left out. A report is `sure` where one pupil, and no second, has a probability of
0.9999 or more; whoever is best with at least 0.5 is the first candidate. Beside that it prints the
best F1 that any other threshold could have given, which nobody can know who has no truth.
"""

import argparse
import csv
import datetime
import json
import logging
import math
import pathlib
import re
import sys
import time
import unicodedata
import warnings

import pandas as pd

from columns import DECISION

SURE = 0.9999
POSSIBLE = 0.5
# Second and third candidates are shown from here on.
SHOWN = 0.01
# What is looked at to find the best threshold there could have been.
KEPT = 1e-6
SPLINK_PAIRS = 1e7
# The day of the made reports, for ages.
TODAY = datetime.date(2026, 11, 20)

LONG_WORDS = {
    "rd": "road", "st": "street", "ave": "avenue", "cl": "close", "dr": "drive", "ln": "lane",
    "ct": "court", "cres": "crescent", "gdns": "gardens", "pl": "place", "terr": "terrace",
    "gr": "grove", "sq": "square", "apt": "flat",
}  # fmt: skip
PLAIN = str.maketrans("łŁøØđĐßıæÆ", "lLoOdDsiaA")


# === what a user would clean before linking ===


def clean(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.translate(PLAIN).lower())
    kept = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", kept.replace("'", "")).split())


def address_words(text: str) -> list[str]:
    split = clean(re.sub(r"(\d)([A-Za-z])\b", r"\1 \2", text)).split()
    return sorted({LONG_WORDS.get(word, word) for word in split})


def read(path: pathlib.Path, on_roll: bool) -> pd.DataFrame:
    raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    words = [address_words(text) for text in raw["address"]]
    data = pd.DataFrame(
        {
            "unique_id": range(len(raw)),
            "answer": raw["upn"] if on_roll else raw["report_id"],
            "forename": [clean(text) for text in raw["forename"]],
            "surname": [clean(text) for text in raw["surname"]],
            "known_as": [clean(text) for text in raw["known_as"]],
            "middle_names": [clean(text) for text in raw["middle_names"]] if on_roll else "",
            "former_surname": [clean(text) for text in raw["former_surname"]] if on_roll else "",
            "dob": raw["date_of_birth"],
            "sex": raw["sex"],
            "postcode": [clean(text).replace(" ", "") for text in raw["postcode"]],
            "nhs_number": raw["nhs_number"],
            "upn": raw["upn"],
            "numbers": [[word for word in each if word[0].isdigit()] for each in words],
            "words": [[word for word in each if not word[0].isdigit()] for each in words],
        }
    )
    data["first_forename"] = data["forename"].str.split(" ").str[0]
    data["name"] = (data["forename"] + " " + data["surname"]).where(
        (data["forename"] != "") & (data["surname"] != ""), ""
    )
    data["year"] = data["dob"].str[:4]
    data["age"] = [age(born) for born in raw["date_of_birth"]] if on_roll else pd.to_numeric(raw["age"])
    data["forename_begins"] = data["forename"].str[:2]
    data["surname_begins"] = data["surname"].str[:3]
    doors = [re.search(r"\b(\d+) ([a-z]{3,})", clean(text)) for text in raw["address"]]
    data["door"] = [f"{door[1]} {door[2][:4]}" if door else "" for door in doors]
    data["address"] = [" ".join(each) for each in words]
    text = [name for name in data.columns if name not in ("unique_id", "numbers", "words", "age")]
    return data.replace({name: {"": None} for name in text})


def age(born: str) -> float:
    """Whole years on the day of the reports; not a number where the date is none."""
    try:
        date = datetime.date.fromisoformat(born)
    except ValueError:
        return float("nan")
    return TODAY.year - date.year - ((TODAY.month, TODAY.day) < (date.month, date.day))


def both_have(roll: pd.DataFrame, reports: pd.DataFrame, name: str) -> bool:
    return bool(roll[name].notna().any() and reports[name].notna().any())


# === splink ===


def splink_links(roll: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    def level(sql: str, label: str):
        return cll.CustomLevel(sql, label_for_charts=label)

    forename = cl.CustomComparison(
        output_column_name="forename",
        comparison_levels=[
            cll.NullLevel("forename"),
            cll.ExactMatchLevel("forename").configure(tf_adjustment_column="forename"),
            level(
                "forename_l = known_as_r or forename_r = known_as_l or forename_l = middle_names_r"
                " or forename_r = middle_names_l or first_forename_l = first_forename_r",
                "another of the child's names",
            ),
            level("forename_l = surname_r and forename_r = surname_l", "swapped"),
            cll.JaroWinklerLevel("forename", 0.92),
            cll.JaroWinklerLevel("forename", 0.88),
            cll.JaroWinklerLevel("forename", 0.7),
            cll.ElseLevel(),
        ],
    )
    surname = cl.CustomComparison(
        output_column_name="surname",
        comparison_levels=[
            cll.NullLevel("surname"),
            cll.ExactMatchLevel("surname").configure(tf_adjustment_column="surname"),
            level("surname_l = former_surname_r or surname_r = former_surname_l", "former"),
            level("forename_l = surname_r and forename_r = surname_l", "swapped"),
            cll.JaroWinklerLevel("surname", 0.92),
            cll.JaroWinklerLevel("surname", 0.88),
            level("contains(surname_l, surname_r) or contains(surname_r, surname_l)", "half of it"),
            cll.JaroWinklerLevel("surname", 0.7),
            cll.ElseLevel(),
        ],
    )
    born = cl.CustomComparison(
        output_column_name="dob",
        comparison_levels=[
            level("dob_l is null or (dob_r is null and age_r is null)", "not known").configure(
                is_null_level=True
            ),
            cll.ExactMatchLevel("dob"),
            level("dob_r is null and age_l = age_r", "age"),
            level("dob_r is null and abs(age_l - age_r) = 1", "age off by one"),
            level("dob_r is null", "another age"),
            cll.DamerauLevenshteinLevel("dob", 1),
            level(
                "substr(dob_l, 6, 2) = substr(dob_r, 9, 2) and substr(dob_l, 9, 2) = substr(dob_r, 6, 2)"
                " and year_l = year_r",
                "day and month",
            ),
            cll.DamerauLevenshteinLevel("dob", 2),
            level("year_l = year_r", "year"),
            cll.ElseLevel(),
        ],
    )
    shared_numbers = "len(list_intersect(numbers_l, numbers_r))"
    shared_words = "len(list_intersect(words_l, words_r))"
    address = cl.CustomComparison(
        output_column_name="address",
        comparison_levels=[
            cll.NullLevel("address"),
            cll.ExactMatchLevel("address"),
            level(f"{shared_numbers} >= 1 and {shared_words} >= 3", "number and three words"),
            level(f"{shared_numbers} >= 1 and {shared_words} = 2", "number and two words"),
            level(f"{shared_words} >= 3", "three words"),
            level(f"{shared_numbers} >= 1 and {shared_words} = 1", "number and a word"),
            level(f"{shared_words} = 2", "two words"),
            cll.ElseLevel(),
        ],
    )
    comparisons = [forename, surname, born, address, cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])]
    if both_have(roll, reports, "sex"):
        comparisons.append(cl.ExactMatch("sex"))
    api = DuckDBAPI()
    rules = [
        block_on("dob"),
        block_on("forename", "surname"),
        block_on("postcode"),
        block_on("door"),
        block_on("surname", "forename_begins"),
        block_on("forename", "surname_begins"),
        block_on("surname", "year"),
        "l.forename = r.surname and l.surname = r.forename",
        "l.known_as = r.forename and l.surname = r.surname",
    ]
    rules += [block_on(name) for name in ("upn", "nhs_number") if both_have(roll, reports, name)]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(
        [
            api.register(roll, dataset_display_name="a_roll"),
            api.register(reports, dataset_display_name="b_reports"),
        ],
        settings,
        log_level=logging.ERROR,
    )
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("forename", "surname", "dob")], recall=0.6
    )
    training.estimate_u_using_random_sampling(max_pairs=SPLINK_PAIRS, seed=1)
    training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    training.estimate_parameters_using_expectation_maximisation(block_on("forename", "surname"))
    links = linker.inference.predict(threshold_match_probability=KEPT)
    found = links.as_pandas_dataframe()[["unique_id_l", "unique_id_r", "match_weight", "match_probability"]]
    return found.set_axis(["roll", "report", "weight", "probability"], axis=1)


# === recordlinkage ===


def ecm_links(roll: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    import recordlinkage

    pairs = candidate_pairs(roll, reports)
    roll, reports = roll.fillna(""), reports.fillna("")
    compare = recordlinkage.Compare()
    for label, mine, other in (
        ("forename", "forename", "forename"),
        ("surname", "surname", "surname"),
        ("swapped", "forename", "surname"),
        ("swapped back", "surname", "forename"),
    ):
        compare.string(mine, other, method="jarowinkler", threshold=0.88, label=label)
    # One letter of ten, and of seven at most.
    compare.string("dob", "dob", method="damerau_levenshtein", threshold=0.9, label="dob")
    compare.string("postcode", "postcode", method="damerau_levenshtein", threshold=0.75, label="postcode")
    # Without the sex: with it the two classes it finds are boys and girls.
    features = compare.compute(pairs, roll, reports)
    swapped = features.pop("swapped") * features.pop("swapped back")
    features["forename"] = features["forename"].combine(swapped, max)
    features["surname"] = features["surname"].combine(swapped, max)
    one, other = (pairs.get_level_values(level).to_numpy() for level in (0, 1))
    addresses = zip(roll["address"].to_numpy()[one], reports["address"].to_numpy()[other], strict=True)
    features["address"] = [float(overlap(*both) >= 0.6) for both in addresses]

    classifier = recordlinkage.ECMClassifier(max_iter=300)
    classifier.fit(features)
    found = pd.DataFrame({"roll": one, "report": other, "probability": classifier.prob(features).to_numpy()})
    # Equal probabilities are common where every comparison says yes or no: among equals the closer one.
    exact = sum((roll[name].to_numpy()[one] == reports[name].to_numpy()[other]) for name in EXACT)
    found["weight"] = log_odds(found["probability"]) + 0.001 * exact
    return found[found["probability"] >= KEPT]


EXACT = ("forename", "surname", "dob", "postcode", "door")


def log_odds(probability: pd.Series) -> pd.Series:
    kept = probability.clip(1e-12, 1 - 1e-12)
    return (kept / (1 - kept)).map(math.log2)


def candidate_pairs(roll: pd.DataFrame, reports: pd.DataFrame) -> pd.MultiIndex:
    import recordlinkage

    index = recordlinkage.Index()
    for block in (
        "dob",
        "postcode",
        "door",
        ["surname", "forename_begins"],
        ["forename", "surname_begins"],
        ["surname", "year"],
    ):
        index.block(block)
    index.block(["forename", "surname"], ["surname", "forename"])
    if roll["known_as"].notna().any():
        index.block(["known_as", "surname"], ["forename", "surname"])
    return index.index(roll, reports)


def overlap(one: str, other: str) -> float:
    mine, theirs = set(one.split()), set(other.split())
    shorter = min(len(mine), len(theirs))
    return len(mine & theirs) / shorter if shorter else 0.0


# === what is written ===


def ranked(roll: pd.DataFrame, reports: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Links by report, best first; two rows of one pupil are one answer."""
    links = links.assign(
        upn=roll["answer"].to_numpy()[links["roll"]],
        report_id=reports["answer"].to_numpy()[links["report"]],
    )
    links = links.sort_values(["report_id", "weight", "upn"], ascending=[True, False, True])
    return links.drop_duplicates(["report_id", "upn"])


def decide(links: pd.DataFrame, reports: list[str]) -> list[dict[str, str]]:
    """What `score.py` reads, of every report."""
    rows = {key: {"report_id": key, "decision": "none", "upn": "", "candidates": ""} for key in reports}
    for key, group in links[links["probability"] >= SHOWN].groupby("report_id", sort=False):
        chances, upns = group["probability"].tolist(), group["upn"].tolist()
        if chances[0] < POSSIBLE:
            continue
        sure = chances[0] >= SURE and (len(chances) == 1 or chances[1] < SURE)
        rows[key] |= {
            "decision": "sure" if sure else "unsure",
            "upn": upns[0] if sure else "",
            "candidates": ";".join(upns[:3]),
        }
    return list(rows.values())


def measured(links: pd.DataFrame, truth: dict[str, str]) -> dict[str, float]:
    """Precision, recall and F1 of the best links, and the best F1 that any threshold could give."""
    best = links.drop_duplicates("report_id").sort_values("probability", ascending=False)
    right = pd.Series([truth[key] == upn for key, upn in zip(best["report_id"], best["upn"], strict=True)])
    on_roll = sum(map(bool, truth.values()))
    chances = best["probability"].reset_index(drop=True)
    every_f1 = 2 * right.cumsum() / (pd.Series(range(1, len(best) + 1)) + on_roll)
    # Links of one probability stand or fall together.
    every_f1 = every_f1[~chances.duplicated(keep="last")]
    linked = int((chances >= POSSIBLE).sum())
    correct = int(right[:linked].sum())
    return {
        "precision": round(correct / max(1, linked), 6),
        "recall": round(correct / on_roll, 6),
        "f1": round(2 * correct / (linked + on_roll), 6),
        "best_f1": round(float(every_f1.max()), 6),
        "best_threshold": float(chances[every_f1.idxmax()]),
    }


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    arguments.add_argument("--roll", type=pathlib.Path, required=True)
    arguments.add_argument("--reports", type=pathlib.Path, required=True)
    arguments.add_argument("--out", type=pathlib.Path, required=True)
    arguments.add_argument("--only", choices=["recordlinkage", "splink"])
    given = arguments.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)

    with given.reports.open(newline="", encoding="utf-8") as file:
        truth = {row["report_id"]: row["true_upn"] for row in csv.DictReader(file)}
    roll, reports = read(given.roll, True), read(given.reports, False)
    result = {}
    for name, linked_by in (("recordlinkage", ecm_links), ("splink", splink_links)):
        if given.only not in (None, name):
            continue
        began = time.monotonic()
        links = ranked(roll, reports, linked_by(roll, reports))
        rows = decide(links, list(truth))
        with (given.out / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, DECISION, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        seconds = round(time.monotonic() - began, 1)
        result[name] = measured(links, truth) | {"seconds": seconds}
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
