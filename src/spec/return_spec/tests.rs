//! Return specs that must be read, and those that must be refused with file, line and advice.

use std::path::Path;

use super::*;
use crate::model::Error;
use crate::spec::Reference;
use crate::spec::reference::{Agency, Theme, Validity};

fn reference() -> Reference {
    let agency = |id: &str| Agency {
        agency: id.to_owned(),
        name: id.to_owned(),
        kind: String::new(),
        valid: Validity::default(),
        extra: [("short".to_owned(), String::new())].into(),
    };
    let theme = Theme {
        theme: "cse".to_owned(),
        name: "CSE".to_owned(),
        description: String::new(),
        extra: Default::default(),
    };
    Reference { agencies: vec![agency("police"), agency("probation")], themes: vec![theme], ..Reference::default() }
}

/// A spec of which each test changes something.
const RIGHT: &str = r#"id = "soft"
name = "Soft intelligence"
agency = "police"
frequency = "quarterly"
due_days = 20
lag_months = 2
markers = { "n/k" = "not-recorded", "c" = "value" }
[recognise]
words = ["Soft intelligence"]
[[table]]
feeds = "intelligence"
layout = "long"
columns = [
    { to = "theme", headers = ["Theme"], required = true, values = { "Exploitation" = "cse" } },
    { to = "kind", values = { "C" = "complaint" } },
    { to = "count", headers = ["Number"] },
]
given = [{ to = "period", from = "title", period = "financial-quarter" }]
[[change]]
from = "2014-04-01"
reason = "a new template"
columns = [{ to = "count", headers = ["Count"] }]
without = ["kind"]
"#;

fn parse(text: &str) -> Result<ReturnSpec, Error> {
    ReturnSpec::parse(Path::new("returns/soft.toml"), text, &reference())
}

#[test]
fn everything_written_is_read() {
    let spec = parse(RIGHT).unwrap();
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    let quarter = Period::parse("2014-Q2").unwrap();
    assert_eq!(spec.due_on(quarter), Some(day("2014-07-20")));
    assert_eq!(spec.published_on("any", quarter), Some(day("2014-08-30")), "two calendar months after 30 June");
    assert_eq!(spec.markers.status("N/K"), Some(crate::model::Status::NotRecorded));
    assert_eq!(spec.markers.status("c"), None, "taken away");
    let variants = spec.variants();
    let headers = |v: &Variant| v.tables[0].columns.iter().map(|c| c.names()[0].to_owned()).collect::<Vec<_>>();
    assert_eq!(headers(&variants[0]), ["Theme", "Count"], "the newest first");
    assert_eq!(headers(&variants[1]), ["Theme", "kind", "Number"]);
    assert!(variants[0].holds(day("2014-04-30")) && !variants[0].holds(day("2014-03-31")));
    assert!(variants[1].holds(day("2014-03-31")) && !variants[1].holds(day("2014-04-30")));
}

