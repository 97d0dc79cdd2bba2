//! Tests of what a board reader sees, on the made-up board of the report.

use super::*;
use crate::disclose::{Audience, Shown};
use crate::model::challenge::{About, Outcome, ReplyKind, Standing};
use crate::model::{CellId, Tier, Who};
use crate::pipeline::board::figures::Sought;
use crate::pipeline::board::moved::{Pair, moved};
use crate::pipeline::board::stand::has_moved;
use crate::pipeline::challenges::{self, Asked, Moment, Said};
use crate::pipeline::configuration::Configuration;
use crate::pipeline::refusal::Refusal;
use crate::report::fixture::{Fixture, SECRET, SECRET_FIGURES};

const THEN: &str = "2015-01-31-000000000001";
const NOW: &str = "2015-02-28-000000000002";

/// The made-up board, after a change of what may be shown of it.
fn board(run: &str, change: impl FnOnce(&mut Publishable)) -> OpenBoard {
    let fixture = Fixture::new();
    let mut shown = fixture.publishable();
    shown.test_rename(run);
    change(&mut shown);
    OpenBoard::of(run, shown, fixture.pipeline, fixture.reference)
}

fn corby() -> CellId {
    CellId::parse("locality/neglect/corby").unwrap()
}

#[test]
fn a_name_of_a_run_is_a_day_and_a_hash() {
    assert!(is_run("2015-01-31-072bf2348bcf"));
    for name in [
        "",
        "latest",
        "2015-01-31",
        "2015-01-31-072bf2348bc",
        "2015-13-31-072bf2348bcf",
        "../2015-01-31",
        "2015-01-31-072bf2348bcF",
        "2015-01-31-../../../et",
        "\u{e9}015-01-31-072bf2348bcf",
    ] {
        assert!(!is_run(name), "{name}");
    }
}

#[test]
fn what_is_kept_comes_back_and_makes_the_same_report() {
    let fixture = Fixture::new();
    let text = keep::write(&fixture.publishable(), Audience::Board).unwrap();
    // The name of the run before holds such digits by chance.
    let told = text.replace("2014-12-31-ba9876543210", "");
    for secret in SECRET_FIGURES.iter().chain([&SECRET]) {
        let at = told.find(secret).map(|at| told[at.saturating_sub(200)..].chars().take(260).collect::<String>());
        assert_eq!(at, None, "{secret} is kept");
    }
    let back = keep::read(text.as_bytes(), "shown.json").unwrap();
    assert_eq!(keep::write(&back, Audience::Board).unwrap(), text, "the same bytes again");
    let view = BoardView::new(&back, &fixture.pipeline, &fixture.reference);
    let of_run = fixture.view();
    assert_eq!(view.first, of_run.first);
    assert_eq!(crate::report::csv_text(&view.hotspots), crate::report::csv_text(&of_run.hotspots));
    assert_eq!(crate::report::csv_text(&view.series), crate::report::csv_text(&of_run.series));
}

#[test]
fn every_cell_and_every_series_has_a_page_that_tells_nothing_withheld() {
    let board = board(THEN, |_| {});
    let mut pages = Vec::new();
    for cell in board.shown().cells() {
        let page = board.cell(&cell.id).unwrap().unwrap();
        assert_eq!(page.drills.len(), 6, "{}", cell.id);
        for (drill, signal) in page.drills.iter().zip(&cell.signals) {
            assert_eq!(drill.withheld, signal.withheld);
            assert!(!drill.says.is_empty(), "{}: {}", cell.id, drill.name);
        }
        pages.push((cell.id.to_string(), format!("{page:?}")));
    }
    for series in board.shown().series() {
        let page = board.series_page(&series.indicator, &series.agency, &series.locality).unwrap().unwrap();
        assert!(page.drawn.svg.contains("role=\"img\""));
        pages.push((page.row.path.clone(), format!("{page:?}")));
    }
    for row in board.indicators(&Sought::default()) {
        pages.push((row.id.clone(), format!("{row:?} {:?}", board.indicator(&row.id).unwrap())));
    }
    assert!(pages.len() > 300, "{}", pages.len());
    for (name, text) in pages {
        assert!(!text.contains(SECRET), "{name} repeats a withheld sentence");
        for figure in SECRET_FIGURES {
            assert!(!text.contains(figure), "{name} holds {figure}");
        }
    }
    assert!(board.cell(&CellId::parse("locality/neglect/nowhere").unwrap()).unwrap().is_none());
    assert!(board.series_page("neglect-0", "nobody", "corby").unwrap().is_none());
}

