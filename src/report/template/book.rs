//! A blank return as a workbook: cells to fill in are unlocked and checked as they are typed, the rest is protected
//! without a password. Text goes in as text; no cell holds a formula.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DataValidationRule, DocProperties, ExcelDateTime, Format,
    FormatAlign, FormatBorder, Formula, ProtectionOptions, Workbook, Worksheet, XlsxError, column_number_to_name,
};

use super::guide::Line;
use super::page::{Ask, Cell, List, Lists, Page};
use crate::spec::own_sheets;

/// What a workbook is made of.
pub(super) struct Book<'a> {
    /// Its title.
    pub title: &'a str,
    /// The day of the template, which is its clock.
    pub as_of: NaiveDate,
    /// The guidance.
    pub guide: &'a [Line],
    /// The sheets to fill in.
    pub pages: &'a [Page],
    /// The lists behind the drop-downs.
    pub lists: &'a Lists,
    /// What was sent last time: subject, place, period, number, of how many, result.
    pub past: Vec<[String; 6]>,
    /// The markers that may stand for a number.
    pub markers: Vec<String>,
}

/// Where a list begins on its sheet, 0-based: a title, an empty row and a header stand above it.
const LIST_ROW: u32 = 3;

/// Name of the sheet with the lists.
const LISTS_SHEET: &str = "Lists";

/// The bytes of a workbook; the same return on the same day gives the same bytes.
pub(super) fn bytes(book: &Book<'_>) -> Result<Vec<u8>, XlsxError> {
    let mut work = Workbook::new();
    let made = book.as_of.and_hms_opt(0, 0, 0).unwrap_or_default();
    let properties = DocProperties::new().set_title(format!("{}: blank return", book.title));
    work.set_properties(&properties.set_creation_datetime(&made));
    let styles = Styles::new();
    guide(work.add_worksheet().set_name(own_sheets::GUIDE)?, book, &styles)?;
    for page in book.pages {
        sheet(work.add_worksheet().set_name(&page.name)?, page, book, &styles)?;
    }
    if !book.past.is_empty() {
        past(work.add_worksheet().set_name("Last time")?, book, &styles)?;
    }
    lists(work.add_worksheet().set_name(LISTS_SHEET)?, book, &styles)?;
    work.save_to_buffer()
}

struct Styles {
    title: Format,
    line: Format,
    head: Format,
    label: Format,
    not_asked: Format,
    text: Format,
    number: Format,
    date: Format,
    wrapped: Format,
    bold: Format,
}

impl Styles {
    fn new() -> Self {
        let grid = |f: Format| f.set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x00B1_B4B6));
        let entry = || grid(Format::new()).set_background_color(Color::RGB(0x00FF_FBE0)).set_unlocked();
        let top = Format::new().set_align(FormatAlign::Top);
        Self {
            title: Format::new().set_bold().set_font_size(15),
            line: Format::new().set_font_color(Color::RGB(0x0050_5A5F)),
            head: grid(Format::new())
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_font_color(Color::White)
                .set_background_color(Color::RGB(0x001D_4E74)),
            label: grid(Format::new())
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00EE_F3F7)),
            not_asked: grid(Format::new()).set_background_color(Color::RGB(0x00D5_D9DC)),
            text: entry().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top),
            number: entry(),
            date: entry().set_num_format("dd/mm/yyyy"),
            wrapped: top.clone().set_text_wrap(),
            bold: top.set_bold(),
        }
    }

    fn entry(&self, ask: &Ask) -> &Format {
        match ask {
            Ask::Number { .. } => &self.number,
            Ask::Date => &self.date,
            // What is chosen from a list of numbers is a number; of a list of words or periods, text.
            Ask::Choice { .. } | Ask::Text => &self.text,
        }
    }
}

