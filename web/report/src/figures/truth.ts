import * as Plot from "@observablehq/plot";
import type { Calibration } from "../data/report";
import { count, interval, percent } from "../view/numbers";
import { type Draw, frame } from "./common";

interface Bin {
  confidence: number;
  accuracy: number;
  low: number;
  high: number;
  items: number;
}

// Reliability diagram: stated probability against the share that was right.
export function reliability(calibration: Calibration): Draw {
  const bins: Bin[] = calibration.confidence.map((confidence, at) => ({
    confidence,
    accuracy: calibration.accuracy[at] ?? 0,
    low: calibration.accuracy_low[at] ?? 0,
    high: calibration.accuracy_high[at] ?? 1,
    items: calibration.item_count[at] ?? 0,
  }));
  const from = Math.floor(10 * Math.min(0.5, ...bins.map((bin) => Math.min(bin.accuracy, bin.confidence)))) / 10;
  return ({ width }) => {
    const side = Math.min(width, 420);
    return Plot.plot({
      ...frame(side, side * 0.86),
      x: { label: "stated probability →", domain: [from, 1], tickFormat: "%", ticks: 5 },
      y: { label: "↑ share that was right", domain: [from, 1], tickFormat: "%", ticks: 5, grid: true, clamp: true },
      r: { range: [3, 11], type: "sqrt" },
      marks: [
        Plot.link([0], { x1: from, y1: from, x2: 1, y2: 1, stroke: "var(--ink)", strokeOpacity: 0.6, strokeDasharray: "4,4" }),
        Plot.ruleX(bins, { x: "confidence", y1: "low", y2: "high", stroke: "var(--accent)", strokeOpacity: 0.6 }),
        Plot.dot(bins, { x: "confidence", y: "accuracy", r: "items", fill: "var(--accent)", fillOpacity: 0.75, stroke: "var(--panel)", title: bin_title, tip: { fill: "var(--panel)", stroke: "var(--rule)" } }),
      ],
    });
  };
}

function bin_title(d: Bin): string {
  return `${count(d.items)} items\nstated ${percent(d.confidence)}\nright ${percent(d.accuracy)} (${interval(d.low, d.high)})`;
}
