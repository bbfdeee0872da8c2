"""A made-up region: four towns, their neighbourhoods, streets, schools, and how addresses are written.

Its postcode areas are none of the real ones.
"""

import bisect
import dataclasses
import itertools
import random

from nametables import words

# Of each town: its name, its postcode area, its share of the neighbourhoods.
TOWNS = (
    ("Kestrelford", "ZA", 0.45),
    ("Harrowmere", "KP", 0.25),
    ("Oldwick", "UF", 0.20),
    ("Saint Brannock", "YB", 0.10),
)
# A primary school for each neighbourhood, a secondary school for four of them.
PUPILS_OF_A_NEIGHBOURHOOD = 625
PRIMARIES_OF_A_SECONDARY = 4
STREETS_OF_A_NEIGHBOURHOOD = 14
# The share of homes that are flats is near England's; theirs are the hardest addresses.
FLAT = 0.18
# The council of the made-up region, as in the first part of a UPN.
COUNCIL = 301

STREETS = words("""
    High Station Church Park Victoria Green Manor Kings Queens New Mill School Albert York Grange
    North South West London Stanley George Chapel Springfield Windsor Grove Richmond Alexandra Main
    Broad Oak Elm Ash Cedar Birch Willow Poplar Chestnut Beech Hawthorn Lime Orchard Meadow Bridge
    River Canal Railway Market Castle Priory Abbey Nelson Wellington Cromwell Gladstone Disraeli
    Salisbury Lincoln Durham Winchester Canterbury Norfolk Suffolk Cambridge Oxford Clarence
    Albany Devonshire Cavendish Portland Rutland Granville Brunswick Trafalgar Waterloo Alma
    Inkerman Hartington Melbourne Sydney Wood_End Hill_Top Moorland Fernlea Rosehill Sunnybank
    Larkspur Kingfisher Heron Swallow Skylark Plover Sandpiper Foxglove Bluebell Primrose Heather
    Tennyson Wordsworth Byron Shelley Keats Milton Chaucer Kipling Masefield Coronation Jubilee
    Hollybank Ravenswood Thornhill Whitegate Blackthorn Redland Copperfield Pickwick Dorrit
    Tanyard Ropewalk Brickfield Quarry Colliery Foundry Weavers Spinners Potters Saddlers
""")
KINDS_OF_STREET = words("""
    Road Street Avenue Close Drive Lane Court Crescent Gardens Place Terrace Grove Way Walk Square
""")
SHORT_KINDS = {
    "Road": "Rd", "Street": "St", "Avenue": "Ave", "Close": "Cl", "Drive": "Dr", "Lane": "Ln",
    "Court": "Ct", "Crescent": "Cres", "Gardens": "Gdns", "Place": "Pl", "Terrace": "Terr",
    "Grove": "Gr", "Square": "Sq",
}  # fmt: skip
LOCALITIES = words("""
    Northgate Millbrook Ashfield Hollins Westcott Broomhill Netherley Kingsmoor Easton Fairlawn
    Whitmoor Longridge Marsden Highfields Oakwell Stonebridge Riverside Thornley Beckside Parklands
    Woodhouse Greenhill Sandhurst Burnley_Park Moorside Ferndale Haverley Docklands Castleton Lowfield
""")
BUILDINGS = words("""
    Kingsmead_House Albion_Court Tower_House Beacon_Heights Priory_Court Nelson_House Attlee_House
    Bevan_Court Riverside_House Pankhurst_House Seacole_Court Telford_House Brunel_Court Mill_House
    Keats_House Byron_Court Jubilee_House Regent_House Wharf_House Chapel_Court
""")
SCHOOLS = words("""
    St_Mary's_Catholic St_John's_CofE Holy_Trinity_CofE St_Joseph's_Catholic All_Saints_CofE
    St_Peter's_CofE Christ_Church_CofE St_Patrick's_Catholic Sacred_Heart_Catholic
""")
# Inward codes leave these letters out.
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a household lives; `flat` and `building` are often empty."""

    flat: str
    building: str
    number: str
    street: str
    kind: str
    locality: str
    town: str
    postcode: str


@dataclasses.dataclass(frozen=True)
class Street:
    name: str
    kind: str
    building: str
    # One for each thirty numbers or so.
    postcodes: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Neighbourhood:
    town: int
    locality: str
    streets: tuple[Street, ...]
    # By community, how likely a household here is of it.
    peopled: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class School:
    urn: str
    number: int
    name: str
    phase: str
    town: int
    locality: str
    postcode: str
    # How it writes addresses: one of `ROLL_STYLES`.
    style: int


@dataclasses.dataclass
class Region:
    neighbourhoods: list[Neighbourhood]
    primaries: list[School]
    secondaries: list[School]
    # By community, running sums of `Neighbourhood.peopled`.
    sums: list[list[float]]

    def pick_neighbourhood(self, rng: random.Random, community: int) -> int:
        sums = self.sums[community]
        return bisect.bisect(sums, rng.random() * sums[-1])

    def usual_schools(self, place: int) -> tuple[School, School]:
        """The nearest primary and secondary school."""
        return self.primaries[place], self.secondaries[place // PRIMARIES_OF_A_SECONDARY]


def postcode(rng: random.Random, area: str, district: int) -> str:
    letters = rng.choice(INWARD_LETTERS) + rng.choice(INWARD_LETTERS)
    return f"{area}{district} {rng.randrange(10)}{letters}"


def build_region(rng: random.Random, shares: list[float], pupils: int) -> Region:
    """`shares` is how common each community is; neighbourhoods differ widely in it."""
    secondaries = max(2, round(pupils / PUPILS_OF_A_NEIGHBOURHOOD / PRIMARIES_OF_A_SECONDARY))
    homes = [
        build_neighbourhood(
            rng, place, rng.choices(range(len(TOWNS)), [share for _, _, share in TOWNS])[0], shares
        )
        for place in range(secondaries * PRIMARIES_OF_A_SECONDARY)
    ]
    return Region(
        homes,
        [build_school(rng, 100_101 + place, "Primary", home) for place, home in enumerate(homes)],
        [
            build_school(rng, 130_101 + place, "Secondary", homes[place * PRIMARIES_OF_A_SECONDARY])
            for place in range(secondaries)
        ],
        [list(itertools.accumulate(home.peopled[nth] for home in homes)) for nth in range(len(shares))],
    )


def build_neighbourhood(rng: random.Random, place: int, town: int, shares: list[float]) -> Neighbourhood:
    area = TOWNS[town][1]
    streets = []
    for _ in range(STREETS_OF_A_NEIGHBOURHOOD):
        # Square of a uniform number: High Street and Church Road are in every town.
        name = STREETS[int(len(STREETS) * rng.random() ** 2)]
        kind = KINDS_OF_STREET[int(len(KINDS_OF_STREET) * rng.random() ** 1.7)]
        codes = tuple(postcode(rng, area, 1 + place % 24) for _ in range(rng.randint(1, 4)))
        building = rng.choice(BUILDINGS) if rng.random() < 0.4 else ""
        streets.append(Street(name, kind, building, codes))
    # The first community is the majority, everywhere at home; others gather.
    peopled = [
        share * (1.0 if nth == 0 else rng.lognormvariate(-0.7, 1.2)) for nth, share in enumerate(shares)
    ]
    return Neighbourhood(town, rng.choice(LOCALITIES), tuple(streets), tuple(peopled))


def build_school(rng: random.Random, urn: int, phase: str, home: Neighbourhood) -> School:
    ending = "Primary School" if phase == "Primary" else rng.choice(["High School", "Academy", "School"])
    if rng.random() < 0.35:
        # Several schools of the region are called St Mary's.
        name = f"{SCHOOLS[int(len(SCHOOLS) * rng.random() ** 1.5)]} {ending}"
    else:
        street = f"{rng.choice(STREETS)} {rng.choice(['Road', 'Lane', 'Park'])}"
        name = f"{rng.choice([home.locality, street])} {ending}"
    code = rng.choice(rng.choice(home.streets).postcodes)
    return School(str(urn), urn % 7000 + 2000, name, phase, home.town, home.locality, code, rng.randrange(4))


def home_in(rng: random.Random, home: Neighbourhood) -> Address:
    street = rng.choice(home.streets)
    number = rng.randint(1, 30 * len(street.postcodes))
    code = street.postcodes[(number - 1) // 30]
    flat = building = ""
    text = str(number)
    if rng.random() < FLAT:
        if street.building:
            # One block has one postcode, and a number of its own that many leave out.
            building, flat, code = street.building, f"Flat {rng.randint(1, 48)}", street.postcodes[0]
            text = str(len(street.name))
        else:
            flat = f"Flat {rng.choice('ABCD1234')}"
    elif rng.random() < 0.02:
        text += rng.choice("AB")
    return Address(flat, building, text, street.name, street.kind, home.locality, TOWNS[home.town][0], code)


# === how addresses are written ===


def roll_style(address: Address, style: int) -> str:
    """As a school's own system writes it: always the same way."""
    street = f"{address.number} {address.street} {address.kind}"
    if style == 0:
        parts = [address.flat, address.building, street, address.locality, address.town]
    elif style == 1:
        parts = [address.flat, address.building, street, address.town]
    elif style == 2:
        inside = f"{address.flat} {address.building}".strip()
        return " ".join(filter(None, [inside, street, address.locality, address.town]))
    else:
        parts = [f"{address.flat} {address.building}".strip().upper(), street.upper(), address.town.upper()]
    return ", ".join(filter(None, parts))


