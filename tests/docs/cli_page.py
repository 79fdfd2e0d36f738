#!/usr/bin/env python3
"""docs/cli.md is made from the program's own help, so that it can't fall behind.

usage: cli_page.py PROGRAM           says whether the page is up to date
       cli_page.py PROGRAM --write   writes it
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/cli.md"
HEAD = """# The command line

Made from the program's help by `tests/docs/cli_page.py build/release/assay --write`; a test checks that it is up to date.

Results go to standard output, messages to standard error. Exit codes: 0 all is well, 2 bad input or a failed outside world
(the message says where and what is allowed), 130 interrupted. Colour and progress bars only on a terminal.
`--flag` switches on and `--no-flag` off. Options of a model are options of `assay estimate --model NAME`; `assay models NAME`
lists them.

"""


def output(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, check=True).stdout


def make(program):
    overview = output(program, "--help")
    names = [line.split()[0] for line in overview.split("\n") if re.match(r"  [a-z]+  ", line)][1:]
    parts = [HEAD, "```\n" + overview.strip() + "\n```\n"]
    parts += [f"\n## assay {name}\n\n```\n{output(program, name, '--help').strip()}\n```\n" for name in names]
    return "".join(parts)


def main():
    made = make(sys.argv[1])
    if "--write" in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made:
        print("docs/cli.md is up to date")
        return 0
    print("docs/cli.md is not what the program's help says; run tests/docs/cli_page.py PROGRAM --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
