#!/usr/bin/env python3
"""Speed and memory of `assay estimate`, and of the fit beside a numpy baseline in the same run.

usage: run.py BUILD_DIR [--labels 1000000]      ratios carry over to other machines, seconds do not
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ITERATIONS = 20


def run_measured(command, **options):
    """(wall seconds, processor seconds, peak MB) of a command that must succeed."""
    start = time.monotonic()
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"failed: {' '.join(map(str, command))}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def numpy_python():
    """An interpreter that has numpy, or None: the one on the PATH need not be Debian's."""
    for python in ("python3", "/usr/bin/python3"):
        found = subprocess.run([python, "-c", "import numpy"], stderr=subprocess.DEVNULL, check=False)
        if found.returncode == 0:
            return python
    return None


def fit_seconds(assay, labels, out):
    """Seconds that the fit alone took, by the summary, for a fixed number of plain passes on one thread."""
    subprocess.run([assay, "estimate", labels, "--model", "dawid_skene", "--max-iterations", str(ITERATIONS),
                    "--tolerance", "0", "--no-accelerate", "--threads", "1", "--out", out, "--quiet"], check=True)
    return json.loads((pathlib.Path(out) / "summary.json").read_text())["seconds"]["fit"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--labels", type=int, default=1_000_000)
    arguments = parser.parse_args()
    assay = arguments.build / "assay"
    subprocess.run([arguments.build / "bench_em"], check=True)
    subprocess.run([arguments.build / "bench_models"], check=True)
    subprocess.run([arguments.build / "bench_reading"], check=True)
    subprocess.run([arguments.build / "bench_live"], check=True)
    subprocess.run([arguments.build / "bench_pay"], check=True)
    subprocess.run([arguments.build / "bench_selection"], check=True)
    subprocess.run([sys.executable, HERE / "acceleration.py", arguments.build], check=True)
    if shutil.which("mpirun"):
        subprocess.run([sys.executable, HERE / "ranks.py", arguments.build], check=True)
    with tempfile.TemporaryDirectory() as folder:
        crowd, out = pathlib.Path(folder) / "crowd", pathlib.Path(folder) / "out"
        subprocess.run([assay, "simulate", "--items", str(arguments.labels // 5), "--workers", "2000", "--classes", "4",
                        "--labels-per-item", "5", "--seed", "1", "--out", crowd, "--quiet"], check=True)
        labels = crowd / "labels.csv"
        print(f"{arguments.labels} labels, {labels.stat().st_size / 1e6:.0f} MB of CSV")
        for model in ("dawid_skene", "auto"):
            wall, cpu, memory = run_measured([assay, "estimate", labels, "--model", model, "--out", out, "--quiet"])
            print(f"estimate --model {model}, all outputs: {wall:.2f} s wall, {cpu:.2f} s processor, {memory:.0f} MB")
        ours = fit_seconds(assay, labels, out)
        python = numpy_python()
        if python is None:
            print(f"fit of {ITERATIONS} passes: {ours:.3f} s; skipped: no numpy to compare with")
            return 0
        done = subprocess.run([python, HERE / "numpy_dawid_skene.py", labels, str(ITERATIONS)], check=True,
                              capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
        theirs = float(done.stdout)
        print(f"fit of {ITERATIONS} passes, one thread: {ours:.3f} s, numpy {theirs:.2f} s, ratio {theirs / ours:.0f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
