"""Comparisons between what a case expects and what a run gave."""

import csv
import json
import math


class Mismatch(Exception):
    """Says what was expected and what was found."""


def parse_options(words):
    return dict(word.split("=", 1) for word in words)


def as_number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def agree(found, expected, tolerance):
    """Numbers within the tolerance (absolute, and relative above 1), all else letter by letter."""
    a, b = as_number(found), as_number(expected)
    if a is None or b is None or not math.isfinite(b):
        return str(found) == str(expected)
    return abs(a - b) <= tolerance * max(1.0, abs(b))


def check_lines(what, text, body):
    for line in body:
        if line.startswith("! "):
            if line[2:] in text:
                raise Mismatch(f"{what} has '{line[2:]}' and should not:\n{text}")
        elif line not in text:
            raise Mismatch(f"{what} lacks '{line}':\n{text}")


def read_table(lines, name):
    rows = list(csv.reader(lines, delimiter="\t" if name.endswith(".tsv") else ","))
    return rows[0], rows[1:]


def check_table(path, body, key=None, tolerance="1e-6", rows=None):
    columns, expected = read_table(body, path.name) if body else ([], [])
    with open(path, encoding="utf-8", newline="") as file:
        found_columns, found = read_table(file, path.name)
    missing = [name for name in columns if name not in found_columns]
    if missing:
        raise Mismatch(f"{path.name} lacks the columns {missing}, it has {found_columns}")
    if rows is not None and len(found) != int(rows):
        raise Mismatch(f"{path.name} has {len(found)} rows, expected {rows}")
    keys = key.split(",") if key else columns[:1]
    by_key = {}
    for row in found:
        cells = dict(zip(found_columns, row))
        by_key.setdefault(tuple(cells[name] for name in keys), cells)
    for row in expected:
        wanted = dict(zip(columns, row))
        cells = by_key.get(tuple(wanted[name] for name in keys))
        if cells is None:
            raise Mismatch(f"{path.name} has no row {[wanted[name] for name in keys]}")
        for name, value in wanted.items():
            if not agree(cells[name], value, float(tolerance)):
                raise Mismatch(f"{path.name}, row {[wanted[k] for k in keys]}: {name} is {cells[name]!r}, expected {value!r}")


def check_json(path, body, tolerance="1e-6"):
    document = json.loads(path.read_text(encoding="utf-8"))
    for line in body:
        place, _, expected = (part.strip() for part in line.partition(" = "))
        value = document
        for step in place.split("."):
            try:
                value = value[int(step)] if isinstance(value, list) else value[step]
            except (KeyError, IndexError, TypeError, ValueError):
                raise Mismatch(f"{path.name} has no {place} (stopped at '{step}')") from None
        found = value if isinstance(value, str) else json.dumps(value)
        if not agree(found, expected, float(tolerance)):
            raise Mismatch(f"{path.name}: {place} is {found}, expected {expected}")
