"""Says whether a workbook holds together for two readers that did not write it.

usage: check_workbook.py BOOK FOLDER

BOOK is read with openpyxl. FOLDER has what LibreOffice made of it: BOOK.pdf,
and one BOOK-SHEET.csv a sheet with the text as shown. Every text that openpyxl
finds in a cell must be shown by LibreOffice in the same place, every formula
must come to a value, and no sheet may be empty.
"""

import csv
import pathlib
import re
import sys

import openpyxl

ERROR = re.compile(r"^(#(REF!|NAME\?|VALUE!|DIV/0!|N/A|NUM!|NULL!)|Err:\d+)$")


def faults(book, folder):
    pdf = folder / (book.stem + ".pdf")
    if not pdf.is_file() or pdf.read_bytes()[:5] != b"%PDF-":
        yield "LibreOffice made no PDF of it"
    workbook = openpyxl.load_workbook(book)
    for sheet in workbook.worksheets:
        shown_file = folder / f"{book.stem}-{sheet.title}.csv"
        if not shown_file.is_file():
            yield f"LibreOffice does not show sheet {sheet.title}"
            continue
        with open(shown_file, encoding="utf-8", newline="") as lines:
            shown = list(csv.reader(lines))
        yield from sheet_faults(sheet, shown)


def sheet_faults(sheet, shown):
    filled = 0
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is None or cell.value == "":
                continue
            filled += 1
            where = f"{sheet.title}!{cell.coordinate}"
            try:
                text = shown[cell.row - 1][cell.column - 1]
            except IndexError:
                yield f"{where} holds {cell.value!r}, and LibreOffice shows nothing there"
                continue
            if ERROR.match(text):
                yield f"{where} holds {cell.value!r} and shows {text}"
            elif cell.data_type == "f" and text == "":
                yield f"{where} holds the formula {cell.value!r} and shows nothing"
            elif cell.data_type == "s" and lines_of(unescaped(text)) != lines_of(unescaped(cell.value)):
                yield f"{where} holds {cell.value!r} and shows {text!r}"
    if filled == 0:
        yield f"sheet {sheet.title} is empty"
    print(f"  {sheet.title}: {filled} cells")


def unescaped(text):
    """What ECMA-376, 22.9.2.19, means by _x001B_; openpyxl reads the escape of the
    escape, _x005F_, alone, so that a text may stand either way."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m.group(1), 16)), text)


def lines_of(text):
    return text.replace("\r\n", "\n").replace("_x000D_", "").strip()


def main():
    book, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    print(book.name)
    found = list(faults(book, folder))
    for fault in found[:20]:
        print(f"  {book.name}: {fault}")
    if len(found) > 20:
        print(f"  and {len(found) - 20} more")
    return 1 if found else 0


sys.exit(main())
