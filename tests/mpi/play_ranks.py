#!/usr/bin/env python3
"""Runs `assay estimate` under mpirun and compares with one process: play_ranks.py PROGRAM [TEST...]

Every output file must have the same bytes on 1, 2 and 3 ranks; bad input and a killed rank must end all ranks soon.
Exits 77 (skipped) where mpirun or the plug-in is missing.
"""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
SECONDS = 120  # no run here takes a tenth of it; a deadlock does
STREAMING = ["auto", "shrunken_dawid_skene", "majority_vote", "one_coin", "dawid_skene", "bayes_dawid_skene", "mace",
             "weighted_majority"]
ENVIRONMENT = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")


class Failed(Exception):
    pass


def run(words, folder, expected=0):
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != expected:
        raise Failed(f"{' '.join(map(str, words))}: exit code {done.returncode}, expected {expected}\n{done.stderr}")
    return done


def messages(done):
    return sum(line.startswith("assay: ") for line in done.stderr.splitlines())


def mpirun(ranks):
    return ["mpirun", "--oversubscribe", "-n", str(ranks)]


def without_times(text):
    """A summary without what differs between any two runs: seconds and the name of the output folder."""
    def clean(value):
        if isinstance(value, dict):
            return {k: clean(v) for k, v in value.items() if k not in ("seconds", "out", "checkpoint", "resume")}
        return [clean(v) for v in value] if isinstance(value, list) else value
    return clean(json.loads(text))


def compare(one, other):
    names = sorted(p.name for p in one.iterdir())
    if names != sorted(p.name for p in other.iterdir()):
        raise Failed(f"{one} and {other} hold different files")
    for name in names:
        a, b = (one / name).read_bytes(), (other / name).read_bytes()
        same = without_times(a) == without_times(b) if name == "summary.json" else a == b
        if not same:
            raise Failed(f"{one / name} and {other / name} differ")


