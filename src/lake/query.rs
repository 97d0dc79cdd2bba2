//! Read-only SQL over frames of the lake.

use polars::prelude::{AnyValue, DataFrame, IntoLazy};
use polars::sql::SQLContext;

use crate::lake::bridge::without_panic;
use crate::model::Error;

/// What a statement that only reads begins with.
const READING: [&str; 5] = ["select", "with", "from", "show", "explain"];

/// Runs one SQL statement over named frames. A name with `-`, such as `child-deaths`, is also known with `_`.
///
/// # Errors
/// [`Error::Configuration`] for a statement that would change something, and for one that does not parse or names what is
/// not there; the advice then lists the tables, and their columns.
pub fn sql(frames: Vec<(String, DataFrame)>, query: &str) -> Result<DataFrame, Error> {
    let advice = advice(&frames);
    let query = query.trim().trim_end_matches(';');
    let first = query.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
    let first: String = first.chars().take_while(char::is_ascii_alphabetic).collect();
    if !READING.contains(&first.to_lowercase().as_str()) {
        let what = match first.as_str() {
            "" => "there is no statement".to_owned(),
            word => format!("a query may only read, and this one begins with `{word}`"),
        };
        return Err(Error::configuration("query", what, format!("Begin with SELECT or WITH. {advice}")));
    }
    let refused = |what: String| {
        let what = what.trim_start_matches("sql error: ").to_owned();
        Error::configuration("query", what, advice.clone())
    };
    let run = without_panic(|| {
        let mut context = SQLContext::new();
        for (name, frame) in frames {
            let plain = name.replace('-', "_");
            if plain != name {
                context.register(&plain, frame.clone().lazy());
            }
            context.register(&name, frame.lazy());
        }
        let result = context.execute(query).and_then(polars::prelude::LazyFrame::collect);
        Ok(result.map_err(|e| e.to_string()))
    });
    match run {
        Ok(result) => result.map_err(refused),
        Err(_) => Err(refused("the SQL engine gave up on this query".to_owned())),
    }
}

/// A frame as text, for whoever prints it: its column names, and its rows with an absent value as empty text.
pub fn text_table(frame: &DataFrame) -> (Vec<String>, Vec<Vec<String>>) {
    let columns = frame.columns();
    let names = columns.iter().map(|c| c.name().to_string()).collect();
    let cell = |column: &polars::prelude::Column, row: usize| match column.get(row) {
        Err(_) | Ok(AnyValue::Null) => String::new(),
        Ok(AnyValue::String(text)) => text.to_owned(),
        Ok(AnyValue::StringOwned(text)) => text.to_string(),
        Ok(other) => other.to_string(),
    };
    let rows = (0..frame.height()).map(|row| columns.iter().map(|c| cell(c, row)).collect()).collect();
    (names, rows)
}

/// Tables and their columns, for a reader whose query failed.
fn advice(frames: &[(String, DataFrame)]) -> String {
    let tables = frames.iter().map(|(name, frame)| {
        let columns: Vec<&str> = frame.get_column_names().into_iter().map(|c| c.as_str()).collect();
        format!("\n    {}({})", name.replace('-', "_"), columns.join(", "))
    });
    format!("Tables and columns:{}", tables.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lake::testing::{day, figure, filled, lake, receipt};
    use crate::model::Table;

    fn frames() -> Vec<(String, DataFrame)> {
        let (_folder, lake) = lake();
        let mut rows = vec![figure("a", "2014-03", 3.0), figure("a", "2014-04", 4.0)];
        rows.push(filled(Table::ChildDeaths, 1));
        lake.put(&receipt("a", "2014-05-01"), &rows).unwrap();
        let frame = |table: Table| (table.as_str().to_owned(), lake.frame(table, day("2014-06-01")).unwrap());
        vec![frame(Table::Performance), frame(Table::ChildDeaths)]
    }

    #[test]
    fn reads_by_either_name() {
        let sum = sql(frames(), "SELECT SUM(numerator) AS n FROM performance WHERE agency = 'police';").unwrap();
        assert_eq!(sum.column("n").unwrap().f64().unwrap().get(0), Some(7.0));
        for name in ["child_deaths", "\"child-deaths\""] {
            assert_eq!(sql(frames(), &format!("select * from {name}")).unwrap().height(), 1, "{name}");
        }
        let days = sql(frames(), "WITH d AS (SELECT notified_on FROM child_deaths) SELECT * FROM d").unwrap();
        assert_eq!(days.column("notified_on").unwrap().dtype().to_string(), "date");
    }

    #[test]
    fn refuses_what_does_not_read_and_says_what_there_is() {
        for (query, says) in [
            ("DROP TABLE performance", "may only read"),
            ("delete from performance", "may only read"),
            ("CREATE TABLE x AS SELECT 1", "may only read"),
            ("", "no statement"),
            ("SELECT 1; DROP TABLE performance", "only one"),
            ("SELECT nothing FROM performance", "nothing"),
            ("SELECT * FROM police", "police"),
            ("SELECT FROM WHERE", ""),
            ("SELECT * FROM read_csv('x')", ""),
        ] {
            let error = sql(frames(), query).unwrap_err();
            let text = error.to_string();
            assert_eq!(error.exit_code(), 2, "{query}: {text}");
            assert!(text.contains(says) && text.contains("performance(agency, indicator"), "{query}: {text}");
        }
    }
}
