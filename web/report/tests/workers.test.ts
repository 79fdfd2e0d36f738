import { expect, test } from "vitest";
import { worker_points } from "../src/figures/workers";
import { label_count_bars } from "../src/figures/data";
import { worker_truths } from "../src/figures/truth";
import { confusion_cells, kOther, soft_labels, truth_cells } from "../src/view/confusion";
import { vote_groups, worker_finder } from "../src/view/votes";
import { evaluation, sample } from "./sample";

test("a swapped answer stands for the other class", () => {
  const soft = soft_labels(sample(), 1);
  expect(soft?.[0]?.given).toBe("cat");
  expect(soft?.[0]?.truth[0]?.class).toBe("dog");
  expect(soft?.[0]?.truth[0]?.probability).toBeCloseTo(0.9);
});

test("the answers of a lazy spammer stand for the prior; an answer never used has no meaning", () => {
  const soft = soft_labels(sample(), 2);
  expect(soft?.[0]?.share).toBeCloseTo(1);
  expect(soft?.[0]?.truth.map((part) => part.probability)).toEqual([0.5, 0.5]);
  expect(soft?.[1]?.share).toBe(0);
});

test("cells keep the row's classes; classes left out are added up", () => {
  const report = sample();
  expect(confusion_cells(report, 0)?.map((cell) => cell.probability)).toEqual([0.9, 0.1, 0.1, 0.9]);
  report.data.class_count = 3;
  report.confusions.probability[0] = [0.7, 0.1, 0.1, 0.9];
  const other = confusion_cells(report, 0)?.filter((cell) => cell.given_class === kOther);
  expect(other?.map((cell) => Number(cell.probability.toFixed(6)))).toEqual([0.2, 0]);
  expect(soft_labels(report, 0)).toBeNull();
  expect(confusion_cells(report, 99)).toBeNull();
});

test("truth cells are shares of the true class", () => {
  const cells = truth_cells(["a", "b"], [
    [3, 1],
    [0, 0],
  ]);
  expect(cells.map((cell) => cell.probability)).toEqual([0.75, 0.25, 0, 0]);
});

test("votes are grouped, unknown workers kept", () => {
  const report = sample();
  const groups = vote_groups(report, 0, worker_finder(report));
  expect(groups.map((group) => [group.class, group.workers.length])).toEqual([
    ["dog", 3],
    ["cat", 1],
  ]);
  expect(groups[0]?.workers.map((worker) => worker.index)).toEqual([0, 1, -1]);
});

test("a worker without a quality is not drawn", () => {
  const report = sample();
  report.workers.quality_expected[1] = null;
  expect(worker_points(report).map((point) => point.worker)).toEqual(["ann", "cyd"]);
});

test("many numbers of labels are pooled into bars", () => {
  expect(label_count_bars([], [])).toEqual([]);
  expect(label_count_bars([1, 2], [5, 7]).map((bar) => bar.items)).toEqual([5, 7]);
  const bars = label_count_bars(Array.from({ length: 400 }, (_, at) => at + 1), Array.from({ length: 400 }, () => 1));
  expect(bars.length).toBeLessThanOrEqual(40);
  expect(bars.reduce((sum, bar) => sum + bar.items, 0)).toBe(400);
});

test("workers are held against the truth only where it says enough of them", () => {
  expect(worker_truths(sample(), evaluation(0.9, 0.9, 100)).map((truth) => truth.worker)).toEqual(["ann"]);
});
