#!/usr/bin/env python3
"""Runs every command that README.md shows, in a folder with the files that it names: readme_test.py PROGRAM"""

import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ROOT / "examples" / "web_pages"
COSTS = "true,decided,cost\nG,X,2\nX,G,5\n"
BATCH = ('"HITId","AssignmentStatus","WorkerId","Input.url","Answer.label","Approve","Reject"\n'
         '"H1","Approved","A1","u1","yes"\n"H1","Approved","A2","u1","no"\n"H2","Submitted","A1","u2","no"\n')


def shown_commands(text):
    """The lines of indented or fenced code that start with the program's name, comments dropped."""
    return [shlex.split(line, comments=True) for line in text.splitlines() if line.startswith("assay ")]


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    commands = shown_commands((ROOT / "README.md").read_text(encoding="utf-8"))
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        for name in ("labels.csv", "gold.csv", "truth.csv"):
            shutil.copy(PAGES / name, work / name)
        (work / "costs.csv").write_text(COSTS)
        (work / "Batch_results.csv").write_text(BATCH)
        for words in commands:
            done = subprocess.run([program, *words[1:]], cwd=work, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                failed += 1
                print(f"README.md: {shlex.join(words)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"{len(commands)} commands of README.md run, {failed} failed")
    return 1 if failed or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
