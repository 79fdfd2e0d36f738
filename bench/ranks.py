#!/usr/bin/env python3
"""What an EM pass costs on many ranks: measures its parts, fits a model of them, and says what more machines would give.

usage: ranks.py BUILD_DIR [--labels 20000000] [--gigabits 10] [--latency 50e-6]

One pass over L labels on R ranks of one thread takes about

    a L / R  +  (p runs / R + q) B  +  2 B / v  +  2 R l,        B = 8 W K^2 bytes of counts

a seconds a label, p and q seconds a byte (adding one run's table, M-step and copies), all fitted by least squares to
what this machine needs; v and l are the network's bytes a second and seconds a message, which are stated, not measured.
Messages between ranks of one machine are part of what q measures.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

CLASSES = 4
WORKERS = (2_000, 20_000, 100_000, 400_000)
REPEATS = 3
# Open MPI asks twice before it runs for root.
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
MOST_RUNS, USUAL_RUNS, LABELS_PER_CELL = 128, 16, 4  # as in assay/models/label_pass.cpp


def on_ranks(ranks, command):
    """The command as so many ranks run it."""
    return ["mpirun", "--oversubscribe", "-n", str(ranks), *command] if ranks > 1 else command


def measure(build, ranks, workers, labels, *words):
    command = on_ranks(ranks, [str(build / "bench_ranks"), str(CLASSES), str(workers), str(labels), *words])
    found = [json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT).stdout)
             for _ in range(REPEATS)]
    return min(found, key=lambda one: one["pass"])


def compare_program(build, labels):
    """Seconds of the fit, as `assay estimate` reports them, on one rank and on two, in turn."""
    print(f"\nassay estimate, {labels / 1e6:.0f} M labels of 10,000 workers as .assay, one thread a rank; seconds of the fit, "
          f"median of {REPEATS} in turn\n{'model':34}    1 rank   2 ranks  efficiency")
    assay = str(build / "assay")
    with tempfile.TemporaryDirectory() as folder:
        crowd, out = pathlib.Path(folder) / "crowd", pathlib.Path(folder) / "out"
        subprocess.run([assay, "simulate", "--items", str(labels // 5), "--workers", "10000", "--classes", str(CLASSES),
                        "--labels-per-item", "5", "--seed", "1", "--format", "assay", "--out", crowd, "--quiet"], check=True)
        for model in ("dawid_skene --max-iterations 12 --tolerance 0 --no-accelerate", "auto"):
            command = [assay, "estimate", str(crowd / "labels.assay"), "--out", str(out), "--threads", "1", "--quiet",
                       "--model", *model.split()]
            found = {1: [], 2: []}
            for _ in range(REPEATS):
                for ranks in found:
                    subprocess.run(on_ranks(ranks, command), check=True, env=ENVIRONMENT)
                    found[ranks].append(json.loads((out / "summary.json").read_text())["seconds"]["fit"])
            one, two = (statistics.median(found[ranks]) for ranks in (1, 2))
            name = "dawid_skene, 13 passes" if model.startswith("dawid") else model
            print(f"{name:34} {one:9.3f} {two:9.3f} {one / 2 / two:11.2f}")


def least_squares(rows, wanted):
    """The x >= 0 that makes sum((rows x - wanted)^2 / wanted^2) small, by coordinate descent."""
    columns = len(rows[0])
    rows = [[value / w for value in row] for row, w in zip(rows, wanted)]
    x = [0.0] * columns
    for _ in range(20000):
        for j in range(columns):
            rest = [1 - sum(row[i] * x[i] for i in range(columns) if i != j) for row in rows]
            square = sum(row[j] ** 2 for row in rows)
            x[j] = max(0.0, sum(row[j] * r for row, r in zip(rows, rest)) / square) if square else 0.0
    return x


def runs_of(labels, workers):
    wanted = labels // (LABELS_PER_CELL * workers * CLASSES ** 2)
    return max(2, min(MOST_RUNS, max(min(wanted, USUAL_RUNS), wanted // 2)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--labels", type=int, default=20_000_000)
    parser.add_argument("--gigabits", type=float, default=10)
    parser.add_argument("--latency", type=float, default=50e-6)
    arguments = parser.parse_args()
    labels = arguments.labels
    print(f"{labels / 1e6:.0f} M labels, {CLASSES} classes, one thread a rank; seconds a pass, best of {REPEATS}")
    print("  workers    1 rank   2 apart   2 ranks  efficiency   of which sum    M-step")
    points = []
    per_label = []
    for workers in WORKERS:
        one = measure(arguments.build, 1, workers, labels)
        apart = measure(arguments.build, 2, workers, labels, "apart")
        two = measure(arguments.build, 2, workers, labels)
        points += [one, two]
        per_label.append(one["count"] / labels)
        print(f"{workers:9,} {one['pass']:9.3f} {apart['pass']:9.3f} {two['pass']:9.3f} "
              f"{one['pass'] / 2 / two['pass']:11.2f} {two['sum']:14.4f} {two['m_step']:9.4f}")
    # The time of a label depends on how far its worker's table lies: one number a size, as measured on one rank.
    sums = [point for point in points if point["ranks"] == 2]
    bytes_of = lambda workers: 8 * workers * CLASSES ** 2
    p, q = least_squares([[point["runs"] / 2 * bytes_of(point["workers"]), bytes_of(point["workers"])] for point in sums],
                         [point["sum"] + point["m_step"] for point in sums])
    print(f"\nfitted: adding a run's table {p * 1e9:.2f} ns a byte, the rest (copies, M-step) {q * 1e9:.2f} ns a byte; a label "
          + ", ".join(f"{a * 1e9:.1f} ns at {w:,} workers" for a, w in zip(per_label, WORKERS)))
    speed = arguments.gigabits * 1e9 / 8
    print(f"\nA pass over 1,000 M labels on machines of one such thread, {arguments.gigabits:g} Gbit/s, "
          f"{arguments.latency * 1e6:.0f} us a message: seconds (efficiency)")
    print("  workers   table MB   " + "".join(f"{ranks:>16} ranks" for ranks in (1, 2, 16, 128)))
    many = 1_000_000_000
    for workers, a in zip((*WORKERS, 8_000_000), (*per_label, per_label[-1])):
        size, runs = bytes_of(workers), runs_of(many, workers)
        cells = []
        alone = None
        for ranks in (1, 2, 16, 128):
            counting = a * many * (-(-runs // ranks) / runs)
            adding = (p * -(-runs // ranks) + q) * size
            network = 0 if ranks == 1 else 2 * size / speed + 2 * ranks * arguments.latency
            seconds = counting + adding + network
            alone = alone or seconds
            cells.append(f"{seconds:13.3f} ({alone / ranks / seconds:4.2f})  ")
        print(f"{workers:9,} {size / 1e6:10,.0f}   " + "".join(cells))
    print("(8,000,000 workers: the time of a label is that of the line above)")
    compare_program(arguments.build, labels)


if __name__ == "__main__":
    main()
