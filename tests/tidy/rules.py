"""The table of what tidy.py enforces. A rule that must change is changed here, with its reason in the commit."""

import re

# Folder -> rank. A folder includes only folders of a lower rank; equal ranks are strangers.
RANKS = {
    "assay/base": 0,
    "assay/core": 1,
    "assay/mpi": 1,
    "assay/blocks": 2,
    "assay/models": 2,
    "assay/quality": 2,
    "assay/learn": 2,
    "assay/sim": 2,
    "assay/selection": 3,
    "assay/planning": 3,
    "assay/live": 3,
    "assay/engine": 4,
    "assay/io": 5,
    "platform/domain": 2,
    "platform/store": 6,
    "platform/service": 7,
    "platform/http": 8,
    "platform/mturk": 9,
    "apps/assay": 10,
    "bindings": 10,
    "bench": 11,
    "tests": 12,
}

# (what is looked for outside comments, the files that may hold it, what to say)
SINGLE_PLACES = [
    (re.compile(r"#\s*include\s+[<\"]mpi\.h"), r"assay/mpi/", "only assay/mpi includes mpi.h"),
    (
        re.compile(r"\bstd::(cout|cerr|clog)\b|\b(std::)?(printf|puts|putchar)\(|\bfmt::print\(|\bstd::f?printf\("),
        r"apps/|assay/base/check\.h",
        "only apps/ prints; pass progress and results up instead",
    ),
    (re.compile(r"\bstd::(exit|abort|quick_exit|terminate)\(|[^\w:.>]exit\("), r"apps/|assay/base/check\.h",
     "only apps/ ends the program; throw assay::Error instead"),
    (
        re.compile(r'"(quality_(expected|minimum)(_low|_high)?|accuracy_(low|high)|most_likely_label|gold_count|'
                   r'soft_labels)"'),
        r"assay/io/|apps/",
        "names of output columns are in assay/io/records",
    ),
    (re.compile(r"\bCLI::|CLI11|CLI/CLI\.hpp"), r"apps/", "the command line is read in apps/ only"),
    (re.compile(r'"\s*(SELECT\s.+\sFROM|INSERT\s+INTO|CREATE\s+TABLE|DELETE\s+FROM)\b'), r"platform/store/|assay/io/",
     "SQL is in platform/store/sql only"),
    (re.compile(r"\bstd::(random_device|mt19937)|\bs?rand\(\)"), r"assay/base/random\.",
     "random numbers come from assay/base/random, so that a seed fixes the result"),
]

# The product speaks only of itself, and nothing is left undone.
FORBIDDEN_WORDS = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bnot implemented\b|\bunimplemented\b"), "finish it or leave it out"),
    (re.compile(r"registry\.npm" r"js|\b(deb|security)\.debian\.org|\bpypi\.org"), "no registry host is named; clients know theirs"),
    (re.compile(r"^(<{7}|>{7}) "), "what a merge left; choose a side"),
    (re.compile(r"/home/[a-z]+/|/Users/[A-Za-z]+/"), "a path of one machine"),
]

SOURCE_ENDINGS = (".h", ".cpp", ".ts", ".js", ".svelte", ".py", ".sh", ".cmake")
MAX_SOURCE_LINES = 500
MAX_LINES = {"README.md": 100}
