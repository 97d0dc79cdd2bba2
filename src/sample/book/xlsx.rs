//! Workbooks as xlsx.

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Formula, Workbook, Worksheet, XlsxError};

use super::{Cell, Sheet};
use crate::model::Error;

/// The bytes of a workbook; the same sheets give the same bytes.
///
/// # Errors
/// The sheets cannot be written: a name that the format does not allow, a merge of a single cell.
pub fn bytes(sheets: &[Sheet], title: &str) -> Result<Vec<u8>, Error> {
    build(sheets, title).map_err(|e| {
        Error::state(format!("workbook `{title}`"), format!("could not be written: {e}"), "Report this as a bug.")
    })
}

fn build(sheets: &[Sheet], title: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2015, 1, 31)?;
    let properties = DocProperties::new().set_title(title).set_comment("SYNTHETIC: made up");
    book.set_properties(&properties.set_creation_datetime(&made));
    let formats = Formats {
        head: Format::new().set_bold(),
        percent: Format::new().set_num_format("0.0%"),
        date: Format::new().set_num_format("dd/mm/yyyy"),
    };
    for sheet in sheets {
        let page = book.add_worksheet();
        page.set_name(&sheet.name)?;
        page.set_hidden(sheet.hidden);
        write(page, sheet, &formats)?;
    }
    book.save_to_buffer()
}

struct Formats {
    head: Format,
    percent: Format,
    date: Format,
}

fn write(page: &mut Worksheet, sheet: &Sheet, formats: &Formats) -> Result<(), XlsxError> {
    for merge in &sheet.merges {
        let (top, left, bottom, right) = *merge;
        page.merge_range(top as u32, left as u16, bottom as u32, right as u16, "", &formats.head)?;
    }
    for (r, row) in sheet.rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let (r, c) = (r as u32, c as u16);
            match cell {
                Cell::Empty => continue,
                Cell::Text(text) => page.write_string(r, c, text)?,
                Cell::Head(text) => page.write_string_with_format(r, c, text, &formats.head)?,
                Cell::Number(n) => page.write_number(r, c, *n)?,
                Cell::Percent(n) => page.write_number_with_format(r, c, *n, &formats.percent)?,
                Cell::Date(day) => page.write_number_with_format(r, c, serial(*day), &formats.date)?,
                Cell::Formula(formula, result) => {
                    let result = result.map(|n| n.to_string()).unwrap_or_default();
                    page.write_formula(r, c, Formula::new(formula).set_result(result))?
                }
            };
        }
    }
    for &row in &sheet.hidden_rows {
        page.set_row_hidden(row as u32)?;
    }
    Ok(())
}

/// The day's serial number: 1 is 1 January 1900, as spreadsheets count.
fn serial(day: NaiveDate) -> f64 {
    f64::from(day.num_days_from_ce() - 693_594)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_those_of_spreadsheets() {
        // 41640 is 1 January 2014 in any spreadsheet.
        assert_eq!(serial(NaiveDate::from_ymd_opt(2014, 1, 1).unwrap()), 41640.0);
    }

    #[test]
    fn the_same_sheets_give_the_same_bytes() {
        let mut sheet = Sheet::new("Data");
        sheet.title("SYNTHETIC").push(vec![Cell::Number(1.0), Cell::Percent(0.5)]);
        assert_eq!(bytes(&[sheet.clone()], "x").unwrap(), bytes(&[sheet], "x").unwrap());
    }
}
