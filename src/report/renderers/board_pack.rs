//! `board-pack.xlsx`: the report as a workbook for those who work with its figures. Text goes in as text, never as a formula.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{
    Color, DocProperties, Format, FormatAlign, FormatBorder, Table, TableColumn, TableStyle, Workbook, Worksheet,
    XlsxError,
};

use crate::disclose::{Entry, Rows};
use crate::model::Error;
use crate::report::view::heat::HeatMap;
use crate::report::view::methods::{CHART_RULES, GRAIN_HEADINGS, STREAM_HEADINGS};
use crate::report::view::{BoardView, Card};
use crate::report::{Renderer, hotspot_table, words, write};

/// `board-pack.xlsx`.
pub struct BoardPack;

impl Renderer for BoardPack {
    fn name(&self) -> &'static str {
        "board_pack"
    }

    fn render(&self, view: &BoardView, out: &Path) -> Result<Vec<PathBuf>, Error> {
        let path = out.join("board-pack.xlsx");
        let bytes = workbook(view).map_err(|e| {
            Error::state(
                path.display().to_string(),
                format!("the workbook could not be made: {e}"),
                "This is a fault of ours.",
            )
        })?;
        Ok(vec![write(path, bytes)?])
    }
}

/// Row at which the table of a sheet begins: title, what it is, then an empty row.
const HEAD_ROWS: u32 = 3;

fn workbook(view: &BoardView) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The clock is the day of the report, so that the same report has the same bytes.
    let made = view.as_of.and_hms_opt(0, 0, 0).unwrap_or_default();
    let title = format!("Where to look first: {}, {}", view.board, view.as_of_words);
    book.set_properties(&DocProperties::new().set_title(&title).set_author(&view.board).set_creation_datetime(&made));
    read_me(sheet(&mut book, "Read me", view)?, view, &title)?;
    places_to_look(sheet(&mut book, "Places to look", view)?, view)?;
    for (name, id) in [("Heat map by place", "map-places"), ("Heat map by agency", "map-agencies")] {
        let sheet = sheet(&mut book, name, view)?;
        match view.heat_maps.iter().find(|m| m.id == id) {
            Some(map) => heat_map(sheet, map)?,
            None => nothing(sheet, name)?,
        }
    }
    let ask = sheet(&mut book, "Figures to ask about", view)?;
    table(ask, "Figures far from those of the other places, and breaks in recording", &view.prompts.table, "AskAbout")?;
    let cells = sheet(&mut book, "All cells", view)?;
    table(cells, "Every cell that was compared, as in hotspots.csv", hotspot_table(view), "AllCells")?;
    let series = sheet(&mut book, "Series", view)?;
    table(series, "Every series at its latest period, as in series.csv", &view.series, "Series")?;
    let returns = sheet(&mut book, "Returns", view)?;
    table(returns, "Every file received, as in submissions.csv", &view.submissions, "Returns")?;
    methods(sheet(&mut book, "Methods", view)?, view)?;
    book.save_to_buffer()
}

fn sheet<'a>(book: &'a mut Workbook, name: &str, view: &BoardView) -> Result<&'a mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet().set_name(name)?;
    let mark = if view.synthetic { "Synthetic data. " } else { "" };
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_footer(format!("&L{mark}Restricted&C&A&RPage &P of &N"));
    Ok(sheet)
}

fn bold() -> Format {
    Format::new().set_bold()
}

fn wrapped() -> Format {
    Format::new().set_text_wrap().set_align(FormatAlign::Top)
}

fn heading(sheet: &mut Worksheet, title: &str, what: &str) -> Result<(), XlsxError> {
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(16))?;
    sheet.write_string(1, 0, what)?;
    Ok(())
}

fn nothing(sheet: &mut Worksheet, title: &str) -> Result<(), XlsxError> {
    heading(sheet, title, "Nothing to show.")
}