#[test]
fn what_is_wrong_is_told_with_file_line_key_and_advice() {
    for (right, wrong, place, advice) in [
        ("due_days", "due_dais", "returns/soft.toml:5", "Did you mean `due_days`?"),
        ("layout = \"long\"", "layout = \"longish\"", "returns/soft.toml:12", ""),
        ("agency = \"police\"", "agency = \"polise\"", "soft.toml:3, key `agency`", "Did you mean `police`?"),
        ("= \"cse\"", "= \"cs\"", "soft.toml:14, key `table.columns.values`", "Did you mean `cse`?"),
        (
            "= \"complaint\"",
            "= \"complaints\"",
            "soft.toml:15, key `table.columns.values`",
            "Did you mean `complaint`?",
        ),
        (
            "to = \"count\", headers = [\"Number",
            "to = \"counts\", headers = [\"Number",
            "soft.toml:16",
            "Did you mean `count`?",
        ),
        ("from = \"title\"", "from = \"block\"", "soft.toml:18, key `table.given.from`", "title"),
        ("from = \"2014-04-01\"", "from = \"April\"", "soft.toml:20", ""),
        ("\"a new template\"", "\"\"", "soft.toml:20, key `change.reason`", "why"),
        ("\"value\"", "\"zero\"", "soft.toml:7, key `markers.c`", "values = { \"c\" = \"0\" }"),
        ("id = \"soft\"", "id = \"Soft one\"", "soft.toml:1, key `id`", "lower-case"),
        (
            "required = true",
            "match_by = [\"shorts\"]",
            "soft.toml:14, key `table.columns.match_by`",
            "None are defined.",
        ),
        ("required = true", "unit = \"percent\"", "soft.toml:14, key `table.columns.unit`", "Remove it."),
        ("layout = \"long\"", "layout = \"wide\"", "soft.toml:12, key `table.across`", "across"),
    ] {
        assert!(RIGHT.contains(right), "{right}");
        let error = parse(&RIGHT.replacen(right, wrong, 1)).expect_err(wrong).to_string();
        assert!(error.contains(place) && error.contains(advice), "{wrong}: {error}");
    }
}

#[test]
fn a_folder_is_read_in_order_and_an_id_only_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("b.toml"), RIGHT).unwrap();
    std::fs::write(folder.path().join("a.toml"), RIGHT.replace("\"soft\"", "\"hard\"")).unwrap();
    std::fs::write(folder.path().join("README.md"), "not a spec").unwrap();
    let ids: Vec<String> = read_all(folder.path(), &reference()).unwrap().into_iter().map(|s| s.id).collect();
    assert_eq!(ids, ["hard", "soft"]);
    std::fs::write(folder.path().join("c.toml"), RIGHT).unwrap();
    let error = read_all(folder.path(), &reference()).unwrap_err().to_string();
    assert!(error.contains("c.toml") && error.contains("`soft`"), "{error}");
}

#[test]
fn the_readme_names_every_key_and_every_return_of_the_county() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/returns");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    // The keys are those that an unknown one is told are known.
    for (text, at) in [
        ("zzz = 1", "file"),
        ("[recognise]\nzzz = 1", "recognise"),
        ("[[table]]\nzzz = 1", "table"),
        ("[[table]]\nfeeds = 'actions'\nlayout = 'long'\ncolumns = [{ zzz = 1 }]", "column"),
        ("[[table]]\nfeeds = 'actions'\nlayout = 'long'\nfigures = [{ zzz = 1 }]", "figure"),
        ("[[table]]\nfeeds = 'actions'\nlayout = 'long'\ngiven = [{ zzz = 1 }]", "given"),
        ("[[table]]\nfeeds = 'actions'\nlayout = 'long'\nacross = { zzz = 1 }", "across"),
        ("[[change]]\nzzz = 1", "change"),
    ] {
        let error = toml::from_str::<read::File>(text).err().expect(at);
        let keys: Vec<&str> = error.message().split('`').skip(3).step_by(2).collect();
        assert!(keys.len() > 2, "{at}: {error}");
        for key in keys {
            let written = [
                format!("`{key}`"),
                format!("`[{key}]`"),
                format!("`[[{key}]]`"),
                format!("`{key} = "),
                format!("{key} = "),
            ];
            assert!(written.iter().any(|w| readme.contains(w)), "the README does not say what `{key}` of a {at} does");
        }
    }
    let mut returns = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            let id = path.file_stem().unwrap().to_str().unwrap().to_owned();
            assert!(readme.contains(&format!("`{id}`")), "the README does not name {id}");
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(text.contains(&format!("id = \"{id}\"")), "{id}: the file is called by its id");
            assert!(
                text.starts_with('#') && text.contains("\n#   1  ") || text.contains("\n#      A"),
                "{id} has no picture"
            );
            returns += 1;
        }
    }
    assert!(returns >= 10, "{returns}");
}
