//! Small changes to an XML part that leave every other byte of it as it was.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

/// An element of a part, by the places of its tags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Node {
    /// Its name without a prefix.
    pub name: String,
    /// How deep it lies; the root is 0.
    pub depth: usize,
    /// Where its start tag lies.
    pub tag: Range<usize>,
    /// Where it ends.
    pub end: usize,
    /// Where its end tag begins; nothing for `<x/>`.
    pub close: Option<usize>,
}

/// The elements of a part down to a depth, in their order. Nothing where it is not XML.
pub(super) fn outline(xml: &str, deepest: usize) -> Option<Vec<Node>> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = false;
    let mut nodes: Vec<Node> = Vec::new();
    let mut open: Vec<Option<usize>> = Vec::new();
    loop {
        let from = usize::try_from(reader.buffer_position()).ok()?;
        let event = reader.read_event().ok()?;
        let to = usize::try_from(reader.buffer_position()).ok()?;
        match event {
            Event::Start(element) => {
                let at = (open.len() <= deepest).then(|| {
                    let name = element.local_name().as_ref().to_owned();
                    nodes.push(Node { name, depth: open.len(), tag: from..to, end: to, close: Some(to) });
                    nodes.len() - 1
                });
                open.push(at);
            }
            Event::Empty(element) if open.len() <= deepest => {
                let name = element.local_name().as_ref().to_owned();
                nodes.push(Node { name, depth: open.len(), tag: from..to, end: to, close: None });
            }
            Event::End(_) => {
                if let Some(at) = open.pop()? {
                    nodes[at].close = Some(from);
                    nodes[at].end = to;
                }
            }
            Event::Eof => return open.is_empty().then_some(nodes),
            _ => {}
        }
    }
}

/// A part with changes to be made.
pub(super) struct Splice<'x> {
    xml: &'x str,
    changes: Vec<(Range<usize>, String)>,
}

impl<'x> Splice<'x> {
    /// Nothing is changed yet.
    pub fn new(xml: &'x str) -> Self {
        Self { xml, changes: Vec::new() }
    }

    /// Puts a text in the place of another.
    pub fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.changes.push((range, text.into()));
    }

    /// Puts a text before a place.
    pub fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    /// Puts a text at the end of an element's content.
    pub fn append(&mut self, node: &Node, text: &str) {
        match node.close {
            Some(close) => self.insert(close, text),
            None => {
                let tag = &self.xml[node.tag.clone()];
                let name = tag[1..].split([' ', '/', '\t', '\r', '\n']).next().unwrap_or_default();
                let opened = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
                self.replace(node.tag.clone(), format!("{opened}>{text}</{name}>"));
            }
        }
    }

    /// The part with its changes. What is put before a place stands before what replaces the text there; of two such the
    /// earlier asked for stands first.
    pub fn done(mut self) -> String {
        self.changes.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(self.xml.len() + 1024);
        let mut at = 0;
        for (range, text) in self.changes {
            // A change within what another has taken away is gone with it.
            if range.start < at {
                continue;
            }
            out += &self.xml[at..range.start];
            out += &text;
            at = range.end;
        }
        out + &self.xml[at..]
    }
}

/// An attribute of a start tag, by its name as written, with XML's entities resolved.
pub(super) fn attribute(tag: &str, name: &str) -> Option<String> {
    let range = attribute_range(tag, name)?;
    quick_xml::escape::unescape(&tag[range]).ok().map(|v| v.into_owned())
}

/// A start tag with an attribute set.
pub(super) fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    match attribute_range(tag, name) {
        Some(range) => format!("{}{value}{}", &tag[..range.start], &tag[range.end..]),
        None => {
            let end = tag.trim_end_matches('>').trim_end_matches('/').len();
            format!("{} {name}=\"{value}\"{}", tag[..end].trim_end(), &tag[end..])
        }
    }
}

fn attribute_range(tag: &str, name: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(found) = tag[from..].find(name) {
        let begin = from + found;
        from = begin + name.len();
        let rest = tag[from..].trim_start();
        if !tag[..begin].ends_with(char::is_whitespace) || !rest.starts_with('=') {
            continue;
        }
        let quoted = rest[1..].trim_start();
        let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let start = tag.len() - quoted.len() + 1;
        return tag[start..].find(quote).map(|length| start..start + length);
    }
    None
}

/// Text for XML: escaped, and without the control characters that XML cannot hold.
pub(super) fn escaped(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let kept: String = kept.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
    quick_xml::escape::escape(kept.as_str()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_the_change_stays() {
        let xml = "<?xml version='1.0'?>\r\n<x:a b = '1'><!-- <c> --><x:c/> <d>t &amp; u</d></x:a>";
        let nodes = outline(xml, 1).unwrap();
        let names: Vec<(&str, usize)> = nodes.iter().map(|n| (n.name.as_str(), n.depth)).collect();
        assert_eq!(names, [("a", 0), ("c", 1), ("d", 1)]);
        let mut splice = Splice::new(xml);
        splice.append(&nodes[1], "<e/>");
        splice.append(&nodes[0], "<z/>");
        assert_eq!(
            splice.done(),
            "<?xml version='1.0'?>\r\n<x:a b = '1'><!-- <c> --><x:c><e/></x:c> <d>t &amp; u</d><z/></x:a>"
        );
    }

    #[test]
    fn what_is_put_where_something_is_taken_away_stays() {
        let mut splice = Splice::new("ab");
        splice.replace(0..1, "");
        splice.insert(0, "x");
        assert_eq!(splice.done(), "xb");
    }

    #[test]
    fn what_is_no_xml_is_left_alone() {
        assert_eq!(outline("<a><b>", 3), None);
        assert_eq!(outline("</a>", 3), None);
    }

    #[test]
    fn attributes_are_read_and_set() {
        let tag = "<sheet  localName='x' name = \"A &amp; B\" id=\"3\"/>";
        assert_eq!(attribute(tag, "name").as_deref(), Some("A & B"), "not the end of another name");
        assert_eq!(attribute(tag, "count"), None);
        assert_eq!(with_attribute("<fonts count=\"2\">", "count", "5"), "<fonts count=\"5\">");
        assert_eq!(with_attribute("<fonts/>", "count", "5"), "<fonts count=\"5\"/>");
    }

    #[test]
    fn text_is_escaped_and_control_characters_are_left_out() {
        assert_eq!(escaped("a<b & \u{1}\"c\"\u{ffff}"), "a&lt;b &amp; &quot;c&quot;");
    }
}
