#!/usr/bin/env python3
"""Plays cases (README.md beside this file has their format).

usage: play.py PROGRAM [CASE_OR_FOLDER ...]      all cases of this folder when none is named
"""

import concurrent.futures
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import checks

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RUN_SECONDS = 120


class Skip(Exception):
    """What the case needs is not here."""


def split_parts(text):
    """[(line number, head words, body lines)] of a case; comments (from a line of '# ' to the next part) are dropped."""
    parts, comment = [], True
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("--- "):
            parts.append((number, shlex.split(line[4:]), []))
            comment = False
        elif line.startswith("# "):
            comment = True
        elif parts and not comment:
            parts[-1][2].append(line)
    for _, _, body in parts:
        while body and not body[-1].strip():
            body.pop()
    return parts


def unescape(text):
    text = re.sub(r"\\x([0-9a-fA-F]{2})", lambda m: chr(0xDC00 + int(m[1], 16)) if int(m[1], 16) > 127 else chr(int(m[1], 16)), text)
    return text.replace("\\r", "\r").replace("\\t", "\t").replace("\\\\", "\\")


class Case:
    """One case while it is played: its folder, and what the last run gave."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = folder
        self.run = None
        self.exit_checked = True

    def path(self, name):
        return self.folder / name

    def do_file(self, body, name, *options):
        text = "".join(line + "\n" for line in body)
        data = unescape(text).encode("utf-8", "surrogateescape") if "escaped" in options else text.encode("utf-8")
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(data)

    def do_copy(self, _body, source, name):
        shutil.copy(self.shared(source) if source.startswith("data/") else ROOT / source, self.path(name))

    @staticmethod
    def shared(name):
        return ROOT.parent / "shared" / name

    def do_needs(self, _body, what):
        if what.startswith("data/"):
            if not self.shared(what).exists():
                raise Skip(f"{what} is not beside the checkout")
        elif what == "duckdb":
            if not (pathlib.Path(self.program).parent / "libduckdb.so").exists() and not os.environ.get("ASSAY_DUCKDB"):
                raise Skip("DuckDB's library is not beside the program")
        elif what == "plain-memory":
            if b"__asan_init" in pathlib.Path(self.program).read_bytes():
                raise Skip("the address sanitizer reserves terabytes of address space")
        elif not shutil.which(what):
            raise Skip(f"{what} is not installed")

    def do_run(self, _body, *words):
        self.finish_run()
        words, stdin, kept = list(words), subprocess.DEVNULL, None
        if ">" in words:
            at = words.index(">")
            kept = self.path(words[at + 1])
            del words[at:at + 2]
        if "<" in words:
            at = words.index("<")
            stdin = open(self.path(words[at + 1]), "rb")
            del words[at:at + 2]
        at = words.index("--") + 1 if "--" in words[:-1] else 0
        if words[at] == "assay":
            words[at] = self.program
        environment = {**os.environ, "ASSAY_CASE_DATA": str(self.shared("data")), "LC_ALL": "C.UTF-8"}
        words = [word.replace("$DATA", str(self.shared("data"))) for word in words]
        self.run = subprocess.run(words, cwd=self.folder, stdin=stdin, capture_output=True, check=False,
                                  timeout=RUN_SECONDS, env=environment)
        if kept:
            kept.write_bytes(self.run.stdout)
        self.exit_checked = False

    def do_exit(self, _body, code):
        self.exit_checked = True
        if self.run.returncode != int(code):
            raise checks.Mismatch(f"exit code {self.run.returncode}, expected {code}\n{self.output()}")

    def finish_run(self):
        """A run whose exit code no part names must have succeeded."""
        if not self.exit_checked:
            self.do_exit([], "0")

    def output(self):
        return (self.run.stdout + self.run.stderr).decode("utf-8", "replace")

    def do_stdout(self, body):
        checks.check_lines("standard output", self.run.stdout.decode("utf-8", "replace"), body)

    def do_stderr(self, body):
        checks.check_lines("standard error", self.run.stderr.decode("utf-8", "replace"), body)

    def do_table(self, body, name, *options):
        self.finish_run()
        checks.check_table(self.path(name), body, **checks.parse_options(options))

    def do_json(self, body, name, *options):
        self.finish_run()
        checks.check_json(self.path(name), body, **checks.parse_options(options))

    def do_same(self, _body, one, other):
        self.finish_run()
        if self.path(one).read_bytes() != self.path(other).read_bytes():
            raise checks.Mismatch(f"{one} and {other} differ")

    def do_absent(self, _body, name):
        if self.path(name).exists():
            raise checks.Mismatch(f"{name} exists")

    def do_lines(self, _body, name, count):
        self.finish_run()
        found = len(self.path(name).read_text(encoding="utf-8").splitlines())
        if found != int(count):
            raise checks.Mismatch(f"{name} has {found} lines, expected {count}")


def play(program, path):
    """'' when all is as expected, else what is not; raises Skip."""
    with tempfile.TemporaryDirectory() as folder:
        case = Case(program, pathlib.Path(folder))
        number = 1
        try:
            for number, words, body in split_parts(path.read_text(encoding="utf-8")):
                action = getattr(case, "do_" + words[0], None)
                if action is None:
                    return f"{path}:{number}: unknown part '{words[0]}'"
                if words[0] in ("stdout", "stderr") and case.run.returncode == 0:
                    case.exit_checked = True
                action(body, *words[1:])
            case.finish_run()
        except (checks.Mismatch, OSError, subprocess.TimeoutExpired) as error:
            return f"{path}:{number}: {error}"
    return ""


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    roots = [pathlib.Path(name) for name in sys.argv[2:]] or [HERE]
    paths = [path for root in roots for path in (sorted(root.rglob("*.case")) if root.is_dir() else [root])]
    failures, skips = [], []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, job in [(path, pool.submit(play, program, path)) for path in paths]:
            try:
                failures += [job.result()] if job.result() else []
            except Skip as reason:
                skips.append(f"skipped: {path.relative_to(HERE) if HERE in path.parents else path}: {reason}")
    for line in skips + failures:
        print(line)
    print(f"{len(paths)} cases, {len(failures)} failed, {len(skips)} skipped")
    return 1 if failures or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
