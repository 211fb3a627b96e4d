"""Writes tables as CSV files by Python's csv module, and says how it reads them again.

Standard input: a JSON list of {path, encoding, dialect, table}. Standard output: a JSON list of tables.
"""

import csv
import json
import sys


class Semicolons(csv.excel):
    delimiter = ";"


class Pipes(csv.unix_dialect):
    delimiter = "|"


csv.register_dialect("semicolons", Semicolons)
csv.register_dialect("pipes", Pipes)
csv.field_size_limit(10_000_000)


def write_and_read(path, encoding, dialect, table):
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file, dialect).writerows(table)
    with open(path, encoding=encoding, newline="") as file:
        return list(csv.reader(file, dialect, strict=True))


json.dump([write_and_read(**each) for each in json.load(sys.stdin)], sys.stdout)
