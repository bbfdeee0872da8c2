"""Unique pupil numbers and NHS numbers that look like real ones and pass their checks."""

# The letters of a UPN leave out I, O and S, which are read as digits.
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn_check_letter(rest: str) -> str:
    """The first letter of a UPN whose other twelve characters are `rest`."""
    total = 0
    for place, character in enumerate(rest, start=2):
        value = int(character) if character.isdigit() else UPN_LETTERS.index(character)
        total += place * value
    return UPN_LETTERS[total % 23]


def upn(council: int, school: int, year: int, serial: int, temporary: str = "") -> str:
    """A UPN first given by `school` of `council` in `year`; a temporary one ends with a letter."""
    serial_text = f"{serial % 100:02d}{temporary}" if temporary else f"{serial % 1000:03d}"
    rest = f"{council:03d}{school % 10000:04d}{year % 100:02d}{serial_text}"
    return upn_check_letter(rest) + rest


def nhs_number(serial: int) -> str | None:
    """The `serial`-th number of the test range 999 (six digits), or none where no check digit fits."""
    nine = f"999{serial % 1_000_000:06d}"
    total = sum((10 - place) * int(digit) for place, digit in enumerate(nine))
    check = (11 - total % 11) % 11
    return None if check == 10 else f"{nine}{check}"
