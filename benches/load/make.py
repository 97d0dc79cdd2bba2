"""A board of twenty agencies, and two hundred workbooks of two thousand rows that they send, in the folder named."""

import concurrent.futures
import pathlib
import sys

import xlsxwriter

FOLDER = pathlib.Path(sys.argv[1])
AGENCIES, EACH, PLACES, MONTHS = 20, 10, 20, 100
HEADER = ["agency", "indicator", "locality", "period", "breakdown", "numerator", "denominator", "value"]


def book(number):
    agency, turn = number % AGENCIES, number // AGENCIES
    folder = FOLDER / "returns" / f"agency-{agency:02}"
    folder.mkdir(parents=True, exist_ok=True)
    workbook = xlsxwriter.Workbook(str(folder / f"return-{turn:02}.xlsx"))
    page = workbook.add_worksheet("Return")
    page.write_row(0, 0, HEADER)
    row = 1
    for place in range(PLACES):
        for month in range(MONTHS):
            # A fixed recurrence: the same bytes of figures everywhere.
            count = (number * 7919 + place * 1299709 + month * 15485863) * 2654435761 % 97
            period = f"{2006 + month // 12}-{month % 12 + 1:02}"
            page.write_row(row, 0, [f"agency-{agency:02}", f"indicator-{turn}", f"place-{place:02}", period, None, count, 120])
            row += 1
    workbook.close()


def lists():
    reference = FOLDER / "reference"
    reference.mkdir()
    write = lambda name, head, rows: (reference / name).write_text("\n".join([head, *rows]) + "\n")
    write("agencies.csv", "agency,name,kind", [f"agency-{n:02},Agency {n},partner" for n in range(AGENCIES)])
    write("localities.csv", "locality,name,parent", [f"place-{n:02},Place {n}," for n in range(PLACES)])
    places = [f"place-{n:02},2010,0,17,{10000 + n}" for n in range(PLACES)]
    write("populations.csv", "locality,year,age_from,age_to,population", places)
    write("themes.csv", "theme,name,description", ["neglect,Neglect,"])
    rows = [f"indicator-{n},Indicator {n},neglect,,proportion,low-is-good" for n in range(EACH)]
    write("indicators.csv", "indicator,name,theme,agency,unit,polarity", rows)
    paths = 'reference = "reference"\ninbox = "inbox"\ndata = "data"\nreports = "reports"\n'
    head = 'board = "load"\nname = "Load"\nas_of = "2014-12-31"\nsynthetic = true\n[paths]\n'
    (FOLDER / "pipeline.toml").write_text(head + paths)


if __name__ == "__main__":
    (FOLDER / "inbox").mkdir(parents=True)
    lists()
    with concurrent.futures.ProcessPoolExecutor() as pool:
        list(pool.map(book, range(AGENCIES * EACH)))
