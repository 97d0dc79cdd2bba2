"""A hundred workbooks of five sheets by two thousand rows, with a board that knows their agencies, in the folder named."""

import concurrent.futures
import pathlib
import sys

import xlsxwriter

FOLDER = pathlib.Path(sys.argv[1])
BOOKS, SHEETS, PLACES, MONTHS = 100, 5, 20, 100
HEADER = ["agency", "indicator", "locality", "period", "breakdown", "numerator", "denominator", "value"]


def book(number):
    workbook = xlsxwriter.Workbook(str(FOLDER / "inbox" / f"agency-{number:03}.xlsx"))
    for sheet in range(SHEETS):
        page = workbook.add_worksheet(f"Sheet{sheet + 1}")
        page.write_row(0, 0, HEADER)
        row = 1
        for place in range(PLACES):
            for month in range(MONTHS):
                # A fixed recurrence: the same bytes of figures everywhere.
                count = (number * 7919 + sheet * 104729 + place * 1299709 + month * 15485863) * 2654435761 % 97
                period = f"{2006 + month // 12}-{month % 12 + 1:02}"
                cells = [f"agency-{number:03}", f"indicator-{sheet}", f"place-{place:02}", period, None, count, 120]
                page.write_row(row, 0, cells)
                row += 1
    workbook.close()


def lists():
    reference = FOLDER / "reference"
    reference.mkdir()
    write = lambda name, head, rows: (reference / name).write_text("\n".join([head, *rows]) + "\n")
    write("agencies.csv", "agency,name,kind", [f"agency-{n:03},Agency {n},partner" for n in range(BOOKS)])
    write("localities.csv", "locality,name,parent", [f"place-{n:02},Place {n}," for n in range(PLACES)])
    places = [f"place-{n:02},2010,0,17,{10000 + n}" for n in range(PLACES)]
    write("populations.csv", "locality,year,age_from,age_to,population", places)
    write("themes.csv", "theme,name,description", ["neglect,Neglect,"])
    rows = [f"indicator-{n},Indicator {n},neglect,,proportion,low-is-good" for n in range(SHEETS)]
    write("indicators.csv", "indicator,name,theme,agency,unit,polarity", rows)
    paths = 'reference = "reference"\ninbox = "inbox"\ndata = "data"\nreports = "reports"\n'
    head = 'board = "bench"\nname = "Bench"\nas_of = "2014-12-31"\nsynthetic = true\n[paths]\n'
    (FOLDER / "pipeline.toml").write_text(head + paths)


if __name__ == "__main__":
    (FOLDER / "inbox").mkdir(parents=True)
    lists()
    with concurrent.futures.ProcessPoolExecutor() as pool:
        list(pool.map(book, range(BOOKS)))
