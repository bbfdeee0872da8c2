"""How hands and ears get names, numbers and dates wrong."""

import datetime
import random
import unicodedata

KEYS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "ol", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb",
    "h": "gjyn", "j": "hkum", "k": "jlim", "l": "kop", "z": "asx", "x": "zsc", "c": "xdv",
    "v": "cfb", "b": "vgn", "n": "bhm", "m": "njk",
}  # fmt: skip

# What is heard alike and written otherwise, both ways.
SOUNDS = [
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("ie", "y"), ("ie", "ey"), ("ee", "ea"), ("ei", "ie"),
    ("ai", "ay"), ("ou", "u"), ("oo", "u"), ("leigh", "ley"), ("ley", "ly"), ("son", "sen"),
    ("th", "t"), ("s", "z"), ("x", "cks"), ("qu", "kw"), ("y", "i"), ("er", "or"), ("ar", "er"),
    ("an", "en"), ("in", "yn"), ("on", "en"), ("ah", "a"), ("h", ""), ("e", ""), ("gh", ""),
    ("j", "g"), ("w", "v"), ("sch", "sh"), ("tch", "ch"), ("ll", "l"), ("nn", "n"), ("tt", "t"),
    ("ss", "s"), ("mm", "m"), ("rr", "r"), ("pp", "p"), ("bb", "b"),
]  # fmt: skip

# Letters that no decomposition takes apart.
PLAIN = str.maketrans("łŁđĐøØıßæÆ", "lLdDoOisaA")


def without_marks(text: str) -> str:
    """`Łukasz Wiśniewski` as a keyboard without accents has it."""
    apart = unicodedata.normalize("NFKD", text.translate(PLAIN))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def cased(text: str, like: str) -> str:
    return text[:1].upper() + text[1:] if like[:1].isupper() else text


def misheard(rng: random.Random, name: str) -> str:
    """One sound written another way; the name itself where it has none of the sounds."""
    low = name.lower()
    chances = []
    for one, other in SOUNDS:
        for old, new in ((one, other), (other, one)):
            start = low.find(old) if old else -1
            # The first letter is heard right more often than not.
            if start > 0 or (start == 0 and rng.random() < 0.25):
                chances.append((start, old, new))
    if not chances:
        return name
    start, old, new = rng.choice(chances)
    heard = name[:start] + new + name[start + len(old) :]
    return cased(heard, name) if len(heard) > 1 else name


def mistyped(rng: random.Random, text: str) -> str:
    """One key too many, too few, beside, or out of turn."""
    if len(text) < 3:
        return text
    place = rng.randrange(1, len(text))
    letter = text[place]
    how = rng.randrange(4)
    if how == 0:
        return text[:place] + text[place + 1 :]
    if how == 1:
        return text[:place] + letter + text[place:]
    if how == 2 and place + 1 < len(text):
        return text[:place] + text[place + 1] + letter + text[place + 2 :]
    beside = KEYS.get(letter.lower())
    if not beside:
        return text[:place] + text[place + 1 :]
    return text[:place] + rng.choice(beside) + text[place + 1 :]


def misspelt(rng: random.Random, name: str) -> str:
    return misheard(rng, name) if rng.random() < 0.6 else mistyped(rng, name)


def digit_slip(rng: random.Random, digits: str) -> str:
    """One digit wrong, or two neighbours out of turn."""
    places = [place for place, digit in enumerate(digits) if digit.isdigit()]
    if not places:
        return digits
    place = rng.choice(places)
    if rng.random() < 0.3 and place + 1 < len(digits) and digits[place + 1].isdigit():
        return digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    wrong = str((int(digits[place]) + rng.choice([1, 9, 3, 7, 5])) % 10)
    return digits[:place] + wrong + digits[place + 1 :]


def day_and_month_swapped(born: datetime.date) -> datetime.date | None:
    if born.day > 12 or born.day == born.month:
        return None
    return datetime.date(born.year, born.day, born.month)


def date_digit_slip(rng: random.Random, born: datetime.date, latest: datetime.date) -> datetime.date:
    """One digit of the day, month or year of a birth wrong; still a date, and not in the future."""
    for _ in range(20):
        text = born.isoformat()
        # The century is never wrong: the system would refuse it.
        slipped = text[:2] + digit_slip(rng, text[2:])
        try:
            wrong = datetime.date.fromisoformat(slipped)
        except ValueError:
            continue
        if latest.year - 19 <= wrong.year and wrong <= latest and wrong != born:
            return wrong
    return born


def years_off(born: datetime.date, years: int) -> datetime.date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)


def postcode_slip(rng: random.Random, code: str) -> str:
    how = rng.random()
    if how < 0.35:
        return digit_slip(rng, code)
    if how < 0.55:
        return code.split()[0]
    return mistyped(rng, code).upper()
