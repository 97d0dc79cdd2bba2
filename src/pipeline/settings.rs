//! The numbers of the method as a form: what each is, what it may be, and how it is written into the pipeline file without
//! touching anything else there.

use crate::spec::Pipeline;
use crate::spec::pipeline::Method;

/// A number of the method.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// Its table in the pipeline file.
    pub table: String,
    /// Its key there.
    pub key: String,
    /// What it is now.
    pub value: f64,
    /// What it is where the file does not say it.
    pub usual: f64,
    /// The least that it may be.
    pub least: f64,
    /// The most that it may be.
    pub most: f64,
    /// Whether it is a whole number.
    pub is_whole: bool,
}

impl Setting {
    /// `weights.performance`: the name of its field in a form.
    pub fn name(&self) -> String {
        format!("{}.{}", self.table, self.key)
    }

    /// Its label: `Child deaths`.
    pub fn label(&self) -> String {
        let text = match self.key.as_str() {
            "section11" => "Section 11".to_owned(),
            "section11_self" => "Section 11, as agencies rate themselves".to_owned(),
            "section11_moderated" => "Section 11, moderated".to_owned(),
            "q_hot_spot" => "Largest q of a hot spot".to_owned(),
            "q_single_source" => "Largest q of a single loud voice".to_owned(),
            "light" => "Smallest z of a concern light".to_owned(),
            "cap" => "Cap of z for combining".to_owned(),
            "silent_below" => "A weight below this is silence".to_owned(),
            "others" => "Fewest other places to compare with".to_owned(),
            "doubling" => "z of a doubling at which a stream counts for 0.71".to_owned(),
            "doublings" => "Most doublings that a stream counts for".to_owned(),
            "consistency" => "Mean square of winsorised normal z".to_owned(),
            "floor" => "Least correlation of the streams".to_owned(),
            "floor_many_cells" => "The same from 100 cells".to_owned(),
            "ceiling" => "Greatest correlation of the streams".to_owned(),
            "default" => "Where it cannot be estimated".to_owned(),
            "level_and_change" => "Of an indicator\u{2019}s level with its change".to_owned(),
            other => other.replace('_', " "),
        };
        let mut letters = text.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    }
}

/// A table of the method with its settings.
#[derive(Debug, Clone, PartialEq)]
pub struct SettingGroup {
    /// Its table in the pipeline file.
    pub table: String,
    /// What it is called.
    pub title: &'static str,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Its numbers.
    pub settings: Vec<Setting>,
}

const GROUPS: [(&str, &str, &str, f64, f64); 6] = [
    ("weights", "Weights of the streams", "How much each stream counts before its data are seen.", 0.0, 10.0),
    ("reliability", "Reliability of evidence", "How far each kind of evidence is believed, from 0 to 1.", 0.0, 1.0),
    ("half_life_months", "Half-lives", "After how many months evidence counts half.", 1.0, 600.0),
    ("window_months", "Windows", "How many months back each stream looks.", 1.0, 240.0),
    ("thresholds", "Thresholds", "Where lights and tiers begin.", 0.0, 100.0),
    ("correlation", "Correlations", "Bounds of how far streams say the same.", 0.0, 1.0),
];

/// Every number of the method of a board.
pub fn groups(pipeline: &Pipeline) -> Vec<SettingGroup> {
    let (now, usual) = (values(&pipeline.method), values(&Method::default()));
    let group = |(table, title, about, least, most): (&str, &'static str, &'static str, f64, f64)| {
        let of = |all: &serde_json::Value, key: &str| all[table][key].as_f64().unwrap_or_default();
        let keys = usual[table].as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let settings = keys.into_iter().map(|key| Setting {
            table: table.to_owned(),
            value: of(&now, &key),
            usual: of(&usual, &key),
            least,
            most: if key.starts_with("q_") { 1.0 } else { most },
            is_whole: usual[table][&key].is_u64(),
            key,
        });
        SettingGroup { table: table.to_owned(), title, about, settings: settings.collect() }
    };
    GROUPS.into_iter().map(group).collect()
}

