//! All authorities of England, from published figures: the pipeline of the repository as it stands, run into a folder of its
//! own. What is expected is published: the figures stand in `sample_data/england/inbox/`.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::support::{Answer, lscb};

/// The run of the pipeline's own day and its folder, made once for all tests of this file.
fn england() -> &'static (tempfile::TempDir, Answer) {
    static RUN: OnceLock<(tempfile::TempDir, Answer)> = OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let answer = run(folder.path(), &[]);
        (folder, answer)
    })
}

fn pipeline() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/england.toml")
}

fn run(folder: &Path, more: &[&str]) -> Answer {
    let path = |name: &str| folder.join(name).display().to_string();
    let (pipeline, data, reports) = (pipeline().display().to_string(), path("data"), path("reports"));
    let arguments = ["run", &pipeline, "--data", &data, "--reports", &reports];
    lscb(&[&arguments, more].concat())
}

fn read(folder: &Path, name: &str) -> String {
    let path = folder.join("reports/latest").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The row of the page's lists that holds all of these.
fn row<'a>(page: &'a str, parts: &[&str]) -> Option<&'a str> {
    page.split("<tr>").find(|row| parts.iter().all(|part| row.contains(part)))
}

#[test]
fn over_150_authorities_and_two_streams() {
    let (folder, answer) = england();
    assert_eq!(answer.code, 0, "{}{}", answer.out, answer.err);
    let hotspots = read(folder.path(), "hotspots.csv");
    let mut lines = csv::Reader::from_reader(hotspots.as_bytes());
    let headers = lines.headers().expect("a header").clone();
    let column = |name: &str| headers.iter().position(|h| h == name).expect(name);
    let (grain, place) = (column("grain"), column("place"));
    let mut places = std::collections::BTreeSet::new();
    let mut speaking = std::collections::BTreeSet::new();
    for line in lines.records() {
        let line = line.expect("a line");
        if &line[grain] == "locality" {
            places.insert(line[place].to_owned());
        }
        for stream in ["performance", "section11", "audits", "child_deaths", "case_reviews", "intelligence"] {
            if &line[column(&format!("{stream}_light"))] != "silent" {
                speaking.insert(stream);
            }
        }
    }
    assert!(places.len() > 150, "{} places", places.len());
    assert!(places.contains("west-northamptonshire") && !places.contains("northamptonshire"), "the county has ended");
    assert_eq!(speaking.into_iter().collect::<Vec<_>>(), ["audits", "performance"]);
}

#[test]
fn the_falls_of_west_and_north_northamptonshire_are_the_two_largest() {
    let page = read(england().0.path(), "index.html");
    for (place, which, fall, from, to) in [
        ("West Northamptonshire", "the largest fall", "Fell by 36.0 points", "61.6% in 2022/23", "25.6% in 2023/24"),
        (
            "North Northamptonshire",
            "the second largest fall",
            "Fell by 32.2 points",
            "61.5% in 2022/23",
            "29.3% in 2023/24",
        ),
    ] {
        let cell = format!("<th scope=\"row\">{place}</th>");
        let row = row(&page, &[&cell, "Initial CP conference in 15 days", fall]).expect(place);
        for part in [which, from, to, "four points: too short for limits"] {
            assert!(row.contains(part), "{part}: {row}");
        }
        let order = "West Northamptonshire (\u{2212}36.0), North Northamptonshire (\u{2212}32.2) and Central Bedfordshire (\u{2212}17.2)";
        assert!(row.contains(order), "the next is \u{2212}17.2: {row}");
    }
}

#[test]
fn the_referrals_of_2013_to_2015_and_the_vacancy_of_2016_are_asked_about() {
    let page = read(england().0.path(), "index.html");
    let county = "<th scope=\"row\">Northamptonshire</th>";
    let referrals =
        row(&page, &[county, "definition change?", "2012/13 to 2014/15"]).expect("the break is asked about");
    for part in ["Referrals rose (11,250; 13,273; 17,019)", "38.4%; 28.7%; 44.7%", "fell (5,991; 4,766; 4,161)"] {
        assert!(referrals.contains(part), "{part}: {referrals}");
    }
    let vacancies =
        row(&page, &[county, "Social worker vacancies", "54.8% in 2015/16"]).expect("the level is asked about");
    assert!(vacancies.contains("A level far from the others (robust z 3.7), not a trend."), "{vacancies}");
}

#[test]
fn the_workbook_has_the_figures_to_ask_about() {
    let book = england().0.path().join("reports/latest/board-pack.xlsx");
    let mut zip = zip::ZipArchive::new(std::fs::File::open(book).expect("the workbook")).expect("a workbook");
    let mut part = zip.by_name("xl/workbook.xml").expect("its list of sheets");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut part, &mut text).expect("text");
    assert!(text.contains("Figures to ask about"), "{text}");
}

#[test]
fn a_day_sees_nothing_that_was_published_after_it() {
    // The year 2023/24 of measures with a lag of eight months came out in November 2024. The same data folder serves both
    // days, in either order.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let query = |day: &str| -> String {
        let pipeline = pipeline().display().to_string();
        let data = folder.path().join("data").display().to_string();
        let sql = "SELECT max(period) AS newest FROM performance WHERE indicator = 'icpc15'";
        let answer = lscb(&["query", sql, "--pipeline", &pipeline, "--data", &data, "--as-of", day, "--format", "csv"]);
        assert_eq!(answer.code, 0, "{}", answer.err);
        answer.out
    };
    let first = run(folder.path(), &["--as-of", "2025-03-31"]);
    assert_eq!(first.code, 0, "{}", first.err);
    assert!(query("2024-06-30").contains("2022/23"), "{}", query("2024-06-30"));
    assert!(query("2024-11-29").contains("2022/23") && query("2024-11-30").contains("2023/24"));
    assert!(query("2025-03-31").contains("2023/24"), "2024/25 came out later");
    let earlier = run(folder.path(), &["--as-of", "2024-06-30"]);
    assert_eq!(earlier.code, 0, "{}", earlier.err);
    let runs = std::fs::read_dir(folder.path().join("reports")).expect("reports").flatten();
    let of_that_day = runs.map(|e| e.path()).find(|p| p.display().to_string().contains("/2024-06-30-")).expect("a run");
    let page = std::fs::read_to_string(of_that_day.join("index.html")).expect("a page");
    assert!(!page.contains("2023/24"), "no figure of 2023/24 was out");
    assert!(page.contains("2022/23"));
}
