//! Forms: what was typed, and what is wrong with it. No form reaches a handler without the token of its session.

use std::collections::BTreeMap;

use axum::extract::{FromRequest, Request};

use super::guard::Visitor;
use super::problem::Problem;

/// A fault of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The field's name, which is also its id on the page; empty for the form as a whole.
    pub field: String,
    /// What to do about it.
    pub message: String,
}

/// The fields of a form by name, each with all its values.
#[derive(Debug, Clone, Default)]
pub struct Form {
    fields: BTreeMap<String, Vec<String>>,
    wrong: Vec<Wrong>,
}

impl Form {
    /// A form that nobody has filled in, with what its fields hold at first.
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), vec![value])).collect();
        Self { fields, wrong: Vec::new() }
    }

    /// The first value of a field without white space around it; empty where there is none.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|v| v.first()).map_or("", |v| v.trim())
    }

    /// The first value exactly as it was typed: passwords may begin with a space.
    pub fn exact(&self, name: &str) -> &str {
        self.fields.get(name).and_then(|v| v.first()).map_or("", String::as_str)
    }

    /// All values of a field, as of checkboxes.
    pub fn values(&self, name: &str) -> &[String] {
        self.fields.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a field has this value among its values.
    pub fn is_chosen(&self, name: &str, value: impl AsRef<str>) -> bool {
        self.values(name).iter().any(|v| v == value.as_ref())
    }

    /// Whether a field is there and not empty.
    pub fn has(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// Notes a fault; an empty field name is the form as a whole.
    pub fn refuse(&mut self, field: &str, message: impl Into<String>) {
        self.wrong.push(Wrong { field: field.to_owned(), message: message.into() });
    }

    /// Notes a fault where the field is empty.
    pub fn require(&mut self, field: &str, message: &str) {
        if !self.has(field) {
            self.refuse(field, message);
        }
    }

    /// Whether any fault was noted.
    pub fn is_wrong(&self) -> bool {
        !self.wrong.is_empty()
    }

    /// The faults, in the order in which they were noted.
    pub fn wrong(&self) -> &[Wrong] {
        &self.wrong
    }

    /// Whether a field has a fault.
    pub fn has_error(&self, name: &str) -> bool {
        self.wrong.iter().any(|w| w.field == name)
    }

    /// The faults of a field.
    pub fn errors_of(&self, name: &str) -> Vec<&str> {
        self.wrong.iter().filter(|w| w.field == name).map(|w| w.message.as_str()).collect()
    }

    /// What `aria-describedby` of a field names.
    pub fn described_by(&self, name: &str, hint: &str) -> String {
        let hint = (!hint.is_empty()).then(|| format!("{name}-hint"));
        let error = self.has_error(name).then(|| format!("{name}-error"));
        hint.into_iter().chain(error).collect::<Vec<_>>().join(" ")
    }

    /// Reads the body of a form.
    pub(super) fn parse(pairs: Vec<(String, String)>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in pairs {
            fields.entry(name).or_default().push(value);
        }
        Self { fields, wrong: Vec::new() }
    }
}

/// A form that came with the token of its session.
pub struct Posted(pub Form);

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let visitor = request.extensions().get::<Visitor>().cloned();
        let pairs = axum::extract::Form::<Vec<(String, String)>>::from_request(request, state).await;
        let axum::extract::Form(pairs) = pairs.map_err(|_| Problem::Unreadable("The form could not be read."))?;
        let form = Form::parse(pairs);
        match visitor {
            Some(visitor) => visitor.check(form.exact("csrf"))?,
            None => return Err(Problem::Forbidden),
        }
        Ok(Self(form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_says_what_is_wrong_with_each_field() {
        let pairs = [("email", " a@b.example "), ("agree", "yes"), ("agree", "no")];
        let mut form = Form::parse(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(form.value("email"), "a@b.example");
        assert_eq!(form.exact("email"), " a@b.example ");
        assert!(form.is_chosen("agree", "no") && !form.is_chosen("agree", "maybe"));
        form.require("email", "Enter an address");
        assert!(!form.is_wrong(), "it is there");
        form.require("name", "Enter a name");
        assert_eq!(form.errors_of("name"), ["Enter a name"]);
        assert_eq!(form.described_by("name", "As on the rota"), "name-hint name-error");
        assert_eq!(form.described_by("email", ""), "");
    }
}
