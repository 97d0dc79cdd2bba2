//! What a header says of its column: that it holds a name, a birthday, an NHS number; or a code that only looks like one.

use unicode_normalization::UnicodeNormalization;

use crate::model::{ColumnKind, Table};

/// What a header announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// NHS number.
    Nhs,
    /// Learner number.
    Uln,
    /// Pupil number.
    Upn,
    /// National Insurance number.
    Nino,
    /// Postcode or address.
    Postcode,
    /// Date of birth or death.
    LifeDate,
    /// A person's name.
    Name,
    /// Who prepared or signed something.
    Staff,
    /// Initials.
    Initials,
    /// A telephone number that is no office's.
    Phone,
    /// An age in months or days.
    Age,
    /// Some id of a person.
    Person,
    /// A code of indicators, questions or places.
    Code,
    /// Nothing.
    None,
}

impl Hint {
    /// Whether every filled cell below is of interest, whatever it looks like.
    pub fn is_label(self) -> bool {
        !matches!(self, Self::Person | Self::Code | Self::None)
    }
}

/// A person of whom a return might give the name or an id.
const PEOPLE: [&str; 23] = [
    "child",
    "childs",
    "children",
    "childrens",
    "pupil",
    "pupils",
    "patient",
    "patients",
    "person",
    "persons",
    "client",
    "clients",
    "learner",
    "student",
    "user",
    "mother",
    "mothers",
    "father",
    "fathers",
    "parent",
    "parents",
    "carer",
    "sibling",
];

/// Words that make a name one part of a person's.
const PARTS: [&str; 9] = ["first", "last", "family", "given", "full", "middle", "preferred", "maiden", "known"];

/// What a header announces. Compared by its words, in lower case, without punctuation.
pub fn hint(header: &str) -> Hint {
    let words = words(header);
    let has = |any: &[&str]| words.iter().any(|w| any.contains(&w.as_str()));
    let joined = words.concat();
    let holds = |any: &[&str]| any.iter().any(|part| joined.contains(part));
    let named = has(&["name", "names"]);
    if joined == "dob" || joined == "dod" || has(&["dob", "dod"]) || holds(&LIFE_DATES) {
        Hint::LifeDate
    } else if joined == "nhs" || holds(&["nhsno", "nhsnum", "nhsid", "nhsref"]) && !holds(&["nhsnot"]) {
        Hint::Nhs
    } else if has(&["forename", "forenames", "firstname", "surname", "surnames", "lastname", "familyname", "fullname"])
        || named && (has(&PEOPLE) || has(&PARTS))
        || ["childname", "pupilname", "patientname", "clientname", "knownas"].contains(&joined.as_str())
        || joined == "forenames"
        || joined == "forename"
    {
        Hint::Name
    } else if has(&["upn"]) || holds(&["uniquepupilnumber"]) {
        Hint::Upn
    } else if has(&["uln"]) || holds(&["uniquelearnernumber"]) {
        Hint::Uln
    } else if has(&["nino", "ni"]) || holds(&["nationalinsurance"]) {
        Hint::Nino
    } else if holds(&["postcode", "postalcode", "zipcode"]) || has(&["pc", "address", "addresses", "sector"]) {
        Hint::Postcode
    } else if has(&["initials"]) {
        Hint::Initials
    } else if holds(&["preparedby", "completedby", "submittedby", "signedby", "contactname"]) || has(&["author"]) {
        Hint::Staff
    } else if has(&["mobile", "phone", "telephone", "landline", "tel"])
        && !has(&["contact", "office", "helpline", "switchboard", "work"])
    {
        Hint::Phone
    } else if has(&["age"]) && has(&["months", "days", "exact", "weeks"]) {
        Hint::Age
    } else if has(&PEOPLE) {
        Hint::Person
    } else if has(&["indicator", "standard", "question", "code", "lsoa", "msoa", "urn", "ward", "id"]) {
        Hint::Code
    } else {
        Hint::None
    }
}

const LIFE_DATES: [&str; 8] =
    ["dateofbirth", "birthdate", "birthday", "bornon", "dateofdeath", "deathdate", "diedon", "dateborn"];

fn words(header: &str) -> Vec<String> {
    let text: String = header.nfkc().filter(|c| *c != '\'' && *c != '\u{2019}').collect();
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Whether the columns of a sheet describe children one by one: a sex or an ethnicity stands among them.
pub fn describes_children<'a>(headers: impl IntoIterator<Item = &'a str>) -> bool {
    const TRAITS: [&str; 5] = ["sex", "gender", "ethnicity", "ethnic", "ethnicgroup"];
    headers.into_iter().any(|h| words(h).iter().any(|w| TRAITS.contains(&w.as_str())))
}

/// Whether a header is a canonical column of dates, which are of events.
pub fn is_event(header: &str) -> bool {
    let dates = Table::ALL.into_iter().flat_map(Table::columns).filter(|c| c.kind == ColumnKind::Date);
    dates.map(|c| c.name).any(|name| name == header.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_that_say_what_they_hold_and_those_that_only_sound_so() {
        for (header, expected) in [
            ("D.O.B.", Hint::LifeDate),
            ("Date of Birth", Hint::LifeDate),
            ("child_dob", Hint::LifeDate),
            ("NHS Number", Hint::Nhs),
            ("NHS Trust", Hint::None),
            ("NHS notifications", Hint::None),
            ("Child's name", Hint::Name),
            ("Forename(s)", Hint::Name),
            ("First name", Hint::Name),
            ("Ward name", Hint::Code),
            ("name", Hint::None),
            ("Agency name", Hint::None),
            ("home_pc", Hint::Postcode),
            ("Children on a plan", Hint::Person),
            ("Office telephone", Hint::None),
            ("indicator", Hint::Code),
            ("age_band", Hint::None),
            ("Average caseload in days", Hint::None),
        ] {
            assert_eq!(hint(header), expected, "{header}");
        }
        assert!(is_event("notified_on") && !is_event("date"));
    }

    #[test]
    fn no_canonical_column_is_taken_for_personal_data() {
        for column in Table::ALL.into_iter().flat_map(Table::columns) {
            assert!(!hint(column.name).is_label(), "{}", column.name);
        }
    }
}
