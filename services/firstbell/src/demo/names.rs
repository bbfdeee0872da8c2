//! Names that are plainly made up, and as different, and as alike, as names are.

use super::chance::Chance;

/// Family names are one of these with one of [`ENDS`], or one of [`WHOLE`].
#[rustfmt::skip]
const STARTS: [&str; 44] = [
    "Acorn", "Alder", "Badger", "Bramble", "Bracken", "Bumble", "Button", "Candle", "Clover",
    "Cobble", "Copper", "Dapple", "Dimble", "Ember", "Fennel", "Fiddle", "Gorse", "Hazel",
    "Heather", "Jolly", "Juniper", "Kettle", "Larkin", "Lavender", "Maple", "Marrow", "Mumble",
    "Nettle", "Otter", "Pebble", "Pepper", "Pickle", "Plover", "Quill", "Ripple", "Saffron",
    "Snap", "Sorrel", "Tansy", "Thistle", "Tumble", "Umber", "Willow", "Wobble",
];

#[rustfmt::skip]
const ENDS: [&str; 30] = [
    "banks", "beck", "bottom", "brook", "bury", "combe", "croft", "dale", "down", "feather",
    "field", "ford", "garth", "gate", "hurst", "ley", "mead", "mere", "mill", "moor", "ridge",
    "shaw", "stead", "stone", "thorpe", "thwaite", "ton", "wick", "wood", "worth",
];

/// Made-up names in the manner of other languages, as registers here write them.
#[rustfmt::skip]
const WHOLE: [&str; 48] = [
    "Abdulmadeup", "Adeyinvento", "Agbafictola", "Al-Mithali", "Bakirowska", "Bezimenko",
    "Błędowicz", "Chowdhurian", "Cwmffug", "Da Invenção", "Dhillonesque", "El-Khayali",
    "Eze-Nowhere", "Fantazescu", "Fictionescu", "Gwneudllwyd", "Hassanabi", "Imaginescu",
    "Inventowski", "Iqbalawi", "Jindalesh", "Khayalova", "Kowalinski-Nibyt", "Lipovenko",
    "Llanddim", "Mac Samhlaíoch", "Mbekani-Sample", "Mehtawala", "Ní Bhréige", "Niktowicz",
    "Nowakwicz", "Ó Dréachtaigh", "Okonjala", "Olufiction", "Pătrunescu", "Petrovymysl",
    "Popescunil", "Qureshawi", "Rahmanabi", "Sandhuwala", "Singharam", "Ștefanimag", "Tomaszlik",
    "Udoka-Sample", "Vymyslenko", "Wangmo-Li", "Yılmazoğlar", "Zhangli",
];

#[rustfmt::skip]
const GIRLS: [&str; 88] = [
    "Aaliyah", "Abeni", "Adaeze", "Agnieszka", "Aisling", "Alina", "Amelie", "Anaïs", "Aneira",
    "Anoushka", "Aoife", "Aria", "Ayesha", "Beatrix", "Bronwen", "Carys", "Chiamaka", "Clementine",
    "Cosmina", "Dafina", "Daria", "Delyth", "Dominika", "Efua", "Elif", "Eliza", "Emanuela",
    "Fatima", "Florence", "Freya", "Gabriela", "Gwenllian", "Harriet", "Hiba", "Ifeoma", "Imogen",
    "Ioana", "Isla", "Jasmeet", "Jessamy", "Kasia", "Khadija", "Kirsty", "Leila", "Lowri",
    "Lucinda", "Magdalena", "Mairéad", "Maryam", "Matilda", "Mei-Ling", "Mirela", "Nadia", "Naomi",
    "Nerys", "Ngozi", "Niamh", "Noor", "Oksana", "Olena", "Ottilie", "Parveen", "Philippa",
    "Priya", "Rhiannon", "Roisin", "Ruxandra", "Sabina", "Safiya", "Seren", "Shanice", "Siân",
    "Simran", "Sinéad", "Soraya", "Tabitha", "Talia", "Tatiana", "Temitope", "Ursula", "Valentina",
    "Wioletta", "Xiulan", "Yasmin", "Yetunde", "Zainab", "Zofia", "Zoë",
];

