//! Which figures to ask about: the table `[prompts]` of the pipeline file. All of it is optional.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::model::Error;
use crate::spec::advice::did_you_mean;
use crate::spec::reference::Reference;

/// The settings of figures to ask about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prompts {
    /// How many of the board's largest moves are listed.
    pub moves: usize,
    /// How many of the levels furthest from the others are listed.
    pub outliers: usize,
    /// From how many robust standard deviations on a change or a level stands apart.
    pub apart: f64,
    /// With fewer places than this nothing is compared.
    pub places: usize,
    /// A figure whose denominator is known and below this is too small to move by itself.
    pub denominator: f64,
    /// Localities whose whole history is looked through, ended ones among them.
    pub focus: Vec<String>,
    /// Indicators that are left out, because another one holds the same measure.
    pub leave_out: Vec<String>,
    /// Breaks in recording to look for.
    #[serde(rename = "break")]
    pub breaks: Vec<Break>,
}

impl Default for Prompts {
    fn default() -> Self {
        Self {
            moves: 5,
            outliers: 5,
            // Iglewicz and Hoaglin's threshold for robust z scores (1993).
            apart: 3.5,
            places: 10,
            denominator: 20.0,
            focus: Vec::new(),
            leave_out: Vec::new(),
            breaks: Vec::new(),
        }
    }
}

/// Figures that, moving together, ask whether something else is counted than before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// What it is called: `Definition change?`.
    pub name: String,
    /// Indicators that all rise.
    pub rising: Vec<String>,
    /// Indicators that all fall.
    #[serde(default)]
    pub falling: Vec<String>,
    /// From a period to the one so many years later.
    #[serde(default = "two")]
    pub years: u32,
    /// The least rise or fall, as a share of the earlier value.
    #[serde(default = "least")]
    pub least: f64,
    /// What to ask.
    pub question: String,
}

fn two() -> u32 {
    2
}

fn least() -> f64 {
    0.15
}

impl Prompts {
    /// Holds the ids against the reference lists.
    ///
    /// # Errors
    /// An indicator or a locality that is not listed, a break without a rising indicator, or a number that makes no sense.
    pub fn check(&self, file: &Path, reference: &Reference) -> Result<(), Error> {
        let wrong = |what: String, advice: String| Err(Error::configuration(file.display().to_string(), what, advice));
        let indicators: Vec<&str> = reference.indicators.iter().map(|i| i.indicator.as_str()).collect();
        let localities: Vec<&str> = reference.localities.iter().map(|l| l.locality.as_str()).collect();
        for id in &self.focus {
            if !localities.contains(&id.as_str()) {
                let advice = did_you_mean(id, localities.iter().copied());
                return wrong(format!("[prompts] focus: `{id}` is not in localities.csv"), advice);
            }
        }
        let of_breaks = self.breaks.iter().flat_map(|b| b.rising.iter().chain(&b.falling));
        for id in self.leave_out.iter().chain(of_breaks) {
            if !indicators.contains(&id.as_str()) {
                let advice = did_you_mean(id, indicators.iter().copied());
                return wrong(format!("[prompts] `{id}` is not in indicators.csv"), advice);
            }
        }
        for b in &self.breaks {
            if b.rising.is_empty() || b.years == 0 || b.least.is_nan() || b.least < 0.0 {
                let what = format!("[[prompts.break]] `{}` cannot be looked for", b.name);
                let advice = "Name at least one rising indicator, years of 1 or more, and a least change of 0 or more.";
                return wrong(what, advice.to_owned());
            }
        }
        if self.apart.is_nan() || self.apart <= 0.0 || self.places < 3 {
            let what = format!("[prompts] apart = {}, places = {} cannot be used", self.apart, self.places);
            return wrong(what, "Give `apart` above 0 and at least 3 `places`.".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Prompts, toml::de::Error> {
        toml::from_str(text)
    }

    #[test]
    fn everything_has_a_default_and_unknown_keys_are_refused() {
        assert_eq!(read("").unwrap(), Prompts::default());
        let text = "[[break]]\nname = \"b\"\nrising = [\"x\"]\nquestion = \"q\"\n";
        let one = &read(text).unwrap().breaks[0];
        assert_eq!((one.years, one.least, one.falling.len()), (2, 0.15, 0));
        assert!(read("movs = 3\n").is_err());
        assert!(read(&format!("{text}steps = 3\n")).is_err());
    }

    #[test]
    fn ids_are_held_against_the_lists() {
        let reference = Reference::default();
        let check = |text: &str| read(text).unwrap().check(Path::new("pipeline.toml"), &reference);
        assert!(check("").is_ok());
        for (text, say, why) in [
            ("focus = [\"corby\"]", "`corby` is not in localities.csv", "an unknown place"),
            ("leave_out = [\"nfa\"]", "`nfa` is not in indicators.csv", "an unknown indicator"),
            ("[[break]]\nname = \"b\"\nrising = []\nquestion = \"q\"", "cannot be looked for", "nothing rises"),
            ("places = 2", "cannot be used", "two places have no spread"),
        ] {
            let error = check(text).expect_err(why).to_string();
            assert!(error.contains(say), "{why}: {error}");
        }
    }
}
