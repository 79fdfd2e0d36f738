#!/usr/bin/env python3
"""Runs every command that stands in the documents, and compares what is printed with what they show.

usage: play_docs.py PROGRAM [PAGE ...]
       play_docs.py PROGRAM --write PAGE    puts what is printed now into the page's console blocks

Pages are played in a folder of their own that holds the web pages example (labels.csv, truth.csv, gold.csv, ...), the
other examples under examples/, and an estimate of it in results/. In a page,
  ```csv NAME      the lines become a file
  ```console       lines of "$ assay ..." are run; the lines below stand in the output in this order, "..." stands for any text
  indented or plainly fenced lines that begin with "assay " are run and must succeed
"""

import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["README.md", "docs/*.md", "docs/models/*.md", "examples/*/README.md"]
RUN_SECONDS = 120
BATCH = ('"HITId","WorkerId","AssignmentStatus","Input.url","Answer.rating","Approve","Reject"\n'
         '"H1","A1","Approved","u1","yes"\n"H1","A2","Approved","u1","no"\n"H1","A3","Approved","u1","yes"\n')


def prepare(program, folder):
    shutil.copytree(ROOT / "examples", folder / "examples")
    for path in (ROOT / "examples/web_pages").glob("*.csv"):
        shutil.copy(path, folder / path.name)
    shutil.copy(folder / "labels.csv", folder / "more_labels.csv")
    (folder / "Batch_results.csv").write_text(BATCH)
    (folder / "costs.csv").write_text("true,decided,cost\nX,G,10\n")
    (folder / "priors.csv").write_text("class,prior\nG,0.85\nP,0.05\nR,0.05\nX,0.05\n")
    run(program, folder, "assay estimate labels.csv --out results --quiet")


def run(program, folder, line):
    words = shlex.split(line, comments=True)
    if words[0] == "assay":
        words[0] = str(program)
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=RUN_SECONDS,
                          stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


def blocks(text):
    """[(line number, info, lines)]: fenced blocks by their info string, indented ones as ''."""
    out, fence, indented = [], None, None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            if fence is None:
                fence = (number, line[3:].strip(), [])
            else:
                out.append(fence)
                fence = None
        elif fence is not None:
            fence[2].append(line)
        elif line.startswith("    "):
            indented = indented or (number, "", [])
            indented[2].append(line[4:])
        elif indented:
            out.append(indented)
            indented = None
    return out


def lacks(expected, output):
    """The first expected line that the output lacks, or None; each is looked for behind the one before."""
    lines = [line.rstrip() for line in output.split("\n")]
    at = 0
    for line in (line.rstrip() for line in expected):
        if line in ("", "..."):
            continue
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("...")) + "$")
        while at < len(lines) and not pattern.match(lines[at]):
            at += 1
        if at == len(lines):
            return line
        at += 1
    return None


def play_console(program, folder, lines):
    commands = []
    for line in lines:
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif commands:
            commands[-1][1].append(line)
    for command, expected in commands:
        if command.split()[0] not in ("assay", "head"):
            continue
        _, output = run(program, folder, command)
        missing = lacks(expected, output)
        if missing is not None:
            yield f"'{command}' does not print '{missing}', it prints\n{output}"


def play_plain(program, folder, lines):
    for line in lines:
        if not line.startswith("assay ") or "..." in line:
            continue
        code, output = run(program, folder, line)
        if code != 0:
            yield f"'{line}' ends with exit code {code}:\n{output}"


def write_files(folder, text):
    for _, info, lines in blocks(text):
        words = info.split()
        if words[:1] == ["csv"] and len(words) == 2:
            (folder / words[1]).write_text("\n".join(lines) + "\n")


def play_page(program, page):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(program, folder)
        text = page.read_text(encoding="utf-8")
        write_files(folder, text)
        for number, info, lines in blocks(text):
            words = info.split()
            faults = []
            if words == ["console"]:
                faults = play_console(program, folder, lines)
            elif not words:
                faults = play_plain(program, folder, lines)
            for fault in faults:
                yield f"{page.relative_to(ROOT)}:{number}: {fault}"


def written(program, page):
    """The page with today's output in its console blocks that show all of it; times become "..."."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prepare(program, folder)
        out, shown, block = [], False, None
        text = page.read_text(encoding="utf-8")
        write_files(folder, text)
        for line in text.split("\n"):
            if line.startswith("```"):
                block = line[3:].strip() if block is None else None
                shown = False
            elif block == "console" and line.startswith("$ "):
                output = run(program, folder, line[2:])[1].rstrip("\n")
                output = re.sub(r"(?<![\d.])\d+\.\d\d s$", "... s", output, flags=re.M)
                output = re.sub(r"^(  \w+ +)\d+\.\d\d  ", r"\1...  ", output, flags=re.M)  # seconds of a comparison
                out += [line, *(output.split("\n") if output else [])]
                shown = True
                continue
            elif shown:
                continue
            out.append(line)
        return "\n".join(out)


def main():
    if "--write" in sys.argv:
        page = pathlib.Path(sys.argv[3]).resolve()
        page.write_text(written(pathlib.Path(sys.argv[1]).resolve(), page), encoding="utf-8")
        return 0
    program = pathlib.Path(sys.argv[1]).resolve()
    pages = [pathlib.Path(name).resolve() for name in sys.argv[2:]]
    pages = pages or sorted(path for pattern in PAGES for path in ROOT.glob(pattern))
    faults = [fault for page in pages for fault in play_page(program, page)]
    print("\n".join(faults + [f"{len(pages)} pages played, {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
