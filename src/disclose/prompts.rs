//! Figures to ask about: a prompt that rests on a withheld point is not shown at all, since its words would give the point
//! back; a withheld mover beside it is left out.

use std::collections::HashMap;

use crate::disclose::Results;
use crate::model::{Period, Prompt, Series};

/// The prompts that may be shown.
pub(super) fn show(results: &Results<'_>) -> Vec<Prompt> {
    let protection = results.protection;
    let series: HashMap<(&str, &str, &str), &Series> =
        results.series.iter().map(|s| ((s.agency.as_str(), s.indicator.as_str(), s.locality.as_str()), s)).collect();
    let is_shown = |agency: &str, indicator: &str, locality: &str, period: Period| {
        let Some(one) = series.get(&(agency, indicator, locality)) else { return false };
        let rule = protection.rule(indicator);
        let board_level = protection.is_board_level(one, results.series);
        let mut points = one.points.iter().filter(|p| p.period == period).peekable();
        points.peek().is_some() && points.all(|p| !protection.withholds(&rule, board_level, p))
    };
    let mut shown = Vec::new();
    for prompt in results.prompts {
        let figures = || prompt.figures.iter().flat_map(|f| f.points.iter().map(move |p| (f, p.period)));
        if !figures().all(|(f, period)| is_shown(&f.agency, &f.indicator, &prompt.locality, period)) {
            continue;
        }
        let mut prompt = prompt.clone();
        if let Some(figure) = prompt.figures.first() {
            let periods = [prompt.from, prompt.to];
            let whole = |place: &str| periods.iter().all(|p| is_shown(&figure.agency, &figure.indicator, place, *p));
            prompt.movers.retain(|m| whole(&m.locality));
        }
        shown.push(prompt);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disclose::protection::Protection;
    use crate::disclose::shown::tests::point;
    use crate::disclose::{Audience, RunFacts, disclose};
    use crate::model::prompt::{Mover, PromptFigure, PromptKind, PromptPoint};
    use crate::model::series::Assurance;
    use crate::model::{Board, Point};

    fn series(locality: &str, points: Vec<Point>) -> Series {
        Series {
            agency: String::from("care"),
            indicator: String::from("seen"),
            locality: locality.to_owned(),
            points,
            target: None,
            target_status: "",
            comparator: None,
            variation: None,
            assurance: Assurance::None,
            notes: Vec::new(),
            comparable_from: None,
        }
    }

    fn fall(locality: &str, movers: &[&str]) -> Prompt {
        let period = |text| Period::parse(text).unwrap();
        let at = |text, value| PromptPoint { period: period(text), value, count: None };
        Prompt {
            kind: PromptKind::Move,
            locality: locality.to_owned(),
            focus: false,
            from: period("2013/14"),
            to: period("2014/15"),
            figures: vec![PromptFigure {
                agency: String::from("care"),
                indicator: String::from("seen"),
                points: vec![at("2013/14", 0.8), at("2014/15", 0.5)],
            }],
            z: Some(-4.0),
            usual: None,
            rank: 1,
            of: 12,
            movers: movers.iter().map(|m| Mover { locality: (*m).to_owned(), change: -0.3 }).collect(),
            better: Some(false),
            name: String::new(),
            question: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn a_withheld_point_gives_no_prompt_and_no_mover() {
        let large = |period| point(period, Some(40.0), Some(80.0), Some(0.5));
        // Three children of forty: withheld.
        let small = |period| point(period, Some(3.0), Some(40.0), Some(0.075));
        let all = [
            series("ash", vec![large("2013/14"), large("2014/15")]),
            series("elm", vec![large("2013/14"), small("2014/15")]),
        ];
        let prompts = [fall("ash", &["elm", "ash"]), fall("elm", &["elm", "ash"]), fall("oak", &[])];
        let board = Board {
            as_of: "2015-12-31".parse().unwrap(),
            cells: Vec::new(),
            grains: Vec::new(),
            gone: Vec::new(),
            not_heard: Vec::new(),
        };
        let results = Results {
            board: &board,
            series: &all,
            prompts: &prompts,
            submissions: &[],
            calendar: &[],
            titles: &[],
            sentences: &[],
            signal_sentences: &[],
            protection: &Protection { threshold: 5, ..Protection::default() },
            facts: &RunFacts::default(),
        };
        let shown = disclose(&results, Audience::Board);
        let places: Vec<&str> = shown.prompts().iter().map(|p| p.locality.as_str()).collect();
        assert_eq!(places, ["ash"], "elm's point is withheld, and oak has no series at all");
        let movers: Vec<&str> = shown.prompts()[0].movers.iter().map(|m| m.locality.as_str()).collect();
        assert_eq!(movers, ["ash"]);
    }
}
