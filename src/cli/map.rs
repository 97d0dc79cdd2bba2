//! `lscb map`: headers that an agency writes in its own way, looked at once and confirmed.

use std::path::Path;
use std::process::ExitCode;

use super::arguments::Map;
use crate::model::Error;
use crate::pipeline::mapping::{Confirm, Look, configuration_with, confirm, forget, list, look};

/// Runs the command.
pub fn run(arguments: &Map) -> Result<ExitCode, Error> {
    let data = arguments.place.data()?;
    if arguments.list {
        let mappings = list(&data)?;
        if mappings.is_empty() {
            say!("No header was confirmed.");
        }
        for m in mappings {
            say!("{}  {}  `{}` is {}  ({}, {})", m.agency, m.return_id, m.header, m.to, m.by, m.noted_at);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (agency, return_id) = (arguments.agency.as_deref(), arguments.return_id.as_deref());
    if let (Some(header), Some(agency), Some(return_id)) = (&arguments.forget, agency, return_id) {
        forget(&data, agency, return_id, header)?;
        say!("`{header}` of {agency} is not known any more.");
        return Ok(ExitCode::SUCCESS);
    }
    let Some(file) = &arguments.file else { return Ok(ExitCode::from(2)) };
    let configuration = configuration_with(&arguments.place.pipeline, Some(&data))?;
    let (Some(agency), Some(return_id), Some(by), false) =
        (agency, return_id, arguments.by.as_deref(), arguments.pairs.is_empty())
    else {
        show(file, &look(file, &configuration)?);
        return Ok(ExitCode::SUCCESS);
    };
    for kept in confirm(file, &Confirm { agency, return_id, pairs: &arguments.pairs, by }, &configuration, &data)? {
        say!("`{}` of {}'s return {} is {}, confirmed by {by}.", kept.header, kept.agency, kept.return_id, kept.to);
    }
    say!("The next run judges every return by it.");
    Ok(ExitCode::SUCCESS)
}

fn show(file: &Path, look: &Look) {
    let agency = if look.agency.is_empty() || look.agency == "*" { "AGENCY" } else { &look.agency };
    say!("{}: the return {} of {agency}", file.display(), look.return_id);
    let width = look.headers.iter().map(|h| h.text.chars().count()).max().unwrap_or(0).min(40);
    let mut pairs = Vec::new();
    for header in &look.headers {
        let meaning = match (header.to.as_str(), &header.near) {
            ("", Some(near)) => format!("not known; did they mean {near}?"),
            ("", None) => "not known; kept as text".to_owned(),
            (to, _) => to.to_owned(),
        };
        say!("  {:<8}  {:<width$}  {meaning}", header.place, header.text);
        if header.to.is_empty() {
            pairs.push(format!("'{}={}'", header.text, header.near.as_deref().unwrap_or("COLUMN")));
        }
    }
    if pairs.is_empty() {
        say!("Every header is known.");
        return;
    }
    say!("To confirm what a header means, for this agency and return alone:");
    for pair in &pairs {
        say!("  lscb map {} --agency {agency} --return {} --by NAME {pair}", file.display(), look.return_id);
    }
    if pairs.iter().any(|p| p.ends_with("=COLUMN'")) {
        say!("Columns: {}.", look.targets.join(", "));
    }
}
