"""Makes the fixtures of this folder; README.md says with which versions and what for."""
import datetime
import zipfile

import openpyxl
import xlsxwriter
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TableProperties
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P


def xlsx():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Q4"
    sheet["A1"] = "Return of the police, quarter 4"
    sheet.merge_cells("A1:D1")
    sheet["A3"], sheet["C3"] = "Place", "Episodes"
    sheet.merge_cells("C3:D3")
    sheet["C4"], sheet["D4"] = "missing", "absent"
    sheet["A6"], sheet["B6"], sheet["C6"], sheet["D6"] = "Corby", datetime.date(2014, 3, 1), 12, "#N/A"
    sheet["D6"].data_type = "e"
    sheet["A7"], sheet["B7"], sheet["C7"] = "  Kettering ", datetime.datetime(2014, 3, 1, 10, 30), 0.25
    sheet["C7"].number_format = "0%"
    sheet["A8"], sheet["C8"] = "Daventry", "=SUM(C6:C7)"
    sheet["A9"], sheet["B9"], sheet["C9"] = "Wellingborough", datetime.time(9, 15), True
    sheet.row_dimensions[7].hidden = True
    notes = book.create_sheet("Codes")
    notes.sheet_state = "hidden"
    notes["B2"] = "not for the return"
    book.save("shapes.xlsx")


def changed(source, target, part, edit):
    """A copy of an archive with one part edited."""
    out = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
    archive = zipfile.ZipFile(source)
    for info in archive.infolist():
        data = archive.read(info)
        out.writestr(info.filename, edit(data) if info.filename == part else data)
    out.close()


def xlsx_odd():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "S"
    sheet["A1"], sheet["A2"], sheet["A3"] = "first", 2, 3
    book.save("plain.xlsx")
    part = "xl/worksheets/sheet1.xml"
    changed("plain.xlsx", "new_error_kind.xlsx", part,
            lambda x: x.replace(b'<c r="A2" t="n"><v>2</v></c>', b'<c r="A2" t="e"><v>#SPILL!</v></c>'))
    changed("plain.xlsx", "not_a_number.xlsx", part,
            lambda x: x.replace(b"<v>2</v>", b"<v>two</v>"))
    changed("plain.xlsx", "strange_element.xlsx", part,
            lambda x: x.replace(b"<v>2</v>", b"<w>2</w>"))
    changed("plain.xlsx", "hidden_digits.xlsx", part,
            lambda x: x.replace(b"<v>2</v>", b"<v>2<!-- -->5</v>").replace(b"<v>3</v>", b"<v><![CDATA[3]]></v>"))
    changed("plain.xlsx", "cell_twice.xlsx", part,
            lambda x: x.replace(b'<c r="A2" t="n"><v>2</v></c>', b'<c r="A2"><v>2</v></c><c r="A2"><v>5</v></c>'))
    changed("plain.xlsx", "row_beyond_sheet.xlsx", part, lambda x: x.replace(b'r="A3"', b'r="A4294967297"'))
    changed("plain.xlsx", "macros.xlsx", "[Content_Types].xml",
            lambda x: x.replace(b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                                b"vnd.ms-excel.sheet.macroEnabled.main+xml"))


def xlsx_texts():
    book = xlsxwriter.Workbook("texts.xlsx", {"date_1904": True})
    sheet = book.add_worksheet("S")
    sheet.write_string("A1", "a & b <c>")
    sheet.write_rich_string("A2", "plain ", book.add_format({"bold": True}), "bold")
    sheet.write_datetime("A3", datetime.date(2014, 3, 1), book.add_format({"num_format": "dd/mm/yyyy"}))
    sheet.write_number("A4", 40237)
    sheet.write_string("A5", "two\nlines _x000D_")
    sheet.write_string("A6", "a & b <c>")
    book.close()
    part = "xl/sharedStrings.xml"
    changed("texts.xlsx", "claims_many_texts.xlsx", part,
            lambda x: x.replace(b'uniqueCount="3"', b'uniqueCount="4000000000"'))
    changed("texts.xlsx", "text_index_no_number.xlsx", "xl/worksheets/sheet1.xml",
            lambda x: x.replace(b'<c r="A2" t="s"><v>1</v></c>', b'<c r="A2" t="s"><v>-1</v></c>'))