/// Nothing but the cells to fill in can be changed; columns and rows may be made wider.
fn protect(sheet: &mut Worksheet) {
    let options = ProtectionOptions { format_columns: true, format_rows: true, ..ProtectionOptions::default() };
    sheet.protect_with_options(&options);
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
}

fn guide(sheet: &mut Worksheet, book: &Book<'_>, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 38)?.set_column_width(1, 100)?;
    sheet.write_string_with_format(0, 0, own_sheets::GUIDE, &styles.title)?;
    sheet.write_string_with_format(1, 0, format!("{}: blank return", book.title), &styles.line)?;
    let mut row = 3;
    for line in book.guide {
        match line {
            Line::Heading(text) => {
                row += 1;
                sheet.write_string_with_format(row, 0, *text, &styles.head)?;
                sheet.write_blank(row, 1, &styles.head)?;
            }
            Line::Pair(name, text) => {
                let format = styles.bold.clone().set_text_wrap();
                sheet.write_string_with_format(row, 0, name, &format)?;
                sheet.write_string_with_format(row, 1, text, &styles.wrapped)?;
                sheet.set_row_height(row, height([(name.as_str(), 36.0), (text.as_str(), 104.0)]))?;
            }
        }
        row += 1;
    }
    sheet.set_tab_color(Color::RGB(0x001D_4E74));
    protect(sheet);
    sheet.set_portrait();
    Ok(())
}

fn past(sheet: &mut Worksheet, book: &Book<'_>, styles: &Styles) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, own_sheets::PAST, &styles.title)?;
    let line = "Your own figures, to compare with; nothing is filled in here, and nothing of it is read.";
    sheet.write_string_with_format(1, 0, line, &styles.line)?;
    let heads = ["Measure", "Place", "Period", "Number", "Out of", "Result"];
    let widths = [52.0, 24.0, 28.0, 12.0, 12.0, 12.0];
    for (column, (head, width)) in (0_u16..).zip(heads.iter().zip(widths)) {
        sheet.write_string_with_format(LIST_ROW - 1, column, *head, &styles.head)?;
        sheet.set_column_width(column, width)?;
    }
    for (row, texts) in (LIST_ROW..).zip(&book.past) {
        for (column, text) in (0_u16..).zip(texts) {
            match text.parse::<f64>() {
                Ok(number) if column > 2 => sheet.write_number_with_format(row, column, number, &styles.label)?,
                _ => sheet.write_string_with_format(row, column, text, &styles.label)?,
            };
        }
        sheet.set_row_height(row, height([(texts[0].as_str(), widths[0] * 0.95)]))?;
    }
    sheet.set_freeze_panes(LIST_ROW, 1)?;
    sheet.set_repeat_rows(LIST_ROW - 1, LIST_ROW - 1)?;
    protect(sheet);
    Ok(())
}

fn lists(sheet: &mut Worksheet, book: &Book<'_>, styles: &Styles) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, own_sheets::LISTS, &styles.title)?;
    let markers = List { title: "Markers".to_owned(), entries: book.markers.clone() };
    for (column, list) in (0_u16..).zip(std::iter::once(&markers).chain(&book.lists.0)) {
        sheet.write_string_with_format(LIST_ROW - 1, column, &list.title, &styles.head)?;
        for (row, entry) in (LIST_ROW..).zip(&list.entries) {
            match entry.parse::<f64>() {
                // Scores and numbered categories are numbers in the cell that they are chosen for.
                Ok(number) if entry.len() < 4 && column > 0 => sheet.write_number(row, column, number)?,
                _ => sheet.write_string(row, column, entry)?,
            };
        }
        let longest = list.entries.iter().chain([&list.title]).map(|e| e.chars().count()).max().unwrap_or(0);
        sheet.set_column_width(column, (longest as f64 + 2.0).clamp(10.0, 60.0))?;
    }
    sheet.set_freeze_panes(LIST_ROW, 0)?;
    protect(sheet);
    Ok(())
}

