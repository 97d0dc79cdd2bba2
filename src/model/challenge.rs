//! A challenge: a question that the board puts to an agency about a cell or a figure, with its answer, what followed, and how
//! it was closed.

use chrono::NaiveDate;

use crate::model::cell::CellId;
use crate::model::who::Who;

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A cell of the lattice.
    Cell(CellId),
    /// An indicator of an agency at a place.
    Figure {
        /// Indicator id.
        indicator: String,
        /// Id of the agency that returns it.
        agency: String,
        /// Locality id; `-` where it has none.
        place: String,
    },
}

impl About {
    /// Reads `cells/locality/neglect/corby` and `indicators/missing-episodes/police/corby`: the path of its page.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(cell) = text.strip_prefix("cells/") {
            return CellId::parse(cell).map(Self::Cell);
        }
        let mut parts = text.strip_prefix("indicators/")?.split('/').map(str::to_owned);
        let (indicator, agency, place) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = parts.next().is_none() && [&indicator, &agency, &place].iter().all(|p| !p.is_empty());
        whole.then_some(Self::Figure { indicator, agency, place })
    }
}

impl std::fmt::Display for About {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cell(id) => write!(f, "cells/{id}"),
            Self::Figure { indicator, agency, place } => write!(f, "indicators/{indicator}/{agency}/{place}"),
        }
    }
}

/// What a reply is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyKind {
    /// The agency answers.
    Answer,
    /// The board asks on.
    FollowUp,
    /// The board closes it.
    Closed,
}

impl ReplyKind {
    /// The word in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::FollowUp => "follow-up",
            Self::Closed => "closed",
        }
    }

    /// The kind of a word of the ledger.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Answer, Self::FollowUp, Self::Closed].into_iter().find(|k| k.as_str() == word)
    }
}

/// How a challenge was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The answer explains it.
    Explained,
    /// Something will be done.
    ActionAgreed,
    /// The figure is to be corrected or sent again.
    ToBeCorrected,
    /// It is looked at again at a later meeting.
    KeptInView,
    /// No answer came, or none that settles it.
    NotSettled,
}

impl Outcome {
    /// All of them, as a reader is offered them.
    pub const ALL: [Self; 5] =
        [Self::Explained, Self::ActionAgreed, Self::ToBeCorrected, Self::KeptInView, Self::NotSettled];

    /// The word in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Explained => "explained",
            Self::ActionAgreed => "action-agreed",
            Self::ToBeCorrected => "to-be-corrected",
            Self::KeptInView => "kept-in-view",
            Self::NotSettled => "not-settled",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Explained => "Explained",
            Self::ActionAgreed => "Action agreed",
            Self::ToBeCorrected => "Figure to be corrected",
            Self::KeptInView => "Kept in view",
            Self::NotSettled => "Not settled",
        }
    }

    /// What it means, for whoever chooses.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Explained => "The answer explains what the evidence shows.",
            Self::ActionAgreed => "The agency will do something about it, and has said what.",
            Self::ToBeCorrected => "The figure was wrong, and will be sent again.",
            Self::KeptInView => "Nothing is settled yet, and the board will look at it again.",
            Self::NotSettled => "The question could not be settled.",
        }
    }

    /// The outcome of a word of the ledger.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.as_str() == word)
    }
}

/// Something said after the question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// What it is.
    pub kind: ReplyKind,
    /// Its words.
    pub text: String,
    /// How it was closed; of a closing alone.
    pub outcome: Option<Outcome>,
    /// By when an answer is asked for; of a follow-up alone.
    pub due_on: Option<NaiveDate>,
    /// Who.
    pub by: Who,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// The run that the board saw then.
    pub run: String,
}

/// A challenge as it is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The agency that is asked.
    pub agency: String,
    /// What about.
    pub about: About,
    /// What that was called then.
    pub title: String,
    /// The question.
    pub text: String,
    /// By when an answer is asked for.
    pub due_on: NaiveDate,
    /// Who asks.
    pub by: Who,
    /// When, RFC 3339 UTC.
    pub at: String,
    /// The run that it is asked of.
    pub run: String,
    /// How it stood there, in words, as shown.
    pub stood: String,
}

/// A challenge with all that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Its number.
    pub id: i64,
    /// The question.
    pub question: Question,
    /// What was said since, in order.
    pub replies: Vec<Reply>,
}

