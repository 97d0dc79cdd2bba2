//! What would change our mind, in words.

use crate::model::{Period, Stream};
use crate::spec::reference::{Basis, Indicator, Unit};
use crate::triangulate::words::figures::{capitalised, in_unit, number_word, plural, whole};
use crate::triangulate::words::noun;

/// Which figures to come would turn a stream. `clear` puts out its light, `confirm` lists it by itself; each is the last or
/// the first that does.
#[derive(Debug, Clone)]
pub(in crate::triangulate) enum Turning {
    /// The next period of an indicator, in its unit.
    Next {
        /// Which.
        indicator: Indicator,
        /// The period.
        period: Period,
        /// Whether more is worse.
        high_is_worse: bool,
        /// The worst that clears.
        clear: Option<f64>,
        /// The best that confirms.
        confirm: Option<f64>,
    },
    /// Several periods of an indicator at what is usual.
    Many {
        /// Which.
        indicator: Indicator,
        /// The first of them.
        period: Period,
        /// What is usual of one, in its unit.
        usual: f64,
        /// How many; none where they do not do.
        many: Option<usize>,
        /// Whether the theme has other indicators here.
        others: bool,
    },
    /// So many of the next files or reviews.
    Trials {
        /// How many come.
        of: f64,
        /// At most so many short.
        clear: Option<f64>,
        /// From so many on.
        confirm: Option<f64>,
    },
    /// Not even so many without one that falls short.
    NotByTrials {
        /// How many come.
        of: f64,
    },
    /// The same standards, scored again.
    Again {
        /// How many.
        of: f64,
        /// At most so many short.
        clear: Option<f64>,
        /// From so many on.
        confirm: Option<f64>,
    },
    /// A count in a window as long as today's.
    Count {
        /// Its length.
        months: f64,
        /// At most.
        clear: Option<f64>,
        /// From.
        confirm: Option<f64>,
    },
}