fn read_me(sheet: &mut Worksheet, view: &BoardView, title: &str) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 30)?.set_column_width(1, 110)?;
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(16))?;
    let mut lines: Vec<(&str, String)> = Vec::new();
    if view.synthetic {
        lines.push(("Synthetic data", String::from("Every figure and every event in this workbook is made up.")));
    }
    lines.push(("What this is", String::from("Where the board's kinds of evidence point the same way more than chance explains. A prompt to ask, not a verdict.")));
    lines.push((
        "Places to look",
        String::from("The list of the report, surest first, with what agrees, what disagrees and who is silent."),
    ));
    lines.push(("Heat maps", String::from("How each theme stands in each place and agency, in words and colour.")));
    lines.push((
        "Figures to ask about",
        String::from("Moves, levels and breaks that stand apart: questions, and no part of a score."),
    ));
    lines.push(("All cells", String::from("Everything that was compared, with the method's numbers.")));
    lines.push(("Series", String::from("Every indicator at its latest period, with interval, limits and target.")));
    lines.push(("Returns", String::from("Every file that was received, and what became of it.")));
    lines.push(("Methods", String::from("Settings of the method in this run.")));
    lines.push(("[c]", String::from("Withheld because a count is small, or would give a small count away.")));
    lines.push((
        "[z], [x], [low]",
        String::from("Not applicable; not available; rounds to zero. An empty cell is missing."),
    ));
    for tier in &view.tiers {
        lines.push((tier.words.short, tier.words.why.to_owned()));
    }
    lines.push(("Run", format!("{}, lscb {}", view.run.run, view.run.version)));
    lines.extend(view.run.attribution.iter().map(|a| ("Source", a.clone())));
    lines.extend(view.to_confirm.iter().map(|f| ("To be confirmed", f.clone())));
    for (row, (name, text)) in (2..).zip(&lines) {
        sheet.write_string_with_format(row, 0, *name, &bold().set_align(FormatAlign::Top))?;
        sheet.write_string_with_format(row, 1, text, &wrapped())?;
    }
    Ok(())
}

