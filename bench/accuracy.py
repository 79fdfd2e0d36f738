#!/usr/bin/env python3
"""Accuracy of every model on real crowd data sets, gold never shown to the model.

usage: accuracy.py PROGRAM [--data DIR] [--models all|a,b] [--markdown FILE]
An item counts when it has gold and a label; when several classes share the highest posterior, each gets an even share.
"""

import argparse
import concurrent.futures
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SETS = ["product", "possent", "bluebirds", "rte", "temp", "polarity", "polarity_amt", "mozafari", "vuurens", "dog", "face",
        "weather_cf", "weather_amt", "music_genre", "labelme", "adult2", "trec_relevance", "fact_eval"]


def read_rows(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def score(items_file, gold_file):
    gold = {row["item"]: row["label"] for row in read_rows(gold_file)}
    right = count = 0
    for row in read_rows(items_file):
        if row["item"] not in gold or int(row["label_count"]) == 0:
            continue
        posterior = {name[2:]: float(p) for name, p in row.items() if name.startswith("p_")}
        highest = max(posterior.values())
        best = [name for name, p in posterior.items() if p >= highest * (1 - 1e-9)]
        right += (gold[row["item"]] in best) / len(best)
        count += 1
    return right / count


def measure(program, folder, model):
    with tempfile.TemporaryDirectory() as out:
        command = [program, "estimate", str(folder / "labels.csv"), "--model", model, "--out", out, "--quiet",
                   "--threads", "1"]
        subprocess.run(command, check=True)
        return score(pathlib.Path(out) / "items.csv", folder / "gold.csv")


def format_table(models, table):
    """Rows of a Markdown table: one set a row, one model a column, the mean below."""
    yield "| set | " + " | ".join(models) + " |"
    yield "|---|" + "---|" * len(models)
    for name, scores in table.items():
        yield f"| {name} | " + " | ".join(f"{scores[model]:.4f}" for model in models) + " |"
    means = [sum(scores[model] for scores in table.values()) / len(table) for model in models]
    yield "| **mean** | " + " | ".join(f"**{mean:.4f}**" for mean in means) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--data", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--models", default="all")
    parser.add_argument("--markdown", type=pathlib.Path, help="write the table there as well")
    arguments = parser.parse_args()
    present = [name for name in SETS if (arguments.data / name / "labels.csv").is_file()]
    if not present:
        print(f"skipped: the data sets are not in {arguments.data}; give their folder as --data")
        return 0
    models = arguments.models.split(",")
    if models == ["all"]:
        listed = subprocess.run([arguments.program, "models"], capture_output=True, text=True, check=True).stdout
        models = [line.split()[0] for line in listed.split("\n\n")[0].splitlines()[1:]]

    start = time.monotonic()
    table = {name: {} for name in present}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(measure, arguments.program, arguments.data / name, model): (name, model)
                for name in present for model in models}
        for job in concurrent.futures.as_completed(jobs):
            name, model = jobs[job]
            table[name][model] = job.result()
    lines = list(format_table(models, table))
    print("\n".join(lines))
    print(f"\n{len(present)} of {len(SETS)} sets, {time.monotonic() - start:.0f} s")
    if arguments.markdown:
        arguments.markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