/// One sentence, or two. `still` where the stream is listed by itself already.
pub(in crate::triangulate) fn sentence(stream: Stream, turning: &Turning, still: bool) -> String {
    let name = noun(stream);
    let cleared = format!("{name} would no longer point to a problem");
    let still = if still { " still" } else { "" };
    let confirmed = format!("that alone would{still} be more than chance explains");
    match turning {
        Turning::Next { indicator, period, high_is_worse, clear, confirm } => {
            let all = if indicator.unit == Unit::Proportion { 1.0 } else { f64::INFINITY };
            let at = |value: f64, up: bool| match rounded(value, indicator, up) {
                end if (!up && value <= 0.0) || (up && value >= all) => end,
                figure => format!("{figure} or {}", if up { "more" } else { "less" }),
            };
            let clear = clear.map(|v| format!("is {}, {cleared}", at(v, !high_is_worse)));
            let confirm = confirm.map(|v| format!("at {}, {confirmed}", at(v, *high_is_worse)));
            let clear = clear.unwrap_or_default();
            let rest = confirm.map(|c| format!("; {c}")).unwrap_or_default();
            format!("If {} figure for \u{201c}{}\u{201d} {clear}{rest}.", next(*period), indicator.name)
        }
        Turning::Many { indicator, period, usual, many, others } => {
            let one = kind(*period);
            let adds_up = indicator.basis == Basis::Flow && matches!(indicator.unit, Unit::Count | Unit::Rate);
            let each = if adds_up && one != "year" { format!(" a {one}") } else { String::new() };
            let usual = format!("{}{each}", in_unit(*usual, indicator));
            match many {
                Some(1) => format!(
                    "If {} figure for \u{201c}{}\u{201d} is back at about {usual}, {cleared}.",
                    next(*period),
                    indicator.name
                ),
                Some(many) => format!(
                    "No single {one} can clear it; after {} {one}s in a row with \u{201c}{}\u{201d} at about {usual}, which is \
                     usual, {cleared}.",
                    number_word(*many),
                    indicator.name,
                ),
                None if !others => format!(
                    "Not even two years of \u{201c}{}\u{201d} at about {usual}, which is usual, would clear it.",
                    indicator.name
                ),
                None => format!(
                    "Even with \u{201c}{}\u{201d} back at about {usual}, which is usual, {name} would still point to a \
                     problem for two years to come, because the other indicators do.",
                    indicator.name
                ),
            }
        }
        Turning::Trials { of, clear, confirm } => {
            let (thing, things, short, shorts) = match stream {
                Stream::CaseReviews => ("review", "reviews", "names this theme", "name this theme"),
                _ => ("file", "files", "falls short", "fall short"),
            };
            let next = match whole(*of).as_str() {
                "1" => format!("the next {thing}"),
                n => format!("the next {n} {things}"),
            };
            let clear = clear.map(|at_most| match (whole(at_most).as_str(), whole(*of).as_str()) {
                ("0", "1") => format!("If {next} does not {}, {cleared}", shorts.replace("names", "name")),
                ("0", _) => format!("If none of {next} {short}, {cleared}"),
                (n, _) => format!("If at most {n} of {next} {}, {cleared}", plural(at_most, short, shorts)),
            });
            let confirm = confirm.map(|from| match (whole(from).as_str(), whole(*of).as_str()) {
                (_, "1") => format!("if it does, {confirmed}"),
                (n, of) if n == of => {
                    format!("if {} do, {confirmed}", if n == "2" { "both".to_owned() } else { format!("all {n}") })
                }
                (n, _) => format!("if {n} or more do, {confirmed}"),
            });
            joined(clear, confirm)
        }
        Turning::NotByTrials { of } => {
            let (things, short) = match stream {
                Stream::CaseReviews => ("reviews", "that do not name this theme"),
                _ => ("files", "of which none falls short"),
            };
            format!("Not even {} more {things} {short} would clear it.", whole(*of))
        }
        Turning::Again { of, clear, confirm } => {
            let standards = format!("{} {}", whole(*of), plural(*of, "standard", "standards"));
            let clear = clear.map(|at_most| match whole(at_most).as_str() {
                "0" => format!("If none of the {standards} falls short when next scored, {cleared}"),
                n => format!(
                    "If at most {n} of the {standards} {} when next scored, {cleared}",
                    plural(at_most, "falls short", "fall short")
                ),
            });
            let confirm = confirm.map(|from| format!("if {} or more do, {confirmed}", whole(from)));
            joined(clear, confirm)
        }
        Turning::Count { months, clear, confirm } => {
            let (thing, things) = match stream {
                Stream::ChildDeaths => ("death with modifiable factors", "deaths with modifiable factors"),
                _ => ("report", "reports"),
            };
            let long = format!("in {} months", whole(*months));
            let clear = clear.map(|at_most| match whole(at_most).as_str() {
                "0" => format!("With no {thing} {long}, {cleared}"),
                n => format!("With at most {n} {} {long}, {cleared}", plural(at_most, thing, things)),
            });
            let confirm = confirm.map(|from| format!("with {} or more, {confirmed}", whole(from)));
            joined(clear, confirm)
        }
    }
}

fn joined(clear: Option<String>, confirm: Option<String>) -> String {
    match (clear, confirm) {
        (Some(clear), Some(confirm)) => format!("{clear}; {confirm}."),
        (Some(one), None) => format!("{one}."),
        (None, Some(one)) => format!("{}.", capitalised(&one)),
        (None, None) => String::new(),
    }
}

fn kind(period: Period) -> &'static str {
    match period {
        Period::Month(..) => "month",
        Period::Quarter(..) => "quarter",
        Period::FinancialYear(_) | Period::Year(_) => "year",
    }
}

/// "the next monthly": after the latest that came, which may be older than the report.
fn next(period: Period) -> &'static str {
    match period {
        Period::Month(..) => "the next monthly",
        Period::Quarter(..) => "the next quarterly",
        Period::FinancialYear(_) | Period::Year(_) => "the next yearly",
    }
}

/// A value as a page shows it, rounded so that whatever lies beyond what is read lies beyond the value too.
fn rounded(value: f64, indicator: &Indicator, up: bool) -> String {
    let places = match indicator.unit {
        // As many decimals as a page shows.
        Unit::Proportion if value.min(1.0 - value) < 0.000_95 => 10_000.0,
        Unit::Proportion if value.min(1.0 - value) < 0.019_5 => 1000.0,
        Unit::Proportion => 100.0,
        Unit::Count => 1.0,
        _ if value.abs() >= 99.95 => 1.0,
        _ => 10.0,
    };
    // Nine digits first: 0.55 x 100 must not become 56.
    let scaled = (value * places * 1e9).round() / 1e9;
    in_unit(if up { scaled.ceil() } else { scaled.floor() } / places, indicator)
}