fn values(method: &Method) -> serde_json::Value {
    serde_json::to_value(method).unwrap_or_default()
}

/// The text of a pipeline file with a number set, everything else as it was. The table is added where there is none.
pub fn with_number(text: &str, table: &str, key: &str, number: &str) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if let Some(last) = lines.last_mut()
        && !last.ends_with('\n')
    {
        last.push_str(end);
    }
    let is_header = |line: &str| line.trim_start().starts_with('[');
    let code = |line: &str| line.split('#').next().unwrap_or("").trim().to_owned();
    let Some(head) = lines.iter().position(|l| code(l) == format!("[{table}]")) else {
        return format!("{}{end}[{table}]{end}{key} = {number}{end}", lines.concat());
    };
    let below = lines[head + 1..].iter().position(|l| is_header(l)).map_or(lines.len(), |n| head + 1 + n);
    let is_key = |line: &String| line.split_once('=').is_some_and(|(k, _)| k.trim().trim_matches('"') == key);
    match lines[head + 1..below].iter().position(is_key) {
        Some(at) => {
            let line = &lines[head + 1 + at];
            let (name, rest) = line.split_once('=').unwrap_or((line, ""));
            let comment = rest.find('#').map_or("", |at| rest[at..].trim_end());
            let gap = if comment.is_empty() { "" } else { "  " };
            lines[head + 1 + at] = format!("{}= {number}{gap}{comment}{end}", with_space(name));
        }
        None => {
            // After the last line of the table that says something, so that comments on the next table stay with it.
            let says = |l: &String| !code(l).is_empty();
            let last = lines[head..below].iter().rposition(says).unwrap_or(0);
            lines.insert(head + last + 1, format!("{key} = {number}{end}"));
        }
    }
    lines.concat()
}

fn with_space(name: &str) -> String {
    if name.ends_with(char::is_whitespace) { name.to_owned() } else { format!("{name} ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_set_and_all_else_stays() {
        let text = "board = \"b\"\n\n# How much.\n[weights]\naudits = 1.0  # settled in May\n\n# Where.\n[paths]\nreference = \"r\"\n";
        for (table, key, number, expected, why) in [
            ("weights", "audits", "2", "[weights]\naudits = 2  # settled in May\n\n# Where.", "its comment stays"),
            (
                "weights",
                "intelligence",
                "0.5",
                "# settled in May\nintelligence = 0.5\n\n# Where.\n[paths]",
                "added to its table",
            ),
            ("thresholds", "cap", "4", "reference = \"r\"\n\n[thresholds]\ncap = 4\n", "its table is added"),
        ] {
            let changed = with_number(text, table, key, number);
            assert!(changed.contains(expected), "{why}: {changed}");
            assert!(changed.starts_with("board = \"b\"\n\n# How much.\n"), "{why}");
        }
        assert_eq!(with_number("[weights]\r\naudits=1", "weights", "audits", "3"), "[weights]\r\naudits = 3\r\n");
    }

    #[test]
    fn every_number_of_the_method_is_in_the_form() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.toml");
        let text = "board = \"b\"\nname = \"B\"\n[paths]\nreference = \"r\"\n[weights]\naudits = 2.0\n";
        let groups = groups(&Pipeline::parse(&file, text).unwrap());
        let known: usize =
            values(&Method::default()).as_object().unwrap().values().map(|t| t.as_object().unwrap().len()).sum();
        assert_eq!(groups.iter().map(|g| g.settings.len()).sum::<usize>(), known);
        let audits = groups[0].settings.iter().find(|s| s.key == "audits").unwrap();
        assert_eq!((audits.value, audits.usual, audits.label().as_str()), (2.0, 1.0, "Audits"));
        assert!(groups.iter().flat_map(|g| &g.settings).all(|s| s.usual >= s.least && s.usual <= s.most));
        assert!(groups[4].settings.iter().any(|s| s.key == "others" && s.is_whole));
    }
}