/// Whose move it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The agency has not answered, and its day is over.
    Overdue,
    /// The agency has been asked.
    Asked,
    /// The agency has answered, and the board has not yet said what comes of it.
    Answered,
    /// It is closed.
    Closed,
}

impl Standing {
    /// All four, in the order in which a log lists them.
    pub const ALL: [Self; 4] = [Self::Overdue, Self::Asked, Self::Answered, Self::Closed];

    /// The word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Asked => "asked",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Overdue => "Answer overdue",
            Self::Asked => "Waiting for an answer",
            Self::Answered => "Answered",
            Self::Closed => "Closed",
        }
    }
}

impl Challenge {
    /// The day by which the agency is asked to answer what was last asked.
    pub fn due_on(&self) -> NaiveDate {
        self.replies.iter().rev().find_map(|r| r.due_on).unwrap_or(self.question.due_on)
    }

    /// Whose move it is on a day.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        match self.replies.last().map(|r| r.kind) {
            Some(ReplyKind::Closed) => Standing::Closed,
            Some(ReplyKind::Answer) => Standing::Answered,
            Some(ReplyKind::FollowUp) | None if today > self.due_on() => Standing::Overdue,
            Some(ReplyKind::FollowUp) | None => Standing::Asked,
        }
    }

    /// How it was closed.
    pub fn outcome(&self) -> Option<Outcome> {
        self.replies.last().and_then(|r| r.outcome)
    }

    /// Whether a reply of a kind may come now: an answer to what was asked, a follow-up of an answer, a closing of whatever is
    /// open. What is closed stays closed: who asks on asks anew.
    pub fn takes(&self, kind: ReplyKind) -> bool {
        match (self.replies.last().map(|r| r.kind), kind) {
            (Some(ReplyKind::Closed), _) => false,
            (_, ReplyKind::Closed) => true,
            (last, ReplyKind::Answer) => last != Some(ReplyKind::Answer),
            (last, ReplyKind::FollowUp) => last == Some(ReplyKind::Answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_about_reads_back() {
        for text in
            ["cells/locality/neglect/corby", "cells/board/cse", "indicators/missing/police/corby", "indicators/a/b/-"]
        {
            assert_eq!(About::parse(text).map(|a| a.to_string()).as_deref(), Some(text));
        }
        for text in
            ["", "cells/", "cells/place/neglect/corby", "indicators/a/b", "indicators/a/b/c/d", "indicators/a//c"]
        {
            assert_eq!(About::parse(text), None, "{text}");
        }
    }

    fn challenge(replies: &[ReplyKind]) -> Challenge {
        let by = || Who::person(1, "A. Member");
        let reply = |kind: &ReplyKind| Reply {
            kind: *kind,
            text: "x".into(),
            outcome: (*kind == ReplyKind::Closed).then_some(Outcome::Explained),
            due_on: (*kind == ReplyKind::FollowUp).then(|| "2015-04-30".parse().unwrap()),
            by: by(),
            at: String::new(),
            run: String::new(),
        };
        let question = Question {
            agency: "police".into(),
            about: About::parse("cells/board/cse").unwrap(),
            title: String::new(),
            text: "Why?".into(),
            due_on: "2015-02-28".parse().unwrap(),
            by: by(),
            at: String::new(),
            run: String::new(),
            stood: String::new(),
        };
        Challenge { id: 1, question, replies: replies.iter().map(reply).collect() }
    }

    #[test]
    fn whose_move_it_is() {
        use ReplyKind::{Answer, Closed, FollowUp};
        for (replies, day, standing, may) in [
            (&[][..], "2015-02-28", Standing::Asked, [true, false, true]),
            (&[][..], "2015-03-01", Standing::Overdue, [true, false, true]),
            (&[Answer][..], "2015-03-01", Standing::Answered, [false, true, true]),
            (&[Answer, FollowUp][..], "2015-03-01", Standing::Asked, [true, false, true]),
            (&[Answer, FollowUp][..], "2015-05-01", Standing::Overdue, [true, false, true]),
            (&[Answer, Closed][..], "2015-05-01", Standing::Closed, [false, false, false]),
        ] {
            let one = challenge(replies);
            assert_eq!(one.standing(day.parse().unwrap()), standing, "{replies:?} on {day}");
            assert_eq!([Answer, FollowUp, Closed].map(|k| one.takes(k)), may, "{replies:?}");
        }
    }
}
