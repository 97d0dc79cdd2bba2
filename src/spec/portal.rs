//! Settings of `lscb serve`: the table `[portal]` of the pipeline file. All of it is optional.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::model::{Error, SecondFactor};

/// The settings of the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Portal {
    /// Who needs a second factor: `staff` (analysts and administrators), `all` or `off`.
    pub totp: SecondFactor,
    /// After how many minutes without use a session ends.
    pub idle_minutes: u32,
    /// After how many hours a session ends in any case.
    pub absolute_hours: u32,
    /// The largest file that may be uploaded, in bytes.
    pub upload_bytes: u64,
    /// How many files a person or a token may upload a day.
    pub uploads_a_day: u32,
    /// When the nightly run starts inside the portal, such as `02:00 Europe/London`; never, without it.
    pub schedule: Option<String>,
    /// Addresses of proxies whose word counts on where a request comes from.
    pub trusted_proxies: Vec<IpAddr>,
    /// The address under which people reach the portal, such as `https://returns.example.org`: what links begin with.
    pub base_url: Option<String>,
}

impl Default for Portal {
    fn default() -> Self {
        Self {
            totp: SecondFactor::Staff,
            idle_minutes: 30,
            absolute_hours: 12,
            upload_bytes: 50 * 1024 * 1024,
            uploads_a_day: 500,
            schedule: None,
            trusted_proxies: Vec::new(),
            base_url: None,
        }
    }
}

impl Portal {
    /// Refuses settings that no portal can hold to.
    ///
    /// # Errors
    /// A setting of nothing, or an address that is none, named with the file.
    pub(super) fn check(&self, file: &str) -> Result<(), Error> {
        let wrong = |what: String, advice: &str| Err(Error::configuration(file, format!("[portal] {what}"), advice));
        let numbers = [
            ("idle_minutes", u64::from(self.idle_minutes)),
            ("absolute_hours", u64::from(self.absolute_hours)),
            ("upload_bytes", self.upload_bytes),
            ("uploads_a_day", u64::from(self.uploads_a_day)),
        ];
        if let Some((name, _)) = numbers.iter().find(|(_, n)| *n == 0) {
            return wrong(format!("{name} is 0"), "Give a number above 0, or leave the line out for its default.");
        }
        let is_origin = |url: &str| {
            let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or("");
            let plain = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
            !host.is_empty() && host.bytes().all(plain)
        };
        match &self.base_url {
            Some(url) if !is_origin(url) => wrong(
                format!("base_url: `{url}` is no address of a portal"),
                "Give one such as \"https://returns.example.org\".",
            ),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_cannot_be_held_to_are_refused() {
        for (text, good, why) in [
            ("", true, "all of it is optional"),
            ("totp = \"all\"\nidle_minutes = 15", true, "some"),
            ("base_url = \"https://returns.example.org\"", true, "an address"),
            ("base_url = \"http://127.0.0.1:8080\"", true, "one for trying out"),
            ("base_url = \"returns.example.org\"", false, "without a scheme"),
            ("base_url = \"https://returns.example.org/portal/\"", false, "with a path"),
            ("trusted_proxies = [\"192.0.2.1\", \"::1\"]", true, "addresses"),
            ("trusted_proxies = [\"proxy.example.org\"]", false, "a name"),
            ("idle_minutes = 0", false, "sessions that end at once"),
            ("totp = \"some\"", false, "an unknown word"),
            ("idle_minute = 15", false, "an unknown key"),
        ] {
            let read = toml::from_str::<Portal>(text);
            assert_eq!(read.is_ok_and(|p| p.check("x").is_ok()), good, "{text}: {why}");
        }
    }
}
