//! The parts of a workbook's archive, with changes beside them. What is not changed is copied as it is packed.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::splice::{self, Splice};

/// A workbook's archive and what is to be different in the copy.
pub(super) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: Vec<String>,
    changed: BTreeMap<String, Vec<u8>>,
}

/// The most that a part unpacks to; the reader at the door allows no more.
const MOST: u64 = 100 * 1024 * 1024;

impl<'a> Package<'a> {
    /// Opens an archive that the door has read.
    pub fn open(bytes: &'a [u8]) -> Option<Self> {
        let archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
        let names: Option<Vec<String>> =
            (0..archive.len()).map(|i| archive.name_for_index(i)?.ok().map(|n| n.into_owned())).collect();
        Some(Self { names: names?, archive, changed: BTreeMap::new() })
    }

    /// The name of a part as the archive spells it.
    pub fn spelt(&self, name: &str) -> Option<String> {
        let wanted = plain(name);
        self.names.iter().chain(self.changed.keys()).find(|n| plain(n) == wanted).cloned()
    }

    /// A part's text; nothing where there is no such part, or it is not UTF-8.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let name = self.spelt(name)?;
        let bytes = match self.changed.get(&name) {
            Some(bytes) => bytes.clone(),
            None => {
                let mut bytes = Vec::new();
                let entry = self.archive.by_name(&name).ok()?;
                entry.take(MOST + 1).read_to_end(&mut bytes).ok()?;
                bytes
            }
        };
        let text = String::from_utf8(bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// Sets a part.
    pub fn set(&mut self, name: &str, text: String) {
        let name = self.spelt(name).unwrap_or_else(|| name.to_owned());
        self.changed.insert(name, text.into_bytes());
    }

    /// A name that no part has: `xl/comments1.xml` for `("xl/comments", ".xml")`.
    pub fn free(&self, before: &str, after: &str) -> String {
        let mut number = 1;
        loop {
            let name = format!("{before}{number}{after}");
            if self.spelt(&name).is_none() {
                return name;
            }
            number += 1;
        }
    }

    /// The relationships of a part: id, the end of the type, and target as a name of the archive.
    pub fn relationships(&mut self, part: &str) -> Vec<(String, String, String)> {
        let Some(xml) = self.text(&relationships_of(part)) else { return Vec::new() };
        let Some(nodes) = splice::outline(&xml, 1) else { return Vec::new() };
        let found = nodes.iter().filter(|n| n.name == "Relationship").filter_map(|n| {
            let tag = &xml[n.tag.clone()];
            let kind = splice::attribute(tag, "Type")?;
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            Some((splice::attribute(tag, "Id")?, kind, resolve(part, &splice::attribute(tag, "Target")?)))
        });
        found.collect()
    }

    /// Adds a relationship and gives its id.
    pub fn relate(&mut self, part: &str, kind: &str, target: &str) -> Option<String> {
        let name = relationships_of(part);
        let taken: Vec<String> = self.relationships(part).into_iter().map(|(id, ..)| id).collect();
        let id = (1..).map(|n| format!("rIdLscb{n}")).find(|id| !taken.contains(id))?;
        let line = format!(
            "<Relationship xmlns=\"{PACKAGE}/relationships\" Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"/{}\"/>",
            splice::escaped(target)
        );
        let text = match self.text(&name) {
            Some(xml) => appended(&xml, &line)?,
            None => format!("{HEAD}<Relationships xmlns=\"{PACKAGE}/relationships\">{line}</Relationships>"),
        };
        self.set(&name, text);
        Some(id)
    }

    /// Declares the type of a part.
    pub fn declare(&mut self, part: &str, kind: &str) -> Option<()> {
        let name = "[Content_Types].xml";
        let xml = self.text(name)?;
        let line = format!(
            "<Override xmlns=\"{PACKAGE}/content-types\" PartName=\"/{}\" ContentType=\"{kind}\"/>",
            splice::escaped(part)
        );
        let text = appended(&xml, &line)?;
        self.set(name, text);
        Some(())
    }

    /// The archive with its changes; the same changes give the same bytes.
    pub fn bytes(mut self) -> Option<Vec<u8>> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for index in 0..self.names.len() {
            match self.changed.remove(&self.names[index]) {
                Some(bytes) => {
                    writer.start_file(self.names[index].as_str(), options).ok()?;
                    writer.write_all(&bytes).ok()?;
                }
                None => writer.raw_copy_file(self.archive.by_index_raw(index).ok()?).ok()?,
            }
        }
        for (name, bytes) in &self.changed {
            writer.start_file(name.as_str(), options).ok()?;
            writer.write_all(bytes).ok()?;
        }
        Some(writer.finish().ok()?.into_inner())
    }
}

fn appended(xml: &str, line: &str) -> Option<String> {
    let nodes = splice::outline(xml, 0)?;
    let mut splice = Splice::new(xml);
    splice.append(nodes.first()?, line);
    Some(splice.done())
}

/// The beginning of every part.
pub(super) const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Namespace of the types of relationships.
pub(super) const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Namespace of a spreadsheet's elements.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Namespaces of the archive's own parts begin with this.
pub(super) const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

fn plain(name: &str) -> String {
    name.trim_start_matches('/').replace('\\', "/").to_ascii_lowercase()
}

fn relationships_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("{folder}{slash}_rels/{file}.rels")
}

/// The name of a part that another one points to.
fn resolve(part: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = part.split('/').collect();
    path.pop();
    for piece in target.split('/') {
        match piece {
            "." | "" => {}
            ".." => {
                path.pop();
            }
            piece => path.push(piece),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in parts {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn targets_are_resolved_as_in_a_folder() {
        for (part, target, expected) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../comments1.xml", "xl/comments1.xml"),
            ("xl/worksheets/sheet1.xml", "/xl/comments1.xml", "xl/comments1.xml"),
            ("workbook.xml", "./sheet1.xml", "sheet1.xml"),
        ] {
            assert_eq!(resolve(part, target), expected);
        }
        assert_eq!(relationships_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relationships_of("workbook.xml"), "_rels/workbook.xml.rels");
    }

    #[test]
    fn a_part_is_changed_and_the_others_are_copied() {
        let bytes = archive(&[("[Content_Types].xml", "<Types/>"), ("xl/A.xml", "<a/>"), ("xl/b.bin", "b")]);
        let mut package = Package::open(&bytes).unwrap();
        assert_eq!(package.text("XL\\a.xml").as_deref(), Some("<a/>"), "any case and slash");
        package.set("xl/a.xml", "<a>1</a>".to_owned());
        package.declare("xl/c1.xml", "text/xml").unwrap();
        assert_eq!(package.relate("xl/A.xml", "comments", "xl/c1.xml").as_deref(), Some("rIdLscb1"));
        assert_eq!(package.relate("xl/A.xml", "comments", "xl/c2.xml").as_deref(), Some("rIdLscb2"));
        assert_eq!(package.free("xl/A", ".xml"), "xl/A1.xml");
        let out = package.bytes().unwrap();
        let mut copy = Package::open(&out).unwrap();
        assert_eq!(copy.text("xl/A.xml").as_deref(), Some("<a>1</a>"));
        assert_eq!(copy.text("xl/b.bin").as_deref(), Some("b"));
        assert_eq!(copy.relationships("xl/A.xml")[1].2, "xl/c2.xml");
        assert!(copy.text("[Content_Types].xml").unwrap().contains("/xl/c1.xml"));
    }
}
