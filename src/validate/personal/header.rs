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
    let spaced = format!(" {} ", words.join(" "));
    let says =
        |phrases: &[&str]| phrases.iter().any(|p| spaced.contains(&format!(" {p} ")) || joined == p.replace(' ', ""));
    if joined == "dob" || joined == "dod" || has(&["dob", "dod"]) || says(&LIFE_DATES) {
        Hint::LifeDate
    } else if joined == "nhs" || says(&["nhs no", "nhs number", "nhs num", "nhs id", "nhs ref"]) || has(&["nhsno"]) {
        Hint::Nhs
    } else if has(&["forename", "forenames", "surname", "surnames", "firstname", "lastname"])
        || says(&["forename s", "known as"])
        || names_a_person(&words)
    {
        Hint::Name
    } else if says(&["upn", "unique pupil number"]) {
        Hint::Upn
    } else if says(&["uln", "unique learner number"]) {
        Hint::Uln
    } else if says(&["nino", "ni", "national insurance"]) {
        Hint::Nino
    } else if says(&["postcode", "post code", "postal code", "zip code", "pc", "address", "addresses", "sector"]) {
        Hint::Postcode
    } else if has(&["initials"]) {
        Hint::Initials
    } else if says(&["prepared by", "completed by", "submitted by", "signed by", "contact name", "author"]) {
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

const LIFE_DATES: [&str; 9] = [
    "date of birth",
    "birth date",
    "birthdate",
    "birthday",
    "born on",
    "date born",
    "date of death",
    "death date",
    "died on",
];

/// `child name`, `name of child`, `first name`, `child's full name`; and neither `children's home name` nor `ward name`.
fn names_a_person(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let is_name = |word: &str| matches!(word, "name" | "names");
    match words.as_slice() {
        [name, "of", .., who] if is_name(name) => PEOPLE.contains(who),
        [who] => who.strip_suffix("name").is_some_and(|who| PEOPLE.contains(&who) || PARTS.contains(&who)),
        [part, name] if is_name(name) => PEOPLE.contains(part) || PARTS.contains(part),
        [.., who, part, name] if is_name(name) => PEOPLE.contains(part) || PEOPLE.contains(who) && PARTS.contains(part),
        _ => false,
    }
}

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
            ("NHS Norfolk", Hint::None),
            ("Newborn on ward", Hint::Code),
            ("Name of child", Hint::Name),
            ("Mother's first name", Hint::Name),
            ("firstname", Hint::Name),
            ("Children's home name", Hint::Person),
            ("Organisation full name", Hint::None),
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