fn places_to_look(sheet: &mut Worksheet, view: &BoardView) -> Result<(), XlsxError> {
    let columns = [
        "Theme",
        "Where",
        "Why listed",
        "In words",
        "Who agrees",
        "Who disagrees",
        "Who is silent",
        "How sure",
        "How recent",
        "What would change our mind",
        "Since when",
    ];
    let cards: Vec<&Card> = view.first.iter().chain(&view.more).chain(&view.watch).collect();
    let row = |card: &&Card| {
        [
            card.theme.clone(),
            words::capital(&card.place),
            format!("{} {}", card.tier.symbol, card.tier.short),
            card.explanation.clone(),
            card.agree.join(" "),
            card.disagree.join(" "),
            card.silent.join(", "),
            card.sure.join(" "),
            card.recent.clone(),
            card.mind.clone(),
            card.moved.clone(),
        ]
        .map(|text| if text.is_empty() { Entry::Empty } else { Entry::Text(text) })
        .to_vec()
    };
    let rows = Rows { columns: columns.map(str::to_owned).to_vec(), rows: cards.iter().map(row).collect() };
    table(sheet, "Places to look, surest first; the watch list last", &rows, "PlacesToLook")?;
    for (column, width) in (0..).zip([22, 24, 14, 60, 44, 36, 22, 40, 30, 44, 34]) {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}

/// A published table as an Excel table: its header row is marked as such, which a screen reader needs.
fn table(sheet: &mut Worksheet, title: &str, rows: &Rows, name: &str) -> Result<(), XlsxError> {
    if rows.rows.is_empty() {
        return nothing(sheet, title);
    }
    heading(sheet, title, &format!("{} rows. [c] is withheld because a count is small.", rows.rows.len()))?;
    let columns: Vec<TableColumn> = rows.columns.iter().map(|c| TableColumn::new().set_header(c)).collect();
    let last_row = HEAD_ROWS + rows.rows.len() as u32;
    let last_column = rows.columns.len().saturating_sub(1) as u16;
    let excel = Table::new()
        .set_name(name)
        .set_columns(&columns)
        .set_style(TableStyle::Light1)
        .set_alt_text_title(title)
        .set_alt_text(format!("{title}: {} rows, {} columns.", rows.rows.len(), rows.columns.len()));
    sheet.add_table(HEAD_ROWS, 0, last_row, last_column, &excel)?;
    let wrapped = wrapped();
    let top = Format::new().set_align(FormatAlign::Top);
    let decimals = Format::new().set_align(FormatAlign::Top).set_num_format("0.000");
    for (r, row) in (HEAD_ROWS + 1..).zip(&rows.rows) {
        for (c, entry) in (0_u16..).zip(row) {
            match entry {
                Entry::Empty => {}
                Entry::Number(number) => {
                    let format = if number.fract() == 0.0 { &top } else { &decimals };
                    sheet.write_number_with_format(r, c, *number, format)?;
                }
                Entry::Text(text) => {
                    sheet.write_string_with_format(r, c, text, if text.len() > 40 { &wrapped } else { &top })?;
                }
                Entry::Flag(_) | Entry::Withheld => {
                    sheet.write_string_with_format(r, c, entry.text(), &top)?;
                }
            }
        }
    }
    for (c, column) in (0_u16..).zip(&rows.columns) {
        let longest = rows.rows.iter().map(|row| row[c as usize].text().chars().count()).max().unwrap_or(0);
        let width = (longest.max(column.chars().count() + 3) as f64 + 1.0).clamp(8.0, 60.0);
        sheet.set_column_width(c, width)?;
    }
    sheet.set_freeze_panes(HEAD_ROWS + 1, 1)?;
    sheet.set_repeat_rows(HEAD_ROWS, HEAD_ROWS)?;
    Ok(())
}

fn heat_map(sheet: &mut Worksheet, map: &HeatMap) -> Result<(), XlsxError> {
    heading(sheet, map.title, &map.caption)?;
    let head = bold().set_text_wrap().set_align(FormatAlign::Bottom).set_border_bottom(FormatBorder::Medium);
    sheet.write_string_with_format(HEAD_ROWS, 0, map.corner, &head)?;
    sheet.set_column_width(0, 32)?;
    for (c, column) in (1_u16..).zip(&map.columns) {
        sheet.write_string_with_format(HEAD_ROWS, c, column, &head)?;
        sheet.set_column_width(c, 18)?;
    }
    for (r, row) in (HEAD_ROWS + 1..).zip(&map.rows) {
        sheet.write_string_with_format(r, 0, &row.name, &bold())?;
        for (c, cell) in (1_u16..).zip(&row.cells) {
            match cell {
                Some(cell) => {
                    let review = if cell.review { ", and a review" } else { "" };
                    let text = format!("{} {} ({}{review})", cell.tier.symbol, cell.tier.short, cell.of);
                    sheet.write_string_with_format(r, c, text, &fill(cell.tier.class))?;
                }
                None => {
                    sheet.write_string(r, c, "does not apply")?;
                }
            }
        }
        sheet.set_row_height(r, 32)?;
    }
    sheet.set_freeze_panes(HEAD_ROWS + 1, 1)?;
    sheet.set_repeat_rows(HEAD_ROWS, HEAD_ROWS)?;
    Ok(())
}

/// The fill of a tier, the same as on the page.
fn fill(class: &str) -> Format {
    let (back, front, border) = match class {
        "hot" => (0x008A_3800, 0x00FF_FFFF, FormatBorder::Thin),
        "single" => (0x00F3_C49B, 0x000B_0C0C, FormatBorder::Thin),
        "conflict" => (0x00FB_E6D3, 0x000B_0C0C, FormatBorder::Dashed),
        "review" => (0x00DC_D6EC, 0x000B_0C0C, FormatBorder::Thin),
        "watch" => (0x00FD_F3CF, 0x000B_0C0C, FormatBorder::Thin),
        "blind" => (0x00FF_FFFF, 0x003B_4347, FormatBorder::Dotted),
        _ => (0x00EA_F0F4, 0x002C_3A44, FormatBorder::Hair),
    };
    let format = Format::new()
        .set_background_color(Color::RGB(back))
        .set_font_color(Color::RGB(front))
        .set_border(border)
        .set_border_color(Color::RGB(0x006F_777B))
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_text_wrap();
    if class == "hot" { format.set_bold() } else { format }
}

fn methods(sheet: &mut Worksheet, view: &BoardView) -> Result<(), XlsxError> {
    heading(sheet, "Methods and settings", "As they were in this run.")?;
    for (column, width) in (0..).zip([52, 22, 32, 30, 34, 46]) {
        sheet.set_column_width(column, width)?;
    }
    let mut row = HEAD_ROWS;
    let mut block = |sheet: &mut Worksheet, head: &[&str], lines: Vec<Vec<String>>| -> Result<(), XlsxError> {
        for (c, name) in (0_u16..).zip(head) {
            sheet.write_string_with_format(
                row,
                c,
                *name,
                &bold().set_border_bottom(FormatBorder::Thin).set_text_wrap(),
            )?;
        }
        for line in lines {
            row += 1;
            for (c, text) in (0_u16..).zip(line) {
                sheet.write_string(row, c, text)?;
            }
        }
        row += 2;
        Ok(())
    };
    let m = &view.methods;
    block(sheet, &STREAM_HEADINGS, m.streams.iter().map(|r| r.to_vec()).collect())?;
    block(sheet, &["Setting", "Value"], m.settings.iter().map(|(n, v)| vec![n.clone(), v.clone()]).collect())?;
    block(sheet, &GRAIN_HEADINGS, m.grains.iter().map(|r| r.to_vec()).collect())?;
    block(sheet, &["The rules of the charts"], CHART_RULES.map(|r| vec![r.to_owned()]).to_vec())?;
    sheet.set_freeze_panes(HEAD_ROWS, 0)?;
    Ok(())
}
