//! Which places and agencies the lattice has on its day, and for which of them a row counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::spec::Reference;
use crate::spec::reference::Validity;

/// Leaf localities and agencies of the as-of date, in order of id, with the tree of all localities that ever were.
pub(super) struct Places<'a> {
    /// Ids of the places with cells.
    pub leaves: Vec<&'a str>,
    /// Ids of the agencies with cells.
    pub agencies: Vec<&'a str>,
    /// The tree, for totals.
    pub tree: Tree<'a>,
    leaf_of: HashMap<&'a str, usize>,
    leaf_by_node: Vec<Option<usize>>,
    agency_of: HashMap<&'a str, usize>,
    heads: Vec<Vec<usize>>,
}

/// All localities, ended ones too, each under its parent.
pub(super) struct Tree<'a> {
    ids: Vec<&'a str>,
    nodes: Vec<Node>,
    roots: Vec<usize>,
    index: HashMap<&'a str, usize>,
}

/// A locality of the tree.
struct Node {
    children: Vec<usize>,
    valid: Vec<Validity>,
    parent: Option<usize>,
}

impl<'a> Places<'a> {
    /// The places of a day.
    pub fn on(reference: &'a Reference, day: NaiveDate) -> Self {
        let leaves: BTreeSet<&str> = reference.leaves_on(day).into_iter().map(|l| l.locality.as_str()).collect();
        let agencies: BTreeSet<&str> = reference.agencies_on(day).into_iter().map(|a| a.agency.as_str()).collect();
        let (leaves, agencies): (Vec<&str>, Vec<&str>) = (leaves.into_iter().collect(), agencies.into_iter().collect());
        let valid: BTreeSet<&str> =
            reference.localities.iter().filter(|l| l.valid.holds(day)).map(|l| l.locality.as_str()).collect();
        let heirs = successors(reference.localities.iter().map(|l| (l.locality.as_str(), &l.valid, &l.extra)), day);
        let leaf_of = resolve(&leaves, &valid, &heirs);
        let valid: BTreeSet<&str> = agencies.iter().copied().collect();
        // The design speaks of ended places only; an ended agency that names its successor is read alike, since the
        // children's services of a county that became a trust would otherwise fall silent on the day of the change.
        let heirs = successors(reference.agencies.iter().map(|a| (a.agency.as_str(), &a.valid, &a.extra)), day);
        let agency_of = resolve(&agencies, &valid, &heirs);
        let tree = Tree::on(reference, day);
        let leaf_by_node = tree.ids.iter().map(|id| leaf_of.get(id).copied()).collect();
        let mut places = Self { tree, leaves, agencies, leaf_of, leaf_by_node, agency_of, heads: Vec::new() };
        places.heads = (0..places.leaves.len()).map(|leaf| places.heads_of(leaf)).collect();
        places
    }

    /// The place for which evidence of a locality counts: itself, or the successor that contains it whole. None for a
    /// place above the leaves, an ended one without such a successor, and an empty or unknown id: board grain alone.
    pub fn leaf(&self, locality: &str) -> Option<usize> {
        self.leaf_of.get(locality).copied()
    }

    /// The same for a locality's position in the tree.
    pub fn leaf_of_node(&self, node: usize) -> Option<usize> {
        self.leaf_by_node.get(node).copied().flatten()
    }

    /// The ended places that count for a leaf: of these the topmost, since a place's own row counts before its parts'.
    pub fn heads(&self, leaf: usize) -> &[usize] {
        &self.heads[leaf]
    }

    fn heads_of(&self, leaf: usize) -> Vec<usize> {
        let own = self.tree.node(self.leaves[leaf]);
        let inherited = |node: usize| Some(node) != own && self.leaf_of_node(node) == Some(leaf);
        (0..self.tree.len()).filter(|n| inherited(*n) && !self.tree.above(*n).is_some_and(inherited)).collect()
    }

    /// The agency for which evidence counts.
    pub fn agency(&self, agency: &str) -> Option<usize> {
        self.agency_of.get(agency).copied()
    }

    /// The id of the agency for which a row counts; its own where that is none of the day's.
    pub fn heir<'s>(&'s self, agency: &'s str) -> &'s str {
        self.agency(agency).map_or(agency, |a| self.agencies[a])
    }
}

type Heirs<'a> = HashMap<&'a str, &'a str>;

/// Who follows whom, for ids of which no row holds on the day: as their latest row says.
fn successors<'a>(
    rows: impl Iterator<Item = (&'a str, &'a Validity, &'a BTreeMap<String, String>)>,
    day: NaiveDate,
) -> Heirs<'a> {
    let mut latest: HashMap<&str, (Option<NaiveDate>, &str)> = HashMap::new();
    for (id, valid, extra) in rows.filter(|(_, valid, _)| valid.to.is_some_and(|to| to < day)) {
        let heir = extra.get("successor").map_or("", String::as_str);
        let entry = latest.entry(id).or_insert((valid.from, heir));
        if valid.from >= entry.0 {
            *entry = (valid.from, heir);
        }
    }
    latest.into_iter().filter(|(_, (_, heir))| !heir.is_empty()).map(|(id, (_, heir))| (id, heir)).collect()
}

