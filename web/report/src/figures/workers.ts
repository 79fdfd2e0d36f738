import * as Plot from "@observablehq/plot";
import type { Report } from "../data/report";
import { main_flag, type FlagMeaning } from "../view/flags";
import { decimal, interval, percent, plural } from "../view/numbers";
import { type Draw, frame, kMostPoints, pickable } from "./common";

interface Point {
  index: number;
  worker: string;
  label_count: number;
  quality: number;
  low: number;
  high: number;
  accuracy: number | null;
  flag: FlagMeaning;
}

export function worker_points(report: Report): Point[] {
  const w = report.workers;
  return w.worker.flatMap((worker, index) => {
    const quality = w.quality_expected[index];
    if (quality === null || quality === undefined) return [];
    return {
      index,
      worker,
      label_count: w.label_count[index] ?? 0,
      quality,
      low: w.quality_expected_low[index] ?? quality,
      high: w.quality_expected_high[index] ?? quality,
      accuracy: w.accuracy[index] ?? null,
      flag: main_flag(w.flags[index]),
    };
  });
}

function tip_text(d: Point): string {
  return [d.worker, `quality ${decimal(d.quality, 2)} (${interval(d.low, d.high)})`, `accuracy ${percent(d.accuracy)}`, plural(d.label_count, "label"), d.flag.flag ? d.flag.name : ""]
    .filter(Boolean)
    .join("\n");
}

function dots(points: Point[], x: (d: Point) => number | null): Plot.Markish[] {
  const flags = [...new Set(points.map((d) => d.flag))];
  return flags.map((flag) =>
    Plot.dot(
      points.filter((d) => d.flag === flag),
      {
        x,
        y: "quality",
        r: flag.flag ? 4.5 : 3.2,
        symbol: flag.symbol,
        stroke: flag.color,
        fill: flag.symbol === "times" ? "none" : flag.color,
        fillOpacity: 0.55,
        strokeWidth: flag.symbol === "times" ? 2 : 1,
      },
    ),
  );
}

const quality_axis = { label: "↑ quality (expected)", grid: true, domain: [0, 1], clamp: true, ticks: 5 } as const;

function selected_ring(points: Point[], selected: number, x: (d: Point) => number | null): Plot.Markish {
  return Plot.dot(
    points.filter((d) => d.index === selected),
    { x, y: "quality", r: 9, stroke: "var(--ink)", strokeWidth: 1.8 },
  );
}

function tip(points: Point[], x: (d: Point) => number | null): Plot.Markish {
  return Plot.tip(points, Plot.pointer({ x, y: "quality", title: tip_text, maxRadius: 30, fill: "var(--panel)", stroke: "var(--rule)" }));
}

// Quality of each worker with its interval against the number of labels.
export function quality_by_labels(report: Report, selected: number): Draw {
  const points = worker_points(report);
  const crowd = crowd_points(report, points);
  const x = (d: Point) => Math.max(1, d.label_count);
  const most = crowd.reduce((largest, d) => Math.max(largest, d.label_count), 1);
  return (context) => {
    const marks: Plot.Markish[] =
      crowd.length > kMostPoints
        ? [density(crowd.map((d) => ({ x: Math.max(1, d.label_count), y: d.quality })))]
        : [Plot.ruleX(points, { x, y1: "low", y2: "high", stroke: (d: Point) => d.flag.color, strokeOpacity: 0.32 }), ...dots(points, x)];
    const figure = Plot.plot({
      ...frame(context.width, context.width < 480 ? 300 : 380),
      x: { type: "log", domain: [0.9, most * 1.15], label: "labels by the worker →", ticks: 5, tickFormat: (d: number) => (/^[13]/.test(String(d)) ? String(d) : "") },
      y: quality_axis,
      opacity: density_scale,
      marks: [Plot.ruleY([0], { stroke: "var(--ink)", strokeOpacity: 0.5 }), ...marks, selected_ring(points, selected, x), tip(points, x)],
    });
    return pickable(figure, context);
  };
}

// Quality against accuracy: what accuracy alone hides.
export function quality_by_accuracy(report: Report, selected: number): Draw {
  const points = worker_points(report).filter((d) => d.accuracy !== null);
  const crowd = crowd_points(report, points).filter((d) => d.accuracy !== null);
  const x = (d: Point) => d.accuracy;
  const most_common = report.classes.prior.reduce<number>((most, p) => Math.max(most, p ?? 0), 0);
  return (context) => {
    const figure = Plot.plot({
      ...frame(context.width, context.width < 480 ? 300 : 360),
      x: { label: "accuracy of the worker →", domain: [0, 1], tickFormat: "%", ticks: 5 },
      y: quality_axis,
      opacity: density_scale,
      marks: [
        Plot.ruleY([0], { stroke: "var(--ink)", strokeOpacity: 0.5 }),
        Plot.ruleX([most_common], { stroke: "var(--muted)", strokeDasharray: "3,3" }),
        ...(crowd.length > kMostPoints ? [density(crowd.map((d) => ({ x: d.accuracy ?? 0, y: d.quality })))] : dots(points, x)),
        selected_ring(points, selected, x),
        tip(points, x),
      ],
    });
    return pickable(figure, context);
  };
}

interface CrowdPoint {
  label_count: number;
  quality: number;
  accuracy: number | null;
}

// All workers, those outside the table included.
function crowd_points(report: Report, points: Point[]): CrowdPoint[] {
  const all = report.worker_points;
  if (!all) return points;
  return all.label_count.flatMap((label_count, at) => {
    const quality = all.quality_expected[at];
    return quality === null || quality === undefined ? [] : { label_count, quality, accuracy: all.accuracy[at] ?? null };
  });
}

const density_scale = { type: "log", range: [0.14, 1] } as const;

function density(points: { x: number; y: number }[]): Plot.Markish {
  return Plot.hexagon(points, Plot.hexbin({ fillOpacity: "count" }, { x: "x", y: "y", fill: "var(--heat)", binWidth: 11 }));
}
