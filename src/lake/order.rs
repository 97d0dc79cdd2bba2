//! The order of rows by their keys, without a text for each row: every column's distinct texts are ranked, and rows are
//! compared by the ranks.

use std::borrow::Cow;
use std::collections::HashMap;

use arrow::array::StringArray;

use crate::lake::schema;
use crate::model::Period;
use crate::model::row::Value;
use crate::model::text::TextHash;

/// A column as numbers of its distinct texts, by first appearance.
pub(super) struct Coded<'a> {
    codes: Vec<u32>,
    texts: Vec<Cow<'a, str>>,
}

impl<'a> Coded<'a> {
    /// The texts of a column; null is the empty one.
    pub fn column(column: &'a StringArray) -> Self {
        let mut coder = Coder::default();
        let rows = 0..arrow::array::Array::len(column);
        let codes = rows.map(|row| coder.code(schema::text_at(column, row))).collect();
        Self { codes, texts: coder.texts }
    }

    /// The texts of values.
    pub fn values(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut coder = Coder::default();
        let mut periods: HashMap<Period, u32, TextHash> = HashMap::default();
        let codes = values.map(|value| match value {
            Value::Text(text) => coder.code(text),
            Value::Period(period) => {
                *periods.entry(*period).or_insert_with(|| coder.new_code(Cow::Owned(period.to_string())))
            }
            Value::Empty => coder.code(""),
            other => coder.new_code(Cow::Owned(other.to_string())),
        });
        let codes = codes.collect();
        Self { codes, texts: coder.texts }
    }

    /// The rank of every text, where `end` follows each.
    fn ranks(&self, end: &str) -> Vec<u128> {
        let key = |i: &u32| {
            let text = self.texts[*i as usize].as_ref();
            text.bytes().chain(end.bytes())
        };
        let mut order: Vec<u32> = (0..self.texts.len() as u32).collect();
        order.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let mut ranks = vec![0; order.len()];
        let mut rank = 0;
        for (at, i) in order.iter().enumerate() {
            rank += u128::from(at > 0 && self.texts[*i as usize] != self.texts[order[at - 1] as usize]);
            ranks[*i as usize] = rank;
        }
        ranks
    }
}

#[derive(Default)]
struct Coder<'a> {
    known: HashMap<&'a str, u32, TextHash>,
    texts: Vec<Cow<'a, str>>,
    above: Option<(&'a str, u32)>,
}

impl<'a> Coder<'a> {
    fn code(&mut self, text: &'a str) -> u32 {
        if let Some((above, code)) = self.above
            && (std::ptr::eq(above, text) || above == text)
        {
            return code;
        }
        let code = match self.known.get(text) {
            Some(code) => *code,
            None => {
                let code = self.new_code(Cow::Borrowed(text));
                self.known.insert(text, code);
                code
            }
        };
        self.above = Some((text, code));
        code
    }

    fn new_code(&mut self, text: Cow<'a, str>) -> u32 {
        self.texts.push(text);
        self.texts.len() as u32 - 1
    }
}

/// The rows in the order of their columns' texts joined by `|`; rows of one key keep theirs.
pub(super) fn joined(columns: &[Coded<'_>], rows: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..rows as u32).collect();
    let text = |column: &Coded<'_>, row: u32| column.codes[row as usize] as usize;
    let bits = |column: &Coded<'_>| usize::BITS - column.texts.len().leading_zeros();
    let is_plain = columns.iter().all(|c| c.texts.iter().all(|text| !text.contains('|')));
    if is_plain && columns.iter().map(bits).sum::<u32>() <= u128::BITS {
        let mut ranked: Vec<(u128, u32)> = order.iter().map(|row| (0, *row)).collect();
        for (at, column) in columns.iter().enumerate() {
            // The sign that joins them follows each text but the last, and takes part in the order.
            let ranks = column.ranks(if at + 1 < columns.len() { "|" } else { "" });
            let bits = bits(column);
            for (key, row) in &mut ranked {
                *key = *key << bits | ranks[text(column, *row)];
            }
        }
        ranked.sort_unstable();
        return ranked.into_iter().map(|(_, row)| row).collect();
    }
    let key = |row: &u32| columns.iter().map(|c| c.texts[text(c, *row)].as_ref()).collect::<Vec<&str>>().join("|");
    order.sort_by_cached_key(key);
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn the_order_is_that_of_the_joined_texts(
            rows in proptest::collection::vec(("[ab|~-]{0,2}", "[a{}-]{0,3}", "[a!~]{0,2}"), 0..40),
            plain in proptest::bool::ANY,
        ) {
            let sign = |text: &str| if plain { text.replace('|', "-") } else { text.to_owned() };
            let rows: Vec<[String; 3]> = rows.iter().map(|(a, b, c)| [sign(a), sign(b), sign(c)]).collect();
            let columns: Vec<StringArray> =
                (0..3).map(|c| rows.iter().map(|row| Some(row[c].as_str())).collect()).collect();
            let coded: Vec<Coded<'_>> = columns.iter().map(Coded::column).collect();
            let mut expected: Vec<u32> = (0..rows.len() as u32).collect();
            expected.sort_by_key(|row| rows[*row as usize].join("|"));
            proptest::prop_assert_eq!(joined(&coded, rows.len()), expected);
        }
    }
}
