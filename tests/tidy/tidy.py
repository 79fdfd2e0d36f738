#!/usr/bin/env python3
"""Checks what reviewers should not have to: include direction, single places, sizes, and that every model is documented.

usage: tidy.py [--root DIR] [--assay PROGRAM]      PROGRAM adds the checks that need the registry of models
Prints one line a finding (file:line: what is wrong and what is allowed) and exits 1 when there is any.
"""

import argparse
import pathlib
import re
import subprocess
import sys

import rules


def list_files(root):
    """Tracked and new files, as paths from the root; what git ignores is left out."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return sorted(name for name in listed.split("\0") if name and (root / name).is_file())


def read_lines(path):
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def folder_of(name):
    """The ranked folder that a file belongs to, or None."""
    parts = name.split("/")
    candidates = ["/".join(parts[:2]), parts[0]]
    return next((folder for folder in candidates if folder in rules.RANKS), None)


def check_includes(name, lines):
    folder = folder_of(name)
    if folder is None or not name.endswith((".h", ".cpp")):
        return
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        other = folder_of(match.group(1)) if match else None
        if other and other != folder and rules.RANKS[other] >= rules.RANKS[folder]:
            yield f"{name}:{number}: {folder} (rank {rules.RANKS[folder]}) includes {other} (rank {rules.RANKS[other]}); " \
                  "a folder includes only folders of a lower rank"


def strip_comment(line):
    return re.sub(r"//.*$", "", line)


def check_single_places(name, lines):
    if not name.startswith(("assay/", "apps/", "platform/", "bindings/")) or not name.endswith((".h", ".cpp")):
        return
    for pattern, allowed, meaning in rules.SINGLE_PLACES:
        if re.match(allowed, name):
            continue
        for number, line in enumerate(lines, 1):
            if pattern.search(strip_comment(line)):
                yield f"{name}:{number}: {meaning}"


def check_words(name, lines):
    if name.startswith("tests/tidy/") or name.endswith((".csv", ".tsv", ".gz", ".zst")):
        return
    for number, line in enumerate(lines, 1):
        for pattern, meaning in rules.FORBIDDEN_WORDS:
            found = pattern.search(line)
            if found:
                yield f"{name}:{number}: '{found.group(0)}': {meaning}"


def check_sizes(name, lines):
    limit = rules.MAX_LINES.get(name)
    if limit is None and name.endswith(rules.SOURCE_ENDINGS):
        limit = rules.MAX_SOURCE_LINES
    if limit is not None and len(lines) > limit:
        yield f"{name}:{len(lines)}: {len(lines)} lines, at most {limit}; is it one thing?"


def check_header_guard(name, lines):
    if name.endswith(".h") and "#pragma once" not in lines:
        yield f"{name}:1: a header starts with #pragma once"


FILE_CHECKS = [check_includes, check_single_places, check_words, check_sizes, check_header_guard]


def read_depends(cmake):
    text = cmake.read_text(encoding="utf-8") if cmake.is_file() else ""
    call = re.search(r"\bDEPENDS([^)A-Z]*)", text)
    return {f"assay/{word}" for word in call.group(1).split()} if call else set()


def check_link_graph(root, names):
    """Whatever a folder includes, its CMakeLists.txt links, itself or through a folder that it links."""
    included = {}
    for name in names:
        folder = folder_of(name)
        if folder and folder.startswith("assay/") and name.endswith((".h", ".cpp")):
            found = re.findall(r'#\s*include\s+"(assay/\w+)/', (root / name).read_text(encoding="utf-8"))
            included.setdefault(folder, set()).update(other for other in found if other != folder)
    depends = {folder: read_depends(root / folder / "CMakeLists.txt") for folder in rules.RANKS}
    for folder, others in sorted(included.items()):
        linked, left = set(), [folder]
        while left:
            fresh = depends.get(left.pop(), set()) - linked
            linked |= fresh
            left += fresh
        for other in sorted(others - linked):
            yield f"{folder}/CMakeLists.txt:1: {folder} includes {other}, which DEPENDS does not reach"


def read_registry(program):
    """{model: its citation} by the program's own table."""
    def output(*words):
        return subprocess.run([program, "models", *words], capture_output=True, text=True, check=True).stdout

    table = output().split("\n\n")[0].splitlines()[1:]
    names = [line.split()[0] for line in table if line.strip()]
    return {name: output(name).splitlines()[1].strip() for name in names}


def check_models(root, names, program):
    """Every model of the registry has a citation, a page in docs/models/ and a case."""
    cases = "\n".join((root / n).read_text(encoding="utf-8", errors="replace")
                      for n in names if n.startswith("tests/cases/"))
    for model, citation in read_registry(program).items():
        if not re.search(r"\b(1[89]|20)\d\d\b", citation):
            yield f"assay/models/registry.cpp:1: {model} has no citation with a year: '{citation}'"
        if f"docs/models/{model}.md" not in names:
            yield f"docs/models/{model}.md:1: the page of {model} is missing"
        if not re.search(rf"\b{model}\b", cases):
            yield f"tests/cases:1: no case names {model}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--assay", help="the built program")
    arguments = parser.parse_args()
    names = list_files(arguments.root)
    findings = []
    for name in names:
        lines = read_lines(arguments.root / name)
        for check in FILE_CHECKS:
            findings += check(name, lines)
    findings += check_link_graph(arguments.root, names)
    if arguments.assay:
        findings += check_models(arguments.root, names, arguments.assay)
    print("\n".join(findings) if findings else f"{len(names)} files are tidy")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