fn sheet(sheet: &mut Worksheet, page: &Page, book: &Book<'_>, styles: &Styles) -> Result<(), XlsxError> {
    for &(row, first, last) in &page.merges {
        sheet.merge_range(row as u32, first as u16, row as u32, last as u16, "", &styles.head)?;
    }
    for (r, cells) in (0_u32..).zip(&page.rows) {
        for (c, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => continue,
                Cell::Title(text) => sheet.write_string_with_format(r, c, text, &styles.title)?,
                Cell::Line(text) => sheet.write_string_with_format(r, c, text, &styles.line)?,
                Cell::Head(text) => sheet.write_string_with_format(r, c, text, &styles.head)?,
                Cell::Label(text) => sheet.write_string_with_format(r, c, text, &styles.label)?,
                Cell::Entry(ask) | Cell::Again(ask, _) => sheet.write_blank(r, c, styles.entry(ask))?,
                Cell::NotAsked => sheet.write_blank(r, c, &styles.not_asked)?,
            };
        }
    }
    let widths = widths(page);
    for (column, width) in (0_u16..).zip(&widths) {
        sheet.set_column_width(column, *width)?;
    }
    for (r, cells) in (0_u32..).zip(&page.rows) {
        let texts = cells.iter().zip(&widths).filter_map(|(cell, width)| match cell {
            // Capitals and bold type are wider.
            Cell::Head(text) => Some((text.as_str(), *width * 0.85)),
            Cell::Label(text) => Some((text.as_str(), *width)),
            _ => None,
        });
        let height = height(texts);
        if height > LINE_HEIGHT {
            sheet.set_row_height(r, height)?;
        }
    }
    for (((ask, last), top, bottom), column) in runs(page) {
        let check = check(&ask, top, column, book)?;
        if let Some(check) = check {
            let check = match last.is_empty() {
                true => check,
                // It shows when the cell is chosen, and is no part of what is sent.
                false => check.set_input_title("Last time")?.set_input_message(&last)?,
            };
            sheet.add_data_validation(top, column, bottom, column, &check)?;
        }
    }
    sheet.set_freeze_panes(page.freeze.0 as u32, page.freeze.1 as u16)?;
    if let Some(head) = page.freeze.0.checked_sub(1).filter(|h| *h > 0) {
        sheet.set_repeat_rows(head as u32, head as u32)?;
    }
    if let Some((row, column)) = first_entry(page) {
        sheet.set_selection(row, column, row, column)?;
    }
    protect(sheet);
    Ok(())
}

/// Cells below one another: what is asked for and what was sent last time, first and last row; and their column.
type Run = (((Ask, String), u32, u32), u16);

/// Entries of one kind below one another, by column.
fn runs(page: &Page) -> Vec<Run> {
    let mut open: BTreeMap<u16, ((Ask, String), u32, u32)> = BTreeMap::new();
    let mut found = Vec::new();
    for (r, cells) in (0_u32..).zip(&page.rows) {
        for (c, cell) in (0_u16..).zip(cells) {
            let Some((ask, last)) = cell.entry() else { continue };
            match open.get_mut(&c) {
                Some(run) if run.2 + 1 == r && run.0.0 == *ask && run.0.1 == last => run.2 = r,
                _ => {
                    let closed = open.insert(c, ((ask.clone(), last.to_owned()), r, r));
                    found.extend(closed.map(|run| (run, c)));
                }
            }
        }
    }
    found.extend(open.into_iter().map(|(c, run)| (run, c)));
    found.sort_by_key(|(run, c)| (run.1, *c));
    found
}

fn first_entry(page: &Page) -> Option<(u32, u16)> {
    let rows = (0_u32..).zip(&page.rows);
    rows.into_iter().find_map(|(r, cells)| cells.iter().position(Cell::is_entry).map(|c| (r, c as u16)))
}

