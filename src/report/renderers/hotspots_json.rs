//! `hotspots.json`: the rows of `hotspots.csv` as objects, under what they are of.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::disclose::{Entry, Rows};
use crate::model::Error;
use crate::report::{BoardView, Renderer, write};

/// `hotspots.json`.
pub struct HotspotsJson;

impl Renderer for HotspotsJson {
    fn name(&self) -> &'static str {
        "hotspots_json"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        let document = json!({
            "board": view.board,
            "as_of": view.as_of.to_string(),
            "run": view.run.run,
            "synthetic": view.synthetic,
            "hotspots": objects(&view.hotspots),
        });
        Ok(vec![write(out.join("hotspots.json"), format!("{document:#}\n"))?])
    }
}

fn objects(rows: &Rows) -> Vec<Value> {
    let object = |row: &Vec<Entry>| {
        let pairs = rows.columns.iter().zip(row).map(|(column, entry)| (column.clone(), value(entry)));
        Value::Object(pairs.collect::<Map<String, Value>>())
    };
    rows.rows.iter().map(object).collect()
}

fn value(entry: &Entry) -> Value {
    match entry {
        Entry::Empty => Value::Null,
        Entry::Flag(flag) => json!(flag),
        // The digits of the CSV, so that the two files agree.
        Entry::Number(_) => serde_json::from_str(&entry.text()).unwrap_or(Value::Null),
        Entry::Text(_) | Entry::Withheld => Value::String(entry.text()),
    }
}