#[test]
fn indicators_are_found_by_words_theme_agency_place_and_reading() {
    let board = board(THEN, |_| {});
    let found = |sought: Sought| board.indicators(&sought).into_iter().map(|r| r.id).collect::<Vec<_>>();
    let all = found(Sought::default());
    let of = |of: fn(&mut Sought, String), text: &str| {
        let mut sought = Sought::default();
        of(&mut sought, text.to_owned());
        found(sought)
    };
    let neglect = of(|s, t| s.theme = t, "neglect");
    assert!(!neglect.is_empty() && neglect.len() < all.len());
    assert!(neglect.iter().all(|id| id.starts_with("neglect-")), "{neglect:?}");
    assert_eq!(of(|s, t| s.words = t, "NEGLECT seen within"), ["neglect-0"], "every word, in any case");
    assert!(of(|s, t| s.words = t, "neglect unheard-of").is_empty());
    let agency = board.shown().series()[0].agency.clone();
    let place = board.shown().series()[0].locality.clone();
    for series in board.indicators(&Sought { agency: agency.clone(), place: place.clone(), ..Sought::default() }) {
        let page = board.indicator(&series.id).unwrap();
        assert!(page.rows.iter().any(|r| r.agency == agency && r.place == place), "{}", series.id);
    }
    for (reading, count) in [("worse", 0), ("better", 1), ("missed", 2)] {
        for row in board.indicators(&Sought { reading: reading.to_owned(), ..Sought::default() }) {
            assert!([row.worse, row.better, row.missed][count] > 0, "{reading}: {}", row.id);
        }
    }
    let choices = board.choices();
    assert!(choices.themes.iter().any(|(id, name)| id == "neglect" && name == "Neglect"));
    assert!(choices.places.iter().any(|(id, name)| id == "corby" && name == "Corby"));
}

#[test]
fn nothing_has_moved_from_a_report_to_itself() {
    let board = board(THEN, |_| {});
    let page = moved(&Pair { then: &board, now: &board });
    assert!(page.came.is_empty() && page.left.is_empty() && page.otherwise.is_empty());
    assert!(page.worse.is_empty() && page.better.is_empty() && page.settled.is_empty());
    assert_eq!((page.only_now, page.only_then), (0, 0));
    assert!(page.stayed > 0);
}

#[test]
fn what_moved_is_told_with_the_lights_that_changed() {
    let then = board(THEN, |shown| {
        let cell = shown.test_cell("locality/neglect/corby");
        cell.tier = Tier::Quiet;
        cell.signals[2].light = crate::model::cell::Light::Neutral;
    });
    let now = board(NOW, |_| {});
    let page = moved(&Pair { then: &then, now: &now });
    assert_eq!(page.came.len(), 1);
    let cell = &page.came[0];
    assert_eq!((cell.then.unwrap().short, cell.now.unwrap().short), ("Quiet", "Look here"));
    assert_eq!(cell.lights, ["Audits: from \u{201c}says neither\u{201d} to \u{201c}points to a problem\u{201d}."]);
    let back = moved(&Pair { then: &now, now: &then });
    assert_eq!((back.came.len(), back.left.len()), (0, 1));
}

