"""Writes the rows of standard input as a workbook, in openpyxl's write-only mode.

A row is a line, its cells are apart by tabs, and a cell begins with what it is: s
text, n number, d serial date; an empty one is blank.

    openpyxl_rows.py OUT.xlsx <rows
"""
import sys

from openpyxl import Workbook
from openpyxl.utils.datetime import from_excel

read = {"s": str, "n": float, "d": lambda s: from_excel(float(s))}
book = Workbook(write_only=True)
sheet = book.create_sheet("Rows")
for line in sys.stdin:
    sheet.append([read[c[0]](c[1:]) if c else None for c in line.rstrip("\n").split("\t")])
book.save(sys.argv[1])
