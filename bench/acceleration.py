#!/usr/bin/env python3
"""Passes and seconds that EM takes with and without extrapolation (SQUAREM), and where it ends.

usage: acceleration.py BUILD_DIR [DATA_FOLDER]      real sets where the folder (../shared/data) is, and a simulated crowd
"""

import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
SETS = ("rte", "dog", "product", "trec_relevance", "adult2", "fact_eval")
MODELS = ("dawid_skene", "one_coin", "bayes_dawid_skene")
TOLERANCE = "1e-6"
REPEATS = 3


def fit(assay, labels, model, out, *words):
    """(passes, median seconds, objective at the end)"""
    seconds = []
    for _ in range(REPEATS):
        subprocess.run([assay, "estimate", labels, "--model", model, "--tolerance", TOLERANCE, "--max-iterations",
                        "20000", "--threads", "1", "--out", out, "--quiet", *words], check=True)
        summary = json.loads((out / "summary.json").read_text())
        seconds.append(summary["seconds"]["fit"])
    return summary["model"]["iterations"], statistics.median(seconds), summary["model"]["objective"][-1]


def main():
    assay = pathlib.Path(sys.argv[1]) / "assay"
    data = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT.parent / "shared" / "data"
    print(f"until a pass raises the objective by at most {TOLERANCE} of it")
    print(f"{'set':16} {'model':18} {'passes':>14} {'seconds':>18} {'times faster':>13} {'objective, more by':>19}")
    with tempfile.TemporaryDirectory() as folder:
        crowd, out = pathlib.Path(folder) / "crowd", pathlib.Path(folder) / "out"
        subprocess.run([assay, "simulate", "--items", "40000", "--workers", "500", "--classes", "4", "--labels-per-item",
                        "5", "--hard-items", "0.3", "--seed", "1", "--out", crowd, "--quiet"], check=True)
        places = [("simulated, 200 k", crowd / "labels.csv")]
        places += [(name, data / name / "labels.csv") for name in SETS if (data / name / "labels.csv").exists()]
        for name, labels in places:
            for model in MODELS:
                plain = fit(assay, labels, model, out, "--no-accelerate")
                fast = fit(assay, labels, model, out)
                print(f"{name:16} {model:18} {plain[0]:6} -> {fast[0]:4} {plain[1]:8.4f} -> {fast[1]:6.4f} "
                      f"{plain[1] / fast[1]:13.1f} {fast[2] - plain[2]:+19.2f}")


if __name__ == "__main__":
    main()
