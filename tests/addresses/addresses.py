"""Returns built by other people's libraries, each with faults at known cells, and the findings held against them.

    addresses.py LSCB [SHAPES] [SEED]

LSCB is the program. SHAPES workbooks (40 where it is left out) are made with each of openpyxl (.xlsx), odfpy (.ods), xlwt
(.xls) and csv: title rows, merged banners and headers, blank rows, hidden and filtered rows, hidden columns, sheets of
notes before and after, columns in any order. A finding must name the sheet, the cell, the row and the header where the
fault was put, and no error may be told at any other place.
"""

import csv
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import openpyxl
import openpyxl.comments
import xlwt
from odf import dc, meta, office, opendocument, style
from odf import table as odf
from odf import text as odftext

LISTS = {
    "agencies.csv": "agency,name,kind\npolice,Police,police\ncare,Social care,social-care\nhealth,Health,health\n",
    "localities.csv": "locality,name,parent\ncounty,Little County,\n"
    + "".join(f"{p},{p.title()},county\n" for p in ["ash", "beech", "cedar", "elm", "fir", "oak"]),
    "populations.csv": "locality,year,age_from,age_to,population\ncounty,2013,0,17,120000\n"
    + "".join(f"{p},2013,0,17,20000\n" for p in ["ash", "beech", "cedar", "elm", "fir", "oak"]),
    "themes.csv": "theme,name\nneglect,Neglect\n",
    "indicators.csv": "indicator,name,theme,agency,unit,multiplier,frequency,polarity\n"
    "visits-in-time,Visits in time,neglect,,proportion,,monthly,high-is-good\n",
}
PIPELINE = 'board = "little-county"\nname = "Little County"\nas_of = "2015-01-31"\nsynthetic = true\n\n[paths]\n' + (
    'reference = "reference"\ninbox = "inbox"\ndata = "data"\nreports = "reports"\n'
)
COLUMNS = ["agency", "indicator", "locality", "period", "breakdown", "numerator", "denominator"]
WORDS = ["Quarterly return", "Prepared for the board", "All figures are counts", "Source: case system"]


