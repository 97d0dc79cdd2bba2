//! `hotspots.json`: the rows of `hotspots.csv` as objects, under what they are of; beside them `moved`, what moved a cell since
//! the report before, and `would_change_our_mind`, a sentence or null.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::disclose::Entry;
use crate::model::{Error, Movement};
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
            "hotspots": objects(view),
        });
        Ok(vec![write(out.join("hotspots.json"), format!("{document:#}\n"))?])
    }
}

fn objects(view: &BoardView) -> Vec<Value> {
    let rows = &view.hotspots;
    let cell = rows.columns.iter().position(|c| c == "cell");
    let object = |row: &Vec<Entry>| {
        let pairs = rows.columns.iter().zip(row).map(|(column, entry)| (column.clone(), value(entry)));
        let mut object: Map<String, Value> = pairs.collect();
        if let Some(beside) = cell.and_then(|i| view.beside.get(&row[i].text())) {
            object.insert("moved".to_owned(), beside.moved.iter().map(moved).collect());
            object.insert("would_change_our_mind".to_owned(), json!(beside.mind));
        }
        Value::Object(object)
    };
    rows.rows.iter().map(object).collect()
}

fn moved(movement: &Movement) -> Value {
    let streams: Vec<&str> = movement.streams.iter().map(|s| s.as_str()).collect();
    json!({"cause": movement.cause.as_str(), "streams": streams})
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
