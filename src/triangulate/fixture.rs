//! Small boards for tests.

use chrono::NaiveDate;

use crate::spec::reference::{Agency, Extra, Locality, Validity};

/// A day of ISO text.
pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A place that always was.
pub(super) fn locality(id: &str, parent: &str) -> Locality {
    Locality {
        locality: id.to_owned(),
        name: id.to_uppercase(),
        gss_code: String::new(),
        parent: parent.to_owned(),
        valid: Validity::default(),
        extra: Extra::new(),
    }
}

/// An agency that always was.
pub(super) fn agency(id: &str) -> Agency {
    Agency {
        agency: id.to_owned(),
        name: id.to_uppercase(),
        kind: String::new(),
        valid: Validity::default(),
        extra: Extra::new(),
    }
}