def letters(column):
    """The letters of a column counted from 1."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


class Shape:
    """A return of random shape: what stands in which cell, and which findings must follow."""

    def __init__(self, seed, kind):
        r = random.Random(f"{kind}-{seed}")
        self.kind, self.seed = kind, seed
        self.top = r.randint(1, 6)  # the header's row
        self.left = r.randint(1, 4) if kind != "csv" else 1
        self.columns = COLUMNS[:]
        if r.random() < 0.5:
            r.shuffle(self.columns)
        for at in sorted(r.sample(range(len(self.columns) + 1), r.randint(0, 2)), reverse=True):
            self.columns.insert(at, f"remark {at}")
        self.cells, self.merges, self.hidden_rows, self.hidden_columns = {}, [], set(), set()
        self.comments, self.expected = {}, []
        self.before = [f"Notes {i}" for i in range(r.randint(0, 2))] if kind != "csv" else []
        self.after = ["Guidance"] if kind != "csv" and r.random() < 0.4 else []
        self.sheet = r.choice(["Return", "Q1 data", "Sheet (2)", "R&D <1>"]) if kind != "csv" else ""
        self.filtered = r.random() < 0.3
        width = len(self.columns)
        for row in range(1, self.top):
            if r.random() < 0.7:
                self.cells[row, self.left] = r.choice(WORDS)
                if r.random() < 0.6:
                    self.merges.append((row, self.left, row, self.left + width - 1))
        for at, name in enumerate(self.columns):
            self.cells[self.top, self.left + at] = name
        row = self.top
        tall = kind != "csv" and r.random() < 0.3  # the header is two rows high
        if tall:
            self.merges += [(self.top, self.left + at, self.top + 1, self.left + at) for at in range(width)]
            row += 1
        months = [f"2014-{m:02}" for m in range(1, 13)]
        places = ["ash", "beech", "cedar", "elm", "fir", "oak"]
        keys = r.sample([(a, p, m) for a in ["police", "care"] for p in places for m in months], r.randint(8, 40))
        self.rows = []
        for agency, place, month in keys:
            row += 1
            if r.random() < 0.1:
                row += r.randint(1, 2)  # blank rows
            values = {
                "agency": agency,
                "indicator": "visits-in-time",
                "locality": place,
                "period": month,
                "numerator": r.randint(30, 70),
                "denominator": 80,
            }
            for at, name in enumerate(self.columns):
                value = values.get(name, f"ok {row}" if name.startswith("remark") and r.random() < 0.8 else None)
                if value is not None:
                    self.cells[row, self.left + at] = value
            self.rows.append(row)
            if r.random() < 0.15:
                self.hidden_rows.add(row)
        if self.columns[0].startswith("remark") and r.random() < 0.5:
            self.hidden_columns.add(self.left)
        for row in r.sample(self.rows, r.randint(1, 4)):
            self.spoil(r, row)

    def spoil(self, r, row):
        """Puts a fault into a row, and writes down what must be said of it."""
        faults = [
            ("agency", "polise", "V001"),
            ("locality", "birch", "V001"),
            ("indicator", "visits", "V001"),
            ("period", "sometime", "V002"),
            ("numerator", "many", "V005"),
            ("numerator", -4, "V011"),
        ]
        if self.kind in ("xlsx", "ods"):
            faults.append(("numerator", "=1+1", "V006"))
            faults.append(("locality", None, "P001"))
        if any(c.startswith("remark") for c in self.columns):
            faults.append((next(c for c in self.columns if c.startswith("remark")), "see NHS 999 000 0158", "P001"))
        column, value, code = r.choice(faults)
        at = self.left + self.columns.index(column)
        if value is None:
            self.comments[row, at] = "see NHS 999 000 0158"
            column = ""
        else:
            self.cells[row, at] = value
        self.expected.append((code, self.sheet, f"{letters(at)}{row}" if self.sheet else "", row, column))

    # --- the writers

    def write(self, folder):
        path = folder / f"{self.kind}-{self.seed}.{self.kind}"
        getattr(self, f"write_{self.kind}")(path)
        return path

    def write_xlsx(self, path):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name in self.before:
            book.create_sheet(name)["B2"] = "Nothing to read here"
        sheet = book.create_sheet(self.sheet)
        for (row, column), value in self.cells.items():
            sheet.cell(row, column, value)
        for (row, column), text in self.comments.items():
            sheet.cell(row, column).comment = openpyxl.comments.Comment(text, "nobody")
        for first_row, first, last_row, last in self.merges:
            sheet.merge_cells(start_row=first_row, start_column=first, end_row=last_row, end_column=last)
        for row in self.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in self.hidden_columns:
            sheet.column_dimensions[letters(column)].hidden = True
        if self.filtered:
            last = self.left + len(self.columns) - 1
            sheet.auto_filter.ref = f"{letters(self.left)}{self.top}:{letters(last)}{max(self.rows)}"
            sheet.auto_filter.add_filter_column(0, ["police"])
        for name in self.after:
            book.create_sheet(name)["A1"] = "Write to the board"
        book.save(path)

    def write_xls(self, path):
        book = xlwt.Workbook()
        for name in self.before:
            book.add_sheet(name).write(1, 1, "Nothing to read here")
        sheet = book.add_sheet(self.sheet)
        merged = {(m[0], m[1]) for m in self.merges}
        for (row, column), value in self.cells.items():
            if (row, column) not in merged:
                sheet.write(row - 1, column - 1, value)
        for first_row, first, last_row, last in self.merges:
            sheet.write_merge(first_row - 1, last_row - 1, first - 1, last - 1, self.cells[first_row, first])
        for row in self.hidden_rows:
            sheet.row(row - 1).hidden = True
        for column in self.hidden_columns:
            sheet.col(column - 1).hidden = True
        for name in self.after:
            book.add_sheet(name).write(0, 0, "Write to the board")
        book.save(str(path))

    def write_ods(self, path):
        book = opendocument.OpenDocumentSpreadsheet()
        for name in self.before:
            self.ods_sheet(book, name, {(2, 2): "Nothing to read here"})
        self.ods_sheet(book, self.sheet, self.cells, self.merges, self.hidden_rows, self.comments)
        for name in self.after:
            self.ods_sheet(book, name, {(1, 1): "Write to the board"})
        book.save(str(path))

    def ods_sheet(self, book, name, cells, merges=(), hidden=(), comments=None):
        comments = comments or {}
        sheet = odf.Table(name=name)
        spans = {(m[0], m[1]): m for m in merges}
        covered = {
            (row, column)
            for m in merges
            for row in range(m[0], m[2] + 1)
            for column in range(m[1], m[3] + 1)
            if (row, column) != (m[0], m[1])
        }
        last_row = max(max(row for row, _ in cells), max((m[2] for m in merges), default=0))
        row = 1
        while row <= last_row:
            across = [c for r, c in [*cells, *comments, *covered] if r == row]
            if not across:
                # A run of empty rows is one row that is repeated.
                run = 1
                while row + run <= last_row and not any(r == row + run for r, _ in [*cells, *comments, *covered]):
                    run += 1
                line = odf.TableRow(numberrowsrepeated=run)
                line.addElement(odf.TableCell(numbercolumnsrepeated=20))
                sheet.addElement(line)
                row += run
                continue
            line = odf.TableRow(**({"visibility": "filter" if self.filtered else "collapse"} if row in hidden else {}))
            column = 1
            while column <= max(across):
                if (row, column) not in cells and (row, column) not in comments and (row, column) not in covered:
                    run = 1
                    while column + run <= max(across) and not any(
                        (row, column + run) in some for some in (cells, comments, covered)
                    ):
                        run += 1
                    line.addElement(odf.TableCell(numbercolumnsrepeated=run))
                    column += run
                    continue
                at = (row, column)
                line.addElement(self.ods_cell(cells.get(at), spans.get(at), comments.get(at), at in covered))
                column += 1
            sheet.addElement(line)
            row += 1
        book.spreadsheet.addElement(sheet)

    def ods_cell(self, value, span, comment, covered):
        if covered:
            return odf.CoveredTableCell()
        settings = {}
        if span:
            settings |= {"numberrowsspanned": span[2] - span[0] + 1, "numbercolumnsspanned": span[3] - span[1] + 1}
        if isinstance(value, str) and value.startswith("="):
            cell = odf.TableCell(formula="of:" + value, **settings)
        elif isinstance(value, str):
            cell = odf.TableCell(valuetype="string", **settings)
        elif value is not None:
            cell = odf.TableCell(valuetype="float", value=value, **settings)
        else:
            cell = odf.TableCell(**settings)
        if comment:
            note = office.Annotation()
            note.addElement(dc.Creator(text="nobody"))
            note.addElement(odftext.P(text=comment))
            cell.addElement(note)
        if value is not None and not str(value).startswith("="):
            cell.addElement(odftext.P(text=str(value)))
        return cell

    def write_csv(self, path):
        last = max(row for row, _ in self.cells)
        width = self.left + len(self.columns) - 1
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL if self.seed % 2 else csv.QUOTE_MINIMAL)
            for row in range(1, last + 1):
                writer.writerow([self.cells.get((row, column), "") for column in range(1, width + 1)])


def told(line):
    """The errors of a verdict as (code, sheet, cell, row, column)."""
    errors = [f for f in line["findings"] if f["severity"] == "error"]
    return sorted((f["code"], f["sheet"], f["cell"], f["row"], f["column"]) for f in errors)


SECRET = "NHS 999 000 0158"


def good_cells():
    """A return with nothing wrong in it."""
    row = ["police", "visits-in-time", "ash", "2014-03", None, 70, 80]
    cells = {(1, at): name for at, name in enumerate(COLUMNS, 1)}
    return cells | {(2, at): value for at, value in enumerate(row, 1) if value is not None}


def parts_of_xls(folder):
    """Workbooks of Excel 97 to 2003 with a number where no cell shows it, and what must be said."""
    for name, words in [("header", "page header"), ("name", "Nothing"), ("hidden", "D4"), ("owner", "Nothing")]:
        book = xlwt.Workbook()
        sheet = book.add_sheet("Return")
        for (row, column), value in good_cells().items():
            sheet.write(row - 1, column - 1, value)
        if name == "header":
            sheet.header_str = f"&L{SECRET}".encode()
        elif name == "hidden":
            other = book.add_sheet("raw")
            other.visibility = 2
            other.write(3, 3, SECRET)
        elif name == "owner":
            book.owner = "nobody"
        path = folder / f"part-{name}.xls"
        book.save(str(path))
        yield path, words


def parts_of_ods(folder, shape):
    """The same for OpenDocument."""
    for name, words in [
        ("subject", "document properties"),
        ("own", "document properties"),
        ("list", "drop-down"),
        ("page", "page header"),
        ("good", "Nothing"),
    ]:
        book = opendocument.OpenDocumentSpreadsheet()
        if name == "list":
            lists = odf.ContentValidations()
            condition = f'of:cell-content-is-in-list("{SECRET}";"none")'
            lists.addElement(odf.ContentValidation(name="v1", condition=condition, basecelladdress="Return.A2"))
            book.spreadsheet.addElement(lists)
        elif name == "subject":
            book.meta.addElement(dc.Subject(text=f"about {SECRET}"))
        elif name == "own":
            book.meta.addElement(meta.UserDefined(name="NHS number", text="9990000158"))
        elif name == "page":
            layout = style.PageLayout(name="pl")
            book.automaticstyles.addElement(layout)
            master = style.MasterPage(name="Default", pagelayoutname=layout)
            header = style.Header()
            header.addElement(odftext.P(text=SECRET))
            master.addElement(header)
            book.masterstyles.addElement(master)
        shape.ods_sheet(book, "Return", good_cells())
        path = folder / f"part-{name}.ods"
        book.save(str(path))
        yield path, words


def verdicts(lscb, paths, pipeline):
    """The program's answer to each file, a line of JSON each."""
    command = [lscb, "validate", *map(str, paths), "--pipeline", str(pipeline), "--format", "json"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300).stdout.splitlines()


