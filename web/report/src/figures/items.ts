import * as Plot from "@observablehq/plot";
import type { Report } from "../data/report";
import { count, decimal } from "../view/numbers";
import { count_tick, type Draw, frame } from "./common";

// How many items are how doubtful.
export function item_doubt(report: Report): Draw {
  const { low, high, item_count } = report.item_cost;
  const bars = low.map((start, at) => ({ low: start, high: high[at] ?? start, items: item_count[at] ?? 0 }));
  const shares = report.zero_one_costs;
  const last = bars.reduce((most, bar) => (bar.items > 0 ? bar.high : most), bars[0]?.high ?? 1);
  return ({ width }) =>
    Plot.plot({
      ...frame(width, 240),
      x: { domain: [0, last], label: shares ? "probability that the decision is wrong →" : "minimum cost →", tickFormat: shares ? "%" : undefined, ticks: 6 },
      y: { label: "↑ items", grid: true, ticks: 4, tickFormat: count_tick, type: "sqrt" },
      marks: [
        Plot.rectY(bars, {
          x1: "low",
          x2: "high",
          y: "items",
          inset: 0.5,
          fill: "var(--accent)",
          title: (d: (typeof bars)[number]) => `${decimal(d.low, 2)} to ${decimal(d.high, 2)}\n${count(d.items)} ${d.items === 1 ? "item" : "items"}`,
          tip: { fill: "var(--panel)", stroke: "var(--rule)" },
        }),
        Plot.ruleY([0], { stroke: "var(--ink)", strokeOpacity: 0.5 }),
      ],
    });
}