#[test]
fn whether_a_figure_moved_is_told_from_what_is_shown() {
    // A proportion of which a high value is good: 0.80 in the latest period then.
    let (indicator, agency, place) = {
        let board = board(THEN, |_| {});
        let series = board.shown().series().iter().find(|s| s.indicator == "neglect-0").unwrap();
        (series.indicator.clone(), series.agency.clone(), series.locality.clone())
    };
    let with = |run: &str, values: &[(&str, Shown)]| {
        board(run, |shown| {
            let series = shown.test_series(&indicator, &agency, &place);
            for (period, value) in values {
                let period = crate::model::Period::parse(period).unwrap();
                let mut point = series.points[0].clone();
                (point.period, point.value) = (period, *value);
                series.points.retain(|p| p.period < period);
                series.points.push(point);
            }
        })
    };
    let about = About::Figure { indicator: indicator.clone(), agency: agency.clone(), place: place.clone() };
    let then = with(THEN, &[("2015-01", Shown::Number(0.80))]);
    for (value, period, expected, why) in [
        (Shown::Number(0.86), "2015-02", "It has moved: 6.0 points higher, for the better", "a newer figure"),
        (Shown::Number(0.74), "2015-02", "It has moved: 6.0 points lower, for the worse", "the other way"),
        (Shown::Number(0.80), "2015-02", "It has not moved.", "the same a month later"),
        (Shown::Withheld, "2015-02", "what is not shown cannot be compared", "a small figure"),
        (Shown::Number(0.80), "2015-01", "No newer figure has come", "the same figure"),
    ] {
        let now = with(NOW, &[(period, value)]);
        let said = has_moved(&about, Some(&then), "80.0% in January 2015", &now);
        assert!(said.contains(expected), "{why}: {said}");
    }
    let restated = with(NOW, &[("2015-01", Shown::Number(0.7))]);
    let said = has_moved(&about, Some(&then), "", &restated);
    assert!(said.contains("lower") && said.contains("sent again"), "{said}");
    let said = has_moved(&about, None, "80.0% in January 2015", &restated);
    assert!(said.contains("It stood at 80.0% in January 2015"), "the report of then is gone: {said}");
}

#[test]
fn an_agency_sees_its_own_beside_the_others() {
    let board = board(THEN, |_| {});
    let agency = board.shown().series()[0].agency.clone();
    let own = board.of_agency(&agency);
    assert!(!own.is_empty() && own.iter().all(|o| o.row.agency == agency));
    let places = own.iter().filter(|o| o.others.contains(" others, half of them at or under ")).count();
    assert!(places > 0, "{own:?}");
    let (other, one) = ("nobody", &own[0].row);
    assert!(board.own_chart(other, &one.indicator, &one.place).unwrap().is_none());
    assert!(board.own_chart(&agency, &one.indicator, &one.place).unwrap().is_some());
}

fn configuration() -> Configuration {
    let fixture = Fixture::new();
    Configuration {
        pipeline: fixture.pipeline,
        reference: fixture.reference,
        specs: Vec::new(),
        files: Vec::new(),
        evaluation: None,
        rules: String::new(),
        public_rules: String::new(),
        answers: Vec::new(),
        mappings: Vec::new(),
        overrides: Vec::new(),
    }
}

