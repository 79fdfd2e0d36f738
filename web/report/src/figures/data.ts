import * as Plot from "@observablehq/plot";
import type { Report } from "../data/report";
import { count, percent } from "../view/numbers";
import { count_tick, type Draw, frame } from "./common";

interface Bar {
  low: number;
  high: number;
  items: number;
}

// Numbers of labels per item, pooled into at most 40 bars.
export function label_count_bars(label_count: readonly number[], item_count: readonly number[]): Bar[] {
  if (label_count.length === 0) return [];
  const least = Math.min(...label_count);
  const most = Math.max(...label_count);
  const step = Math.max(1, Math.ceil((most - least + 1) / 40));
  const bars = new Map<number, Bar>();
  label_count.forEach((labels, at) => {
    const low = least + Math.floor((labels - least) / step) * step;
    const bar = bars.get(low) ?? { low, high: low + step, items: 0 };
    bar.items += item_count[at] ?? 0;
    bars.set(low, bar);
  });
  return [...bars.values()].sort((a, b) => a.low - b.low);
}

export function labels_per_item(report: Report): Draw {
  const { label_count, item_count } = report.data.labels_per_item;
  const bars = label_count_bars(label_count, item_count);
  return ({ width }) =>
    Plot.plot({
      ...frame(width, 220),
      x: { label: "labels on an item →", ticks: bars.length <= 10 ? bars.map((bar) => bar.low) : 10, tickFormat: "d", domain: bars.length ? [(bars[0]?.low ?? 0) - 1.5, (bars.at(-1)?.high ?? 0) + 0.5] : [0, 1] },
      y: { label: "↑ items", grid: true, ticks: 4, tickFormat: count_tick },
      marks: [
        Plot.rectY(bars, { x1: (d: Bar) => d.low - 0.5, x2: (d: Bar) => d.high - 0.5, y: "items", fill: "var(--accent)", inset: 0.5, title: title, tip: { fill: "var(--panel)", stroke: "var(--rule)" } }),
        Plot.ruleY([0], { stroke: "var(--ink)", strokeOpacity: 0.5 }),
      ],
    });
}

function title(d: Bar): string {
  const labels = d.high - d.low > 1 ? `${d.low} to ${d.high - 1} labels` : d.low === 1 ? "1 label" : `${d.low} labels`;
  return `${labels}\n${d.items === 1 ? "1 item" : `${count(d.items)} items`}`;
}

interface ClassRow {
  class: string;
  prior: number | null;
  share: number | null;
  label_share: number | null;
}

const kMostClasses = 30;

// Classes by share, the largest first; the figure shows at most 30.
export function class_rows(report: Report): ClassRow[] {
  const c = report.classes;
  return c.class
    .map((name, at) => ({ class: name, prior: c.prior[at] ?? null, share: c.share[at] ?? null, label_share: c.label_share[at] ?? null }))
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0))
    .slice(0, kMostClasses);
}

export function class_shares(report: Report): Draw {
  const rows = class_rows(report);
  const longest = Math.max(4, ...rows.map((row) => row.class.length));
  return ({ width }) => {
    const left = Math.min(width * 0.36, 20 + 6.4 * longest);
    const most = Math.floor((left - 10) / 6.2);
    const marks: Plot.Markish[] = [
      Plot.ruleY(rows, { y: "class", x1: (d: ClassRow) => Math.min(d.share ?? 0, d.label_share ?? 0), x2: (d: ClassRow) => Math.max(d.share ?? 0, d.label_share ?? 0), stroke: "var(--muted)", strokeWidth: 1.5 }),
      Plot.dot(rows, { y: "class", x: "label_share", r: 5, symbol: "circle", stroke: "var(--second)", strokeWidth: 2, fill: "var(--panel)" }),
      Plot.tickX(rows, { y: "class", x: "prior", stroke: "var(--ink)", strokeWidth: 2, inset: 5 }),
      Plot.dot(rows, { y: "class", x: "share", r: 5, fill: "var(--accent)", title: class_title, tip: { fill: "var(--panel)", stroke: "var(--rule)" } }),
    ];
    return Plot.plot({
      ...frame(width, 56 + 30 * rows.length),
      marginLeft: left,
      x: { label: "share →", tickFormat: "%", grid: true, domain: [0, Math.max(0.05, ...rows.map((d) => Math.max(d.share ?? 0, d.prior ?? 0, d.label_share ?? 0))) * 1.06], ticks: width < 480 ? 4 : 8 },
      y: { domain: rows.map((row) => row.class), label: null, tickSize: 0, tickFormat: (name: string) => (name.length > most ? `${name.slice(0, most - 1)}…` : name) },
      marks,
    });
  };
}

function class_title(d: ClassRow): string {
  return `${d.class}\nshare of the items ${percent(d.share)}\nshare of the labels ${percent(d.label_share)}\nprior ${percent(d.prior)}`;
}
