#!/usr/bin/env python3
"""Plants one fault of each kind and expects tidy.py to name it, and to be silent about the same tree without it."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TIDY = pathlib.Path(__file__).with_name("tidy.py")
CLEAN = {
    "assay/base/error.h": "#pragma once\n",
    "assay/core/ids.h": '#pragma once\n#include "assay/base/error.h"\n',
    "assay/core/CMakeLists.txt": "assay_module(NAME core DEPENDS base)\n",
}


def run_tidy(files):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        subprocess.run(["git", "init", "-q", folder], check=True)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, TIDY, "--root", folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout


class TidyTest(unittest.TestCase):
    def expect(self, name, text, message):
        code, output = run_tidy({**CLEAN, name: text})
        self.assertEqual(code, 1, output)
        self.assertIn(message, output)

    def test_clean_tree_passes(self):
        code, output = run_tidy(CLEAN)
        self.assertEqual(code, 0, output)

    def test_upward_include(self):
        self.expect("assay/base/check.h", '#pragma once\n#include "assay/core/ids.h"\n', "check.h:2: assay/base (rank 0)")

    def test_equal_ranks_are_strangers(self):
        self.expect("assay/models/em.h", '#pragma once\n#include "assay/quality/payment.h"\n', "lower rank")

    def test_missing_dependency(self):
        self.expect("assay/core/CMakeLists.txt", "assay_module(NAME core)\n", "which DEPENDS does not reach")

    def test_printing_below_the_program(self):
        self.expect("assay/core/ids.cpp", "void f() { std::cout << 1; }\n", "only apps/ prints")

    def test_output_column_outside_records(self):
        self.expect("assay/engine/a.cpp", 'auto n = "quality_expected_low";\n', "assay/io/records")

    def test_mpi_outside_its_plugin(self):
        self.expect("assay/models/a.cpp", "#include <mpi.h>\n", "only assay/mpi")

    def test_unfinished_work(self):
        self.expect("docs/a.md", "TO" "DO later\n", "finish it or leave it out")

    def test_merge_marker(self):
        self.expect("docs/a.md", "<" * 7 + " HEAD\n", "choose a side")

    def test_long_file(self):
        self.expect("assay/core/long.cpp", "\n" * 501, "at most 500")

    def test_long_readme(self):
        self.expect("README.md", "a\n" * 101, "at most 100")


if __name__ == "__main__":
    unittest.main()
