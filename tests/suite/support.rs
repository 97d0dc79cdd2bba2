//! The harness: a board of its own in a temporary folder, and the program run on it as a person would.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program's answer.
pub struct Answer {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Runs `lscb` with arguments, and optionally with something on standard input.
pub fn lscb(arguments: &[&str]) -> Answer {
    answer(Command::new(env!("CARGO_BIN_EXE_lscb")).args(arguments).output())
}

fn answer(output: std::io::Result<Output>) -> Answer {
    let output = output.expect("the program starts");
    Answer {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// A board in a temporary folder.
pub struct Board {
    folder: tempfile::TempDir,
}

impl Board {
    /// A small county in the plain layout, with no other configuration: five required lists, two more, no return specs.
    pub fn plain() -> Self {
        let board = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        board.write("pipeline.toml", PIPELINE);
        for (name, text) in LISTS {
            board.write(&format!("reference/{name}"), text);
        }
        std::fs::create_dir_all(board.path("inbox")).expect("an inbox");
        board
    }

    /// A path in the board's folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, text: &str) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
        self
    }

    /// Runs a command on the board; `PIPELINE` stands for its pipeline file and `@x` for the path `x` in its folder.
    pub fn lscb(&self, arguments: &[&str]) -> Answer {
        let place = |a: &&str| match (*a, a.strip_prefix('@')) {
            ("PIPELINE", _) => self.path("pipeline.toml").display().to_string(),
            (_, Some(name)) => self.path(name).display().to_string(),
            (other, None) => other.to_owned(),
        };
        let arguments: Vec<String> = arguments.iter().map(place).collect();
        lscb(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Reads a file.
    pub fn read(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }
}

/// Every file below a folder with its bytes, by its path from there.
pub fn tree(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let mut found = std::collections::BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").display().to_string();
                found.insert(name, std::fs::read(&path).expect("readable"));
            }
        }
    }
    found
}

const PIPELINE: &str = r#"board = "little-county"
name = "Little County"
as_of = "2015-01-31"
synthetic = true

[paths]
reference = "reference"
inbox = "inbox"
data = "data"
reports = "reports"
"#;

const LISTS: [(&str, &str); 7] = [
    ("agencies.csv", "agency,name,kind\npolice,Police,police\ncare,Social care,social-care\nhealth,Health,health\n"),
    (
        "localities.csv",
        "locality,name,parent\ncounty,Little County,\nash,Ash,county\nbeech,Beech,county\ncedar,Cedar,county\n\
         elm,Elm,county\nfir,Fir,county\noak,Oak,county\n",
    ),
    (
        "populations.csv",
        "locality,year,age_from,age_to,population\nash,2013,0,17,20000\nbeech,2013,0,17,20000\ncedar,2013,0,17,20000\n\
         elm,2013,0,17,20000\nfir,2013,0,17,20000\noak,2013,0,17,20000\ncounty,2013,0,17,120000\n",
    ),
    ("themes.csv", "theme,name\nneglect,Neglect\nmissing,Missing children\n"),
    (
        "indicators.csv",
        "indicator,name,theme,agency,unit,multiplier,frequency,polarity\n\
         visits-in-time,Visits in time,neglect,care,proportion,,monthly,high-is-good\n\
         missing-episodes,Missing episodes,missing,police,rate,10000,monthly,low-is-good\n",
    ),
    ("standards.csv", "standard,parent,name,theme\ns1,,Leadership,neglect\n"),
    ("audit-questions.csv", "question,name,theme\nplan,Is the plan good?,neglect\n"),
];