@dataclasses.dataclass(frozen=True)
class Hand:
    """How one officer writes the address of one incident."""

    flat: int
    short: bool
    separator: str
    locality: bool
    town: int
    upper: bool
    postcode_inside: bool

    @staticmethod
    def of(rng: random.Random) -> "Hand":
        return Hand(
            flat=rng.randrange(6),
            short=rng.random() < 0.35,
            separator=rng.choice([", ", ", ", " ", ",", "\n"]),
            locality=rng.random() < 0.35,
            town=rng.choices([0, 1, 2], [0.25, 0.70, 0.05])[0],
            upper=rng.random() < 0.2,
            postcode_inside=rng.random() < 0.06,
        )


def around_number(address: Address, number: str, flat: int) -> tuple[list[str], str, list[str]]:
    """What goes before the line with the number and street, that number, and what goes after."""
    door = address.flat.removeprefix("Flat ")
    if not door:
        return [], number, []
    inside = [address.building] if address.building else []
    return {
        0: ([address.flat, *inside], number, []),
        1: ([f"Apt {door}", *inside], number, []),
        2: ([], number, [address.flat, *inside]),
        3: (inside, f"{number}{door}" if door.isalpha() else f"{door}/{number}", []),
        4: ([f"{door} {address.building}"], number, []) if inside else ([], f"{door}, {number}", []),
        5: ([f"flat {door}"], number, []),
    }[flat]


def written(address: Address, hand: Hand, number: str, street: str) -> str:
    """The address in this hand; `number` and `street` may carry slips already."""
    kind = SHORT_KINDS.get(address.kind, address.kind) if hand.short else address.kind
    before, door, after = around_number(address, number, hand.flat)
    parts = [*before, f"{door} {street} {kind}".strip(), *after]
    if hand.locality:
        parts.append(address.locality)
    if hand.town == 1:
        parts.append(address.town)
    elif hand.town == 2:
        parts.insert(0, address.town)
    if hand.postcode_inside:
        parts.append(address.postcode)
    text = hand.separator.join(parts)
    return text.upper() if hand.upper else text