#[rustfmt::skip]
const BOYS: [&str; 88] = [
    "Adebayo", "Adrian", "Ahmed", "Aleksander", "Alfie", "Alun", "Andrei", "Aneurin", "Arjun",
    "Arlo", "Barnaby", "Bartosz", "Bilal", "Bogdan", "Caleb", "Chidi", "Cian", "Conrad", "Cosmin",
    "Dafydd", "Damir", "Dawid", "Desmond", "Dominic", "Dylan", "Eamon", "Ebrahim", "Edwin",
    "Elijah", "Emeka", "Emlyn", "Emre", "Fabian", "Faisal", "Fergus", "Fionn", "Florian",
    "Garfield", "Gethin", "Gurpreet", "Hamza", "Harun", "Hector", "Hubert", "Ibrahim", "Idris",
    "Ifan", "Isaac", "Jacek", "Jasper", "Jiahao", "Jonah", "Kacper", "Kwame", "Leandro", "Lorcan",
    "Lucian", "Łukasz", "Maksym", "Marek", "Mihai", "Mohamed", "Montgomery", "Mykola", "Nathaniel",
    "Obinna", "Oisín", "Osian", "Owain", "Percival", "Piotr", "Quentin", "Rafael", "Rhodri",
    "Rohan", "Ruaridh", "Sanjay", "Sebastian", "Stefan", "Taras", "Tendai", "Tobias", "Usman",
    "Vasile", "Wojciech", "Xander", "Yusuf", "Zachary",
];

#[rustfmt::skip]
const STREETS: [&str; 16] = [
    "Madeup Lane", "Invented Road", "Nowhere Street", "Pretend Close", "Imaginary Way",
    "Sample Avenue", "Fictional Drive", "Example Crescent", "Makebelieve Court", "Storybook Row",
    "Notional Gardens", "Fable Terrace", "Unreal Place", "Mockup Grove", "Daydream Hill",
    "Placeholder Park",
];

/// A family name.
pub fn surname(chance: &mut Chance) -> String {
    if chance.one_in(9) {
        return chance.word(&WHOLE).to_owned();
    }
    let one = format!("{}{}", chance.word(&STARTS), chance.word(&ENDS));
    if chance.one_in(24) {
        return format!("{one}-{}{}", chance.word(&STARTS), chance.word(&ENDS));
    }
    one
}

/// A forename.
pub fn forename(chance: &mut Chance, female: bool) -> &'static str {
    chance.word(if female { &GIRLS } else { &BOYS })
}

/// An address on a street that is nowhere, and its postcode in an area that does not exist.
pub fn address(chance: &mut Chance) -> (String, String) {
    let house = chance.below(180) + 1;
    let flat = chance
        .one_in(12)
        .then(|| format!("Flat {}, ", chance.below(9) + 1));
    let address = format!(
        "{}{house} {}",
        flat.unwrap_or_default(),
        chance.word(&STREETS)
    );
    (address, postcode(chance))
}

fn postcode(chance: &mut Chance) -> String {
    const LETTERS: [&str; 20] = [
        "A", "B", "D", "E", "F", "G", "H", "J", "L", "N", "P", "Q", "R", "S", "T", "U", "W", "X",
        "Y", "Z",
    ];
    let (one, other) = (chance.word(&LETTERS), chance.word(&LETTERS));
    format!("ZZ{} {}{one}{other}", chance.below(9) + 1, chance.below(10))
}

/// A telephone number from the ranges that are kept for drama.
pub fn phone(chance: &mut Chance, mobile: bool) -> String {
    if mobile {
        format!("07700 900{:03}", chance.below(1_000))
    } else {
        format!("01632 960{:03}", chance.below(1_000))
    }
}