/// The width of each column: that of its longest text, within reason.
fn widths(page: &Page) -> Vec<f64> {
    let columns = page.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![9.0_f64; columns];
    for cell in page.rows.iter().flat_map(|cells| cells.iter().enumerate()) {
        let (column, wanted) = match cell {
            (column, Cell::Head(text)) => {
                let word = text.split(' ').map(|w| w.chars().count()).max().unwrap_or(0);
                (column, (word as f64 * 1.2 + 3.0).max((text.chars().count() as f64 / 2.0 + 2.0).min(22.0)))
            }
            (column, Cell::Label(text)) => (column, (text.chars().count() as f64 + 2.0).min(48.0)),
            (column, Cell::Entry(Ask::Choice { .. }) | Cell::Again(Ask::Choice { .. }, _)) => (column, 22.0),
            (column, Cell::Entry(Ask::Text)) => (column, 18.0),
            (column, Cell::Entry(Ask::Date)) => (column, 12.0),
            _ => continue,
        };
        widths[column] = widths[column].max(wanted);
    }
    widths
}

/// Height of a line of text, in points.
const LINE_HEIGHT: f64 = 15.0;

/// The height that wrapped texts need in columns of some widths, in points.
fn height<'t>(texts: impl IntoIterator<Item = (&'t str, f64)>) -> f64 {
    let lines = texts.into_iter().map(|(text, width)| (text.chars().count() as f64 / width).ceil().max(1.0));
    LINE_HEIGHT * lines.fold(1.0, f64::max)
}

/// What is checked as an entry is typed; none for text.
fn check(ask: &Ask, row: u32, column: u16, book: &Book<'_>) -> Result<Option<DataValidation>, XlsxError> {
    let range = |column: usize, entries: usize| {
        let name = column_number_to_name(column as u16);
        let last = LIST_ROW as usize + entries.max(1);
        format!("{LISTS_SHEET}!${name}${}:${name}${last}", LIST_ROW + 1)
    };
    let check = DataValidation::new().ignore_blank(true);
    let check = match ask {
        Ask::Text => return Ok(None),
        Ask::Number { whole } => {
            let cell = format!("{}{}", column_number_to_name(column), row + 1);
            let count = if *whole { format!(",INT({cell})={cell}") } else { String::new() };
            let markers = range(0, book.markers.len());
            let rule = format!(
                "=OR(IF(ISNUMBER({cell}),AND({cell}>=0{count}),FALSE),ISNUMBER(MATCH({cell},{markers},0)),LEFT({cell},1)=\"<\")"
            );
            let what = if *whole { "A whole number of 0 or more" } else { "A number of 0 or more" };
            check
                .allow_custom(Formula::new(rule))
                .set_error_title("Not a figure")?
                .set_error_message(format!("{what}, or a marker such as [c] or [x]: see How to fill this in."))?
        }
        Ask::Date => {
            let first = ExcelDateTime::from_ymd(1990, 1, 1)?;
            let last = book.as_of.checked_add_months(Months::new(120)).unwrap_or(book.as_of);
            check
                .allow_date(DataValidationRule::Between(first, ExcelDateTime::from_timestamp(seconds(last))?))
                .set_error_title("Not a day")?
                .set_error_message("A day such as 31/01/2015.")?
        }
        Ask::Choice { list, strict } => {
            let entries = book.lists.0.get(*list).map_or(0, |l| l.entries.len());
            let style = if *strict { DataValidationErrorStyle::Stop } else { DataValidationErrorStyle::Information };
            check
                .allow_list_formula(Formula::new(format!("={}", range(*list + 1, entries))))
                .set_error_style(style)
                .set_error_title("Not in the list")?
                .set_error_message("Choose from the list of this cell; the sheet Lists shows it whole.")?
        }
    };
    Ok(Some(check))
}

/// The seconds of a day since 1970.
fn seconds(day: NaiveDate) -> i64 {
    day.and_hms_opt(0, 0, 0).unwrap_or_default().and_utc().timestamp()
}