def encrypted():
    from msoffcrypto.format.ooxml import OOXMLFile
    with open("plain.xlsx", "rb") as source, open("password.xlsx", "wb") as target:
        OOXMLFile(source).encrypt("secret", target)


def xls():
    book = xlwt.Workbook()
    sheet = book.add_sheet("Q4")
    sheet.write_merge(0, 0, 0, 3, "Return of the police, quarter 4")
    for column, title in enumerate(["Place", "Month", "Missing", "Absent"]):
        sheet.write(2, column, title)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write(3, 0, "Corby")
    sheet.write(3, 1, datetime.date(2014, 3, 1), day)
    sheet.write(3, 2, 12)
    sheet.write(3, 3, 0.5)
    sheet.write(4, 0, "Kettering")
    sheet.write(4, 2, True)
    sheet.row(4).hidden = True
    other = book.add_sheet("Codes")
    other.visibility = 1
    other.write(1, 1, "not for the return")
    book.save("shapes.xls")
    book = xlwt.Workbook()
    sheet = book.add_sheet("Q4")
    sheet.write(0, 0, "Place")
    sheet.write(1, 0, "Corby")
    sheet.write(65535, 255, 1)
    book.save("far_cell.xls")


def ods():
    book = OpenDocumentSpreadsheet()
    hidden = Style(name="hidden", family="table")
    hidden.addElement(TableProperties(display="false"))
    book.automaticstyles.addElement(hidden)
    table = Table(name="Q4")

    def text(value, **more):
        cell = TableCell(valuetype="string", **more)
        cell.addElement(P(text=value))
        return cell

    def row(*cells, **more):
        line = TableRow(**more)
        for cell in cells:
            line.addElement(cell)
        table.addElement(line)

    row(text("Return of the police, quarter 4", numbercolumnsspanned="4", numberrowsspanned="1"),
        CoveredTableCell(numbercolumnsrepeated="3"))
    row(TableCell(), numberrowsrepeated="3")
    row(text("Place"), text("Month"), TableCell(numbercolumnsrepeated="2"), text("Missing"))
    row(text("Corby"), TableCell(valuetype="date", datevalue="2014-03-01"), TableCell(numbercolumnsrepeated="2"),
        TableCell(valuetype="float", value="12"))
    row(text("Kettering"), TableCell(), TableCell(numbercolumnsrepeated="2"),
        TableCell(valuetype="percentage", value="0.25"), visibility="collapse")
    row(text("same"), TableCell(valuetype="float", value="7", numbercolumnsrepeated="2"), numberrowsrepeated="2")
    row(TableCell(formula="of:=SUM([.E6:.E7])"), TableCell(formula="of:=1+1", valuetype="float", value="2"),
        TableCell(valuetype="boolean", booleanvalue="true"))
    # LibreOffice fills the sheet to its end with rows that hold nothing.
    row(TableCell(numbercolumnsrepeated="16384"), numberrowsrepeated="1048566")
    book.spreadsheet.addElement(table)
    codes = Table(name="Codes", stylename=hidden)
    line = TableRow()
    line.addElement(text("not for the return"))
    codes.addElement(line)
    book.spreadsheet.addElement(codes)
    book.save("shapes.ods")


def ods_bombs():
    head, tail = b'<table:table-row table:number-rows-repeated="', b'</table:table-row>'

    def grown(rows, columns):
        cell = (b'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="%d"/>' % columns)
        line = head + b'%d">' % rows + cell + tail
        return lambda x: x.replace(b'<table:table-row>', line + b'<table:table-row>', 1)

    changed("shapes.ods", "rows_repeated.ods", "content.xml", grown(1048576, 200))
    changed("shapes.ods", "cells_repeated.ods", "content.xml", grown(16000, 250))
    changed("shapes.ods", "password.ods", "META-INF/manifest.xml",
            lambda x: x.replace(b'</manifest:manifest>', b'<manifest:file-entry manifest:full-path="x" manifest:media-type="">'
                                b'<manifest:encryption-data/></manifest:file-entry></manifest:manifest>'))


xlsx()
xlsx_odd()
xlsx_texts()
encrypted()
xls()
ods()
ods_bombs()