def main():
    lscb = sys.argv[1]
    shapes = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "reference").mkdir()
        (folder / "inbox").mkdir()
        (folder / "pipeline.toml").write_text(PIPELINE)
        for file, text in LISTS.items():
            (folder / "reference" / file).write_text(text)
        wrong = 0
        for kind, library in [("xlsx", "openpyxl"), ("ods", "odfpy"), ("xls", "xlwt"), ("csv", "csv")]:
            made = [Shape(seed + number, kind) for number in range(shapes)]
            paths = [shape.write(folder) for shape in made]
            lines = verdicts(lscb, paths, folder / "pipeline.toml")
            assert len(lines) == shapes, f"{len(lines)} verdicts for {shapes} files"
            right = faults = 0
            for shape, path, line in zip(made, paths, map(json.loads, lines)):
                expected = sorted(set(shape.expected))
                faults += len(expected)
                if told(line) == expected:
                    right += 1
                    continue
                wrong += 1
                print(f"{path.name}: expected {expected}, told {told(line)}")
            print(f"{library}: {right} of {shapes} workbooks right, {faults} faults at their cells")
        parts = [*parts_of_xls(folder), *parts_of_ods(folder, Shape(0, "ods"))]
        lines = verdicts(lscb, [path for path, _ in parts], folder / "pipeline.toml")
        right = 0
        for (path, words), line in zip(parts, lines, strict=True):
            verdict = json.loads(line)
            said = [f["message"] + " " + f["cell"] for f in verdict["findings"] if f["code"] == "P001"]
            good = not said and verdict["verdict"] == "accepted" if words == "Nothing" else any(words in s for s in said)
            good &= "999 000" not in line and (words == "Nothing" or verdict["verdict"] == "quarantined")
            right += good
            if not good:
                print(f"{path.name}: {words} expected, told {line}")
        print(f"parts: {right} of {len(parts)} workbooks right")
        return 1 if wrong or right < len(parts) else 0


if __name__ == "__main__":
    sys.exit(main())
