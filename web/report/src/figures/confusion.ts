import * as Plot from "@observablehq/plot";
import { type Cell, kOther } from "../view/confusion";
import { count, interval, percent } from "../view/numbers";
import type { Draw } from "./common";

const kMostWritten = 12;
// From this probability on a cell is so dark that it takes the other colour of text.
const kDark = 0.62;

// Heat map, one row a true class: the darker, the more often the row's class gets the column's answer.
export function confusion_figure(cells: readonly Cell[], given_label: string): Draw {
  const rows = [...new Set(cells.map((cell) => cell.true_class))];
  const columns = [...new Set(cells.map((cell) => cell.given_class))].sort((a, b) => Number(a === kOther) - Number(b === kOther));
  return ({ width }) => {
    const narrow = width < 420;
    const most_letters = narrow ? 10 : 18;
    const longest = Math.max(...rows.map((name) => name.length));
    const left = Math.min(width * (narrow ? 0.28 : 0.34), 24 + 6.6 * longest);
    const widest = Math.max(...columns.map((name) => name.length));
    const turned = widest * 6.6 > Math.min(76, (width - left - 12) / columns.length);
    const right = turned ? 12 + 3.6 * Math.min(widest, most_letters) : 12;
    const size = Math.max(14, Math.min(76, (width - left - right) / columns.length));
    const written = columns.length <= kMostWritten && size >= 26;
    const top = turned ? 34 + 5 * Math.min(widest, most_letters) : 50;
    const tall = Math.min(size, 52);
    const text = { x: "given_class", y: "true_class", text: (d: Cell) => (size < 46 ? (100 * d.probability).toFixed(0) : percent(d.probability, 0)), pointerEvents: "none" } as const;
    return Plot.plot({
      width: left + size * columns.length + right,
      height: top + tall * rows.length + 8,
      marginLeft: left,
      marginTop: top,
      marginRight: right,
      marginBottom: 8,
      padding: size > 24 ? 0.05 : 0,
      style: { fontSize: "12px", overflow: "visible" },
      x: { axis: "top", domain: columns, label: given_label, labelAnchor: "left", labelOffset: top - 12, tickRotate: turned ? -45 : 0, tickSize: 0, tickFormat: shorten(turned ? most_letters : 30) },
      y: { domain: rows, label: null, tickSize: 0, tickFormat: shorten(Math.floor((left - 12) / 6.4)) },
      opacity: { type: "linear", domain: [0, 1], range: [0.04, 1] },
      marks: [
        Plot.cell(cells, { x: "given_class", y: "true_class", fill: "var(--heat)", fillOpacity: "probability", rx: 3 }),
        Plot.cell(cells.filter((d) => d.true_class === d.given_class), { x: "given_class", y: "true_class", stroke: "var(--ink)", strokeWidth: 1.5, rx: 3 }),
        Plot.text(["↓ true class"], { frameAnchor: "top-left", textAnchor: "end", dx: -6, dy: -9, fill: "var(--muted)" }),
        written ? Plot.text(cells.filter((d) => d.probability <= kDark), { ...text, fill: "var(--ink)" }) : null,
        written ? Plot.text(cells.filter((d) => d.probability > kDark), { ...text, fill: "var(--heat-ink)", fontWeight: 600 }) : null,
        Plot.tip(cells, Plot.pointer({ x: "given_class", y: "true_class", title: tip_text, fill: "var(--panel)", stroke: "var(--rule)", maxRadius: size })),
      ],
    });
  };
}

function shorten(most: number): (name: string) => string {
  return (name) => (name.length > most ? `${name.slice(0, Math.max(1, most - 1))}…` : name);
}

function tip_text(d: Cell): string {
  const lines = [`true ${d.true_class}`, `given ${d.given_class}`, percent(d.probability)];
  if (d.low !== null) lines.push(`interval ${interval(d.low, d.high)}`);
  if (d.count !== null) lines.push(`count ${Number.isInteger(d.count) ? count(d.count) : d.count.toFixed(1)}`);
  return lines.join("\n");
}