class Ranks:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        run([program, "simulate", "--items", "60000", "--workers", "300", "--classes", "3", "--gold-share", "0.01",
             "--seed", "3", "--out", "crowd", "--quiet"], folder)
        run([program, "convert", "crowd/labels.csv", "labels.assay"], folder)

    def estimate(self, ranks, out, *words, expected=0):
        start = [] if ranks == 0 else mpirun(ranks)
        return run(start + [self.program, "estimate", *words, "--threads", "1", "--out", out], self.folder, expected)

    def same_bytes(self, name, *words, counts=(1, 2, 3)):
        alone = self.estimate(0, f"{name}0", *words).stdout
        for n in counts:
            shown = self.estimate(n, f"{name}{n}", *words).stdout
            compare(self.folder / f"{name}0", self.folder / f"{name}{n}")
            if len(shown.splitlines()) != len(alone.splitlines()):
                raise Failed(f"{n} ranks print other lines than one:\n{shown}")

    def test_csv(self):
        for model in STREAMING:
            self.same_bytes(f"csv_{model}", "crowd/labels.csv", "--model", model)

    def test_gold_and_report(self):
        self.same_bytes("gold", "crowd/labels.csv", "--model", "dawid_skene", "--gold", "crowd/gold.csv",
                        "--report", "report.html", counts=(3,))

    def test_blocks(self):
        for model in STREAMING:
            self.same_bytes(f"blocks_{model}", "labels.assay", "--model", model, counts=(2, 3))

    def test_blocks_within_memory(self):
        self.same_bytes("memory", "labels.assay", "--model", "dawid_skene", "--memory", "45MB", counts=(2,))

    def refused(self, ranks, *words, says):
        start = time.monotonic()
        done = self.estimate(ranks, "nothing", *words, expected=2)
        if says not in done.stderr or messages(done) != 1:
            raise Failed(f"expected once: {says}; found:\n{done.stderr}")
        if (self.folder / "nothing").exists():
            raise Failed("a refused estimate left a result")
        if time.monotonic() - start > 30:
            raise Failed("a refused estimate took more than 30 s")

    def test_bad_input(self):
        (self.folder / "bad.csv").write_text("worker,item,label\na,b\n")
        self.refused(2, "bad.csv", "--model", "dawid_skene", says="bad.csv")
        self.refused(3, "no_such_file.csv", "--model", "dawid_skene", says="no_such_file.csv")
        self.refused(2, "crowd/labels.csv", "--model", "dawid_skene", "--tolerance", "7", says="--tolerance")
        self.refused(2, "crowd/labels.csv", "--model", "glad", says="found glad, which runs on one rank")

    def test_damaged_block(self):
        data = bytearray((self.folder / "labels.assay").read_bytes())
        data[len(data) * 7 // 10] ^= 1  # in the labels of the last rank
        (self.folder / "damaged.assay").write_bytes(data)
        self.refused(3, "damaged.assay", "--model", "dawid_skene", "--memory", "45MB", says="its checksum differs (on rank 2 of 3)")

    def test_other_command(self):
        done = run(mpirun(2) + [self.program, "compare", "crowd/labels.csv"], self.folder, 2)
        if "compare runs on one rank, found 2" not in done.stderr:
            raise Failed(done.stderr)

    def each_its_own(self, first, second, says):
        """Two ranks that are given different files: an error of one, or a difference, ends both."""
        words = lambda file: [self.program, "estimate", file, "--model", "dawid_skene", "--out", "nothing"]
        done = run(["mpirun", "--oversubscribe", "-n", "1", *words(first), ":", "-n", "1", *words(second)],
                   self.folder, 2)
        if says not in done.stderr or messages(done) != 1:
            raise Failed(f"expected once: {says}; found:\n{done.stderr}")

    def test_ranks_with_different_files(self):
        text = (self.folder / "crowd/labels.csv").read_text()
        (self.folder / "shorter.csv").write_text(text[:text.rstrip().rfind("\n") + 1])
        self.each_its_own("crowd/labels.csv", "shorter.csv", "ranks were given different labels")
        self.each_its_own("crowd/labels.csv", "absent.csv", "(on rank 1 of 2)")
        self.each_its_own("absent.csv", "crowd/labels.csv", "absent.csv")

    def start_and_kill(self, state, *words):
        """Three ranks, of which the last is killed after the first pass; mpirun's exit code and messages."""
        job = subprocess.Popen(mpirun(3) + [self.program, "estimate", *words, "--checkpoint", state, "--threads", "1",
                                            "--out", "killed"],
                               cwd=self.folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                               text=True)
        try:
            deadline = time.monotonic() + SECONDS
            while not (self.folder / state).exists() and time.monotonic() < deadline:
                time.sleep(0.001)
            children = pathlib.Path(f"/proc/{job.pid}/task/{job.pid}/children").read_text().split()
            os.kill(max(int(child) for child in children), signal.SIGKILL)
            return job.communicate(timeout=SECONDS)[1], job.returncode
        finally:
            job.kill()

    def test_a_killed_rank_ends_all(self):
        errors, code = self.start_and_kill("state1", "crowd/labels.csv", "--model", "dawid_skene", "--tolerance", "0",
                                           "--no-accelerate", "--max-iterations", "1000000")
        if code == 0 or "exited on signal 9" not in errors:
            raise Failed(f"exit code {code}\n{errors}")
        if (self.folder / "killed").exists():
            raise Failed("a killed run left a result")

    def test_a_killed_run_goes_on(self):
        words = ["crowd/labels.csv", "--model", "dawid_skene", "--tolerance", "0", "--no-accelerate",
                 "--max-iterations", "300"]
        self.estimate(0, "unbroken", *words)
        self.start_and_kill("state2", *words)
        self.estimate(2, "resumed", *words, "--checkpoint", "state2", "--resume")
        compare(self.folder / "unbroken", self.folder / "resumed")


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    for need in [shutil.which("mpirun"), (program.parent / "libassay_mpi.so").exists()]:
        if not need:
            print("skipped: no mpirun, or no libassay_mpi.so beside the program (libopenmpi-dev, openmpi-bin)")
            return SKIPPED
    wanted = sys.argv[2:]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        ranks = Ranks(program, pathlib.Path(folder))
        for name in [n for n in dir(ranks) if n.startswith("test_")]:
            if wanted and name not in wanted:
                continue
            start = time.monotonic()
            try:
                getattr(ranks, name)()
                print(f"{name}: passed in {time.monotonic() - start:.1f} s", flush=True)
            except (Failed, subprocess.TimeoutExpired) as e:
                failures += 1
                print(f"{name}: FAILED: {e}", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