/// Follows each ended id to the one that is valid; the answer is its position in `cells`, where it has one.
fn resolve<'a>(cells: &[&'a str], valid: &BTreeSet<&'a str>, heirs: &Heirs<'a>) -> HashMap<&'a str, usize> {
    let position = |id: &str| cells.binary_search(&id).ok();
    let mut found: HashMap<&str, usize> = cells.iter().enumerate().map(|(i, id)| (*id, i)).collect();
    for start in heirs.keys().filter(|id| !valid.contains(*id)) {
        let mut at = *start;
        // As many steps as there are heirs: a ring of successors must not hang the night.
        for _ in 0..heirs.len() {
            let Some(next) = heirs.get(at) else { break };
            at = next;
            if valid.contains(at) {
                break;
            }
        }
        if let Some(i) = position(at) {
            found.insert(start, i);
        }
    }
    found
}

impl<'a> Tree<'a> {
    fn on(reference: &'a Reference, day: NaiveDate) -> Self {
        let ids: BTreeSet<&str> = reference.localities.iter().map(|l| l.locality.as_str()).collect();
        let index: HashMap<&str, usize> = ids.iter().enumerate().map(|(i, id)| (*id, i)).collect();
        let mut nodes: Vec<Node> = ids
            .iter()
            .map(|id| {
                let rows = reference.localities.iter().filter(|l| l.locality == **id);
                let parent = reference.locality(id, day).and_then(|l| index.get(l.parent.as_str()).copied());
                Node { children: Vec::new(), valid: rows.map(|l| l.valid).collect(), parent }
            })
            .collect();
        let mut roots = Vec::new();
        for child in 0..nodes.len() {
            match nodes[child].parent {
                Some(parent) => nodes[parent].children.push(child),
                None => roots.push(child),
            }
        }
        Self { ids: ids.into_iter().collect(), nodes, roots, index }
    }

    /// How many localities there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Position of a locality.
    pub fn node(&self, locality: &str) -> Option<usize> {
        self.index.get(locality).copied()
    }

    /// The same; a row without a place is the board's own, which stands one past the last.
    pub fn node_or_board(&self, locality: &str) -> Option<usize> {
        if locality.is_empty() { Some(self.len()) } else { self.node(locality) }
    }

    /// The places directly below a place, or the widest ones, which make up the board.
    pub fn below(&self, node: Option<usize>) -> &[usize] {
        node.map_or(&self.roots, |n| &self.nodes[n].children)
    }

    /// The place above; none for the widest, and for the board itself, which stands one past the last.
    pub fn above(&self, node: usize) -> Option<usize> {
        self.nodes.get(node)?.parent
    }

    /// Whether a place exists on a day.
    pub fn valid(&self, node: usize, day: NaiveDate) -> bool {
        self.nodes[node].valid.iter().any(|v| v.holds(day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triangulate::fixture::{agency, day, locality};

    fn county() -> Reference {
        let mut reference = Reference {
            localities: vec![
                locality("county", ""),
                locality("corby", "county"),
                locality("kettering", "county"),
                locality("split", "county"),
                locality("north", "county"),
            ],
            agencies: vec![agency("council"), agency("trust")],
            ..Reference::default()
        };
        for (i, heir) in [(1, Some("north")), (2, Some("north")), (3, None)] {
            reference.localities[i].valid.to = Some(day("2021-03-31"));
            if let Some(heir) = heir {
                reference.localities[i].extra.insert("successor".to_owned(), heir.to_owned());
            }
        }
        reference.localities[4].valid.from = Some(day("2021-04-01"));
        reference.agencies[0].valid.to = Some(day("2020-10-31"));
        reference.agencies[0].extra.insert("successor".to_owned(), "trust".to_owned());
        reference
    }

    #[test]
    fn an_ended_place_counts_for_its_successor() {
        let reference = county();
        let before = Places::on(&reference, day("2015-01-31"));
        assert_eq!(before.leaves, ["corby", "kettering", "split"]);
        assert_eq!((before.leaf("corby"), before.leaf("county"), before.leaf("north")), (Some(0), None, None));
        let after = Places::on(&reference, day("2022-01-31"));
        assert_eq!(after.leaves, ["north"]);
        assert_eq!((after.leaf("corby"), after.leaf("kettering"), after.leaf("split")), (Some(0), Some(0), None));
        assert_eq!((after.agency("council"), after.agency("nobody")), (Some(0), None));
    }

    #[test]
    fn a_ring_of_successors_ends() {
        let mut reference = county();
        reference.localities[3].extra.insert("successor".to_owned(), "split".to_owned());
        assert_eq!(Places::on(&reference, day("2022-01-31")).leaf("split"), None);
    }
}
