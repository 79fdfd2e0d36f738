import * as Plot from "@observablehq/plot";
import type { Calibration, Evaluation, Report } from "../data/report";
import { count, decimal, interval, percent, plural } from "../view/numbers";
import { type Draw, frame } from "./common";
import { worker_points } from "./workers";

interface Bin {
  probability: number;
  accuracy: number;
  low: number;
  high: number;
  items: number;
}

// Reliability diagram: stated probability against the share that was right.
export function reliability(calibration: Calibration): Draw {
  const bins: Bin[] = calibration.mean_probability.map((probability, at) => ({
    probability,
    accuracy: calibration.accuracy[at] ?? 0,
    low: calibration.accuracy_low[at] ?? 0,
    high: calibration.accuracy_high[at] ?? 1,
    items: calibration.item_count[at] ?? 0,
  }));
  const from = Math.floor(10 * Math.min(0.5, ...bins.map((bin) => Math.min(bin.accuracy, bin.probability)))) / 10;
  return ({ width }) => {
    const side = Math.min(width, 420);
    return Plot.plot({
      ...frame(side, side * 0.86),
      x: { label: "stated probability →", domain: [from, 1], tickFormat: "%", ticks: 5 },
      y: { label: "↑ share that was right", domain: [from, 1], tickFormat: "%", ticks: 5, grid: true, clamp: true },
      r: { range: [3, 11], type: "sqrt" },
      marks: [
        Plot.link([0], { x1: from, y1: from, x2: 1, y2: 1, stroke: "var(--ink)", strokeOpacity: 0.6, strokeDasharray: "4,4" }),
        Plot.ruleX(bins, { x: "probability", y1: "low", y2: "high", stroke: "var(--accent)", strokeOpacity: 0.6 }),
        Plot.dot(bins, { x: "probability", y: "accuracy", r: "items", fill: "var(--accent)", fillOpacity: 0.75, stroke: "var(--panel)", title: bin_title, tip: { fill: "var(--panel)", stroke: "var(--rule)" } }),
      ],
    });
  };
}

function bin_title(d: Bin): string {
  return `${count(d.items)} items\nstated ${percent(d.probability)}\nright ${percent(d.accuracy)} (${interval(d.low, d.high)})`;
}

interface WorkerTruth {
  worker: string;
  estimated: number;
  low: number;
  high: number;
  actual: number;
  labels: number;
}

export function worker_truths(report: Report, evaluation: Evaluation): WorkerTruth[] {
  const { label_count, quality_expected } = evaluation.workers;
  return worker_points(report).flatMap((point) => {
    const actual = quality_expected[point.index];
    const labels = label_count[point.index] ?? 0;
    if (actual === null || actual === undefined || labels < evaluation.fewest_truth_labels) return [];
    return { worker: point.worker, estimated: point.quality, low: point.low, high: point.high, actual, labels };
  });
}

// Estimated quality of each worker against the one that the truth shows.
export function quality_against_truth(truths: readonly WorkerTruth[]): Draw {
  return ({ width }) => {
    const side = Math.min(width, 420);
    return Plot.plot({
      ...frame(side, side * 0.86),
      x: { label: "quality that the truth shows →", domain: [0, 1], ticks: 5 },
      y: { label: "↑ estimated quality", domain: [0, 1], ticks: 5, grid: true, clamp: true },
      r: { range: [1.5, 8], type: "sqrt" },
      marks: [
        Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: "var(--ink)", strokeOpacity: 0.6, strokeDasharray: "4,4" }),
        Plot.ruleX(truths, { x: "actual", y1: "low", y2: "high", stroke: "var(--accent)", strokeOpacity: truths.length > 400 ? 0.12 : 0.3 }),
        Plot.dot(truths, { x: "actual", y: "estimated", r: "labels", fill: "var(--accent)", fillOpacity: 0.6, stroke: "var(--panel)", title: truth_title, tip: { fill: "var(--panel)", stroke: "var(--rule)" } }),
      ],
    });
  };
}

function truth_title(d: WorkerTruth): string {
  return `${d.worker}\nestimated ${decimal(d.estimated, 2)} (${interval(d.low, d.high)})\nby the truth ${decimal(d.actual, 2)}\n${plural(d.labels, "label")} with truth`;
}
