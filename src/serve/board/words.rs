//! Small helps of the board's templates.

use crate::model::challenge::Standing;
use crate::report::view::Card;

/// Names of the kinds of evidence of a card whose light is of a class, as a list: `Performance and Audits`; empty for none.
pub fn named(card: &Card, class: &str) -> String {
    let names: Vec<&str> = card.lights.iter().filter(|l| l.class == class).map(|l| l.name).collect();
    crate::report::words::list_of(&names)
}

/// Who was asked and is silent.
pub fn silent(card: &Card) -> String {
    crate::report::words::list_of(&card.silent)
}

/// `1 place`, `3 places`.
pub fn counted(n: impl std::borrow::Borrow<usize>, one: &str, many: &str) -> String {
    let n = *n.borrow();
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A length in bytes as people read it: `298 KB`.
pub fn length(bytes: &u64) -> String {
    match *bytes {
        bytes @ 0..1_000 => format!("{bytes} bytes"),
        bytes @ 1_000..1_000_000 => format!("{} KB", (bytes + 500) / 1_000),
        bytes => format!("{:.1} MB", bytes as f64 / 1_000_000.0),
    }
}

/// Colour of the tag of a standing.
pub fn colour(standing: &Standing) -> &'static str {
    match standing {
        Standing::Overdue => "orange",
        Standing::Asked => "light-blue",
        Standing::Answered => "purple",
        Standing::Closed => "grey",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_counts_as_people_read_them() {
        assert_eq!(
            [0, 999, 1_000, 298_280, 1_501_788].map(|n| length(&n)),
            ["0 bytes", "999 bytes", "1 KB", "298 KB", "1.5 MB"]
        );
        assert_eq!(counted(1, "place", "places"), "1 place");
        assert_eq!(counted(0, "place", "places"), "0 places");
    }
}
