"""Saves workbooks again with openpyxl, which keeps no formula's result: whoever
opens one of these works every total out anew.

usage: resave.py FOLDER BOOK...
"""

import pathlib
import sys

import openpyxl

for book in map(pathlib.Path, sys.argv[2:]):
    openpyxl.load_workbook(book).save(pathlib.Path(sys.argv[1]) / book.name)
