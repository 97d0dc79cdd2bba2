//! What is said of a cell, sentence by sentence, each with the streams of which it tells a number: so that whoever withholds a
//! stream can leave out its sentences, and no number has to be cut out of one.

use crate::model::cell::Light;
use crate::model::stream::Stream;

/// What a sentence is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What and where.
    Title,
    /// Who was heard, who says what.
    Who,
    /// Why it is listed, in the words that every cell of its tier has.
    Why,
    /// The figures of one stream, of those that show this light; the first that may be told is.
    Figures(Light),
    /// How old, how sure.
    Sure,
}

/// One sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it is for.
    pub role: Role,
    /// Its words.
    pub text: String,
    /// The streams of which it tells a number, or that it singles out.
    pub of: Vec<Stream>,
    /// What is said where one of these is withheld; may be nothing.
    pub instead: String,
}

impl Sentence {
    /// A sentence that tells no number of any stream.
    pub fn plain(role: Role, text: impl Into<String>) -> Self {
        Self { role, text: text.into(), of: Vec::new(), instead: String::new() }
    }

    /// A sentence that tells numbers of streams, and what stands in its place where one is withheld.
    pub fn telling(role: Role, text: impl Into<String>, of: &[Stream], instead: impl Into<String>) -> Self {
        Self { role, text: text.into(), of: of.to_vec(), instead: instead.into() }
    }
}

/// Everything that is said of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation(pub Vec<Sentence>);

impl Explanation {
    /// All of it, to be read aloud.
    pub fn whole(&self) -> String {
        self.without([false; 6])
    }

    /// All that tells no number of a withheld stream.
    pub fn without(&self, withheld: [bool; 6]) -> String {
        self.join(withheld, |_| true)
    }

    /// What a card says above its own lists: who was heard and who says what. Its title, its tier and its lists have the rest.
    pub fn lead(&self, withheld: [bool; 6]) -> String {
        self.join(withheld, |role| role == Role::Who)
    }

    fn join(&self, withheld: [bool; 6], wanted: impl Fn(Role) -> bool) -> String {
        let mut told: Vec<Light> = Vec::new();
        let mut said: Vec<&str> = Vec::new();
        for sentence in self.0.iter().filter(|s| wanted(s.role)) {
            let whole = !sentence.of.iter().any(|s| withheld[s.index()]);
            if let Role::Figures(light) = sentence.role {
                if told.contains(&light) || !whole {
                    continue;
                }
                told.push(light);
            }
            said.push(if whole { &sentence.text } else { &sentence.instead });
        }
        said.retain(|s| !s.is_empty());
        said.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_withheld_stream_no_number_is_told() {
        use Stream::{Audits, ChildDeaths};
        let figures = |text: &str, stream| Sentence::telling(Role::Figures(Light::Concern), text, &[stream], "");
        let explanation = Explanation(vec![
            Sentence::plain(Role::Title, "Neglect, Corby."),
            Sentence::plain(Role::Who, "Both point to a problem."),
            figures("Child deaths: 3.", ChildDeaths),
            figures("Audits: 7 of 20.", Audits),
            Sentence::telling(
                Role::Sure,
                "Recent, except deaths (18 months).",
                &[ChildDeaths],
                "Recent, except deaths.",
            ),
        ]);
        let whole = "Neglect, Corby. Both point to a problem. Child deaths: 3. Recent, except deaths (18 months).";
        assert_eq!(explanation.whole(), whole);
        let mut withheld = [false; 6];
        withheld[ChildDeaths.index()] = true;
        let less = "Neglect, Corby. Both point to a problem. Audits: 7 of 20. Recent, except deaths.";
        assert_eq!(explanation.without(withheld), less, "the next loudest speaks");
        assert_eq!(explanation.lead(withheld), "Both point to a problem.");
    }
}
