//! The territorial police forces of England and Wales by their Home Office codes.

/// Code and name of each force, in order of the code.
const FORCES: [(&str, &str); 43] = [
    ("01", "Metropolitan"),
    ("03", "Cumbria"),
    ("04", "Lancashire"),
    ("05", "Merseyside"),
    ("06", "Greater Manchester"),
    ("07", "Cheshire"),
    ("10", "Northumbria"),
    ("11", "Durham"),
    ("12", "North Yorkshire"),
    ("13", "West Yorkshire"),
    ("14", "South Yorkshire"),
    ("16", "Humberside"),
    ("17", "Cleveland"),
    ("20", "West Midlands"),
    ("21", "Staffordshire"),
    ("22", "West Mercia"),
    ("23", "Warwickshire"),
    ("30", "Derbyshire"),
    ("31", "Nottinghamshire"),
    ("32", "Lincolnshire"),
    ("33", "Leicestershire"),
    ("34", "Northamptonshire"),
    ("35", "Cambridgeshire"),
    ("36", "Norfolk"),
    ("37", "Suffolk"),
    ("40", "Bedfordshire"),
    ("41", "Hertfordshire"),
    ("42", "Essex"),
    ("43", "Thames Valley"),
    ("44", "Hampshire & IoW"),
    ("45", "Surrey"),
    ("46", "Kent"),
    ("47", "Sussex"),
    ("48", "City of London"),
    ("50", "Devon & Cornwall"),
    ("52", "Avon & Somerset"),
    ("53", "Gloucestershire"),
    ("54", "Wiltshire"),
    ("55", "Dorset"),
    ("60", "North Wales"),
    ("61", "Gwent"),
    ("62", "South Wales"),
    ("63", "Dyfed-Powys"),
];

/// Whether `code` is a force's code, e.g. "43".
pub(crate) fn is_force(code: &str) -> bool {
    FORCES.binary_search_by_key(&code, |(code, _)| code).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_so_every_code_is_found() {
        assert!(FORCES.iter().all(|(code, _)| is_force(code)));
    }

    #[test]
    fn other_texts_are_no_force() {
        for other in ["", "1", "02", "99", "043", "Thames Valley"] {
            assert!(!is_force(other), "{other}");
        }
    }
}
