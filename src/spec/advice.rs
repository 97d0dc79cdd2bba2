//! "Did you mean": the nearest known word, suggested and never taken.

/// The known word nearest to `found`, where it is near enough to be a slip.
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let found = found.to_lowercase();
    let length = found.chars().count();
    known
        .into_iter()
        // Words of other lengths are no slips of one another, and need not be compared letter by letter.
        .filter(|word| {
            let own = word.chars().count();
            own.abs_diff(length) <= 1 + own / 4
        })
        .map(|word| (strsim::damerau_levenshtein(&found, &word.to_lowercase()), word))
        .filter(|(distance, word)| *distance <= 1 + word.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// "Did you mean `x`?" or "Known are: a, b, c."
pub fn did_you_mean<'a>(found: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(word) = nearest(found, known.clone()) {
        return format!("Did you mean `{word}`?");
    }
    let words: Vec<&str> = known.into_iter().collect();
    match words.len() {
        0 => "None are defined.".to_owned(),
        n if n <= 12 => format!("Known are: {}.", words.join(", ")),
        n => format!("Known are {n}, among them {}.", words[..8].join(", ")),
    }
}

/// Turns a TOML error into what, where and advice: the unknown key is told the nearest known one.
pub fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> crate::model::Error {
    let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
    let place = line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
    let message = error.message().to_owned();
    let words: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let advice = match (message.starts_with("unknown field"), words.split_first()) {
        (true, Some((found, known))) => did_you_mean(found, known.iter().copied()),
        _ => "Correct the file and run again.".to_owned(),
    };
    crate::model::Error::configuration(place, message, advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_suggested_and_a_stranger_is_not() {
        assert_eq!(nearest("polise", ["police", "probation"]), Some("police"));
        assert_eq!(nearest("zebra", ["police", "probation"]), None);
        assert_eq!(did_you_mean("x", []), "None are defined.");
    }
}
