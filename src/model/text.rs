//! A text that many cells share: a copy of it counts one holder more and copies no letter.

use std::borrow::{Borrow, Cow};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How texts are hashed: quickly, from a seed that differs from run to run.
pub type TextHash = foldhash::fast::RandomState;

/// What is known by text.
pub type TextMap<V> = HashMap<Text, V, TextHash>;

/// A text that many share. Reads as a `str`.
#[derive(Clone, Default)]
pub struct Text(Option<Arc<str>>);

impl Text {
    /// No letter at all.
    pub const EMPTY: Self = Self(None);

    /// The text.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }

    /// Whether both are the very same text in memory. Two that are not may still be equal.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(two)) => Arc::ptr_eq(one, two),
            (None, None) => true,
            _ => false,
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self((!text.is_empty()).then(|| text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Cow<'_, str>> for Text {
    fn from(text: Cow<'_, str>) -> Self {
        text.as_ref().into()
    }
}

impl From<&Self> for Text {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl From<&Text> for String {
    fn from(text: &Text) -> Self {
        text.as_str().to_owned()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialEq<Text> for str {
    fn eq(&self, other: &Text) -> bool {
        self == other.as_str()
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        *self == other.as_str()
    }
}

impl PartialEq<Text> for String {
    fn eq(&self, other: &Text) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl Visitor<'_> for Reading {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
                Ok(shared(text))
            }
        }
        deserializer.deserialize_str(Reading)
    }
}

/// How many texts are remembered while texts are read, and the most bytes of one.
const REMEMBERED: (usize, usize) = (1024, 64);

/// The text, shared with an equal one that was read shortly before: most cells of a column say what the one above says.
pub fn shared(text: &str) -> Text {
    thread_local! {
        static SEEN: (TextHash, RefCell<Vec<Text>>) = (TextHash::default(), RefCell::default());
    }
    if text.is_empty() || text.len() > REMEMBERED.1 {
        return text.into();
    }
    SEEN.with(|(hash, seen)| {
        let mut seen = seen.borrow_mut();
        if seen.is_empty() {
            seen.resize(REMEMBERED.0, Text::default());
        }
        let place = &mut seen[hash.hash_one(text) as usize % REMEMBERED.0];
        if *place != *text {
            *place = text.into();
        }
        place.clone()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_its_letters_whoever_else_holds_it() {
        let (one, two) = (Text::from("corby"), Text::from("corby".to_owned()));
        assert!(one == two && !one.is_same(&two) && one.is_same(&one.clone()));
        assert_eq!((one.clone(), one.len()), (Text::from("corby"), 5));
        assert!(one == "corby" && one < Text::from("daventry") && Text::default() == "");
        let known: TextMap<u32> = [(one, 7)].into_iter().collect();
        assert_eq!(known.get("corby"), Some(&7), "found by its letters");
    }

    #[test]
    fn what_is_read_alike_is_held_once() {
        let read: Vec<Text> = serde_json::from_str(r#"["corby", "corby", "daventry", "", "\u00e9"]"#).unwrap();
        assert!(read[0].is_same(&read[1]) && !read[0].is_same(&read[2]));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"["corby","corby","daventry","","é"]"#);
        let long = "x".repeat(100);
        assert_eq!(shared(&long), *long, "a long text is not remembered");
    }
}