fn messages(refused: Result<impl Sized, Refusal>) -> Vec<String> {
    match refused {
        Err(Refusal::Wrong(wrong)) => wrong.iter().map(|w| w.field.to_string()).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_question_goes_its_way_from_asking_to_closing() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let (configuration, board) = (configuration(), board(THEN, |_| {}));
    let moment = Moment {
        by: Who::person(3, "A. Member"),
        at: "2015-02-01T09:00:00Z".into(),
        today: "2015-02-01".parse().unwrap(),
        configuration: configuration.into(),
        board: &board,
    };
    let asked = Asked {
        about: "cells/locality/neglect/corby".into(),
        agency: "police".into(),
        text: "What do you see behind this?".into(),
        due_on: "2015-02-28".into(),
    };
    let wrong = Asked { about: "cells/locality/neglect/nowhere".into(), ..Asked::default() };
    assert_eq!(messages(challenges::ask(&ledger, &wrong, &moment)), ["about", "agency", "question", "due_on"]);
    let personal = Asked { text: "Is it the child with NHS number 999 000 0158?".into(), ..asked.clone() };
    assert_eq!(messages(challenges::ask(&ledger, &personal, &moment)), ["question"]);
    let id = challenges::ask(&ledger, &asked, &moment).unwrap();
    let kept = ledger.challenge(id).unwrap().unwrap();
    assert_eq!(kept.question.title, "Neglect, Corby");
    assert!(kept.question.stood.starts_with("\u{201c}Look here\u{201d}"), "{}", kept.question.stood);

    let said = |after, text: &str| Said { after, text: text.into(), ..Said::default() };
    let answer = said(0, "A new team began in the autumn.");
    assert!(matches!(challenges::answer(&ledger, "camhs", id, &answer, &moment), Err(Refusal::Gone(_))), "not its own");
    challenges::answer(&ledger, "police", id, &answer, &moment).unwrap();
    assert_eq!(messages(challenges::answer(&ledger, "police", id, &answer, &moment)), ["answer"], "it was answered");
    let follow = Said { due_on: "2015-03-31".into(), ..said(1, "And since?") };
    assert_eq!(messages(challenges::follow_up(&ledger, id, &said(1, "And since?"), &moment)), ["due_on"]);
    challenges::follow_up(&ledger, id, &follow, &moment).unwrap();
    challenges::answer(&ledger, "police", id, &said(2, "Numbers fell."), &moment).unwrap();
    assert_eq!(messages(challenges::close(&ledger, id, &said(3, "Thank you."), &moment)), ["outcome"]);
    let close = Said { outcome: Outcome::Explained.as_str().into(), ..said(3, "Thank you.") };
    challenges::close(&ledger, id, &close, &moment).unwrap();
    let kept = ledger.challenge(id).unwrap().unwrap();
    assert_eq!(kept.standing(moment.today), Standing::Closed);
    assert_eq!(kept.outcome(), Some(Outcome::Explained));
    let kinds: Vec<ReplyKind> = kept.replies.iter().map(|r| r.kind).collect();
    assert_eq!(kinds, [ReplyKind::Answer, ReplyKind::FollowUp, ReplyKind::Answer, ReplyKind::Closed]);
    let said = has_moved(&About::Cell(corby()), Some(&board), "", &board);
    assert!(said.contains("the next one will show"), "{said}");
}

#[test]
fn those_whose_it_is_are_offered_first() {
    let board = board(THEN, |_| {});
    let about = About::parse("cells/agency/supervision/camhs").unwrap();
    let offered = challenges::agencies_to_ask(&board, &about);
    assert_eq!(offered[0].0, "camhs");
    assert_eq!(offered.len(), board.reference().agencies_on(board.as_of()).len());
}

#[test]
fn the_board_sees_released_runs_alone_the_current_first() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path()).unwrap();
    let run = |run: &str| crate::ledger::Run {
        run: run.to_owned(),
        as_of: run[..10].parse().unwrap(),
        previous: None,
        inputs_sha256: String::new(),
        manifest_sha256: String::new(),
        hot_spots: 0,
        noted_at: String::new(),
    };
    const THIRD: &str = "2015-03-31-000000000003";
    for name in [THEN, NOW, THIRD] {
        ledger.commit_run(&run(name)).unwrap();
    }
    let names = || releases(&ledger).unwrap().into_iter().map(|r| r.run).collect::<Vec<_>>();
    assert!(names().is_empty(), "nobody has released any");
    let decide = |run: &str, is_release| {
        let by = Who::person(1, "An Analyst");
        ledger.decide_release(run, is_release, &by, "2015-02-01T09:00:00Z", "").unwrap();
    };
    decide(THEN, true);
    decide(NOW, true);
    decide(THIRD, false);
    assert_eq!(names(), [NOW, THEN]);
    decide(NOW, false);
    assert_eq!(names(), [THEN], "what is held is not seen");
    let shelf = Shelf::new(folder.path(), folder.path());
    assert!(shelf.released(&ledger, NOW).unwrap().is_none());
    assert!(shelf.open("latest").is_err() && shelf.open(NOW).is_err(), "neither a name nor a file");
}
