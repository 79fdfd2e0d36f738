import type { Report } from "../data/report";

export interface Cell {
  true_class: string;
  given_class: string;
  probability: number;
  low: number | null;
  high: number | null;
  count: number | null;
}

export const kOther = "(other classes)";

// The cells of one worker, with a last column for given classes that are not shown; null when not embedded.
export function confusion_cells(report: Report, worker: number): Cell[] | null {
  const at = report.confusions.worker_index.indexOf(worker);
  const probability = report.confusions.probability[at];
  if (at < 0 || !probability) return null;
  const names = shown_classes(report);
  const n = names.length;
  const cells: Cell[] = [];
  for (let i = 0; i < n; i++) {
    let rest = 1;
    for (let j = 0; j < n; j++) {
      const cell = i * n + j;
      const p = probability[cell] ?? 0;
      rest -= p;
      cells.push({
        true_class: names[i] ?? "",
        given_class: names[j] ?? "",
        probability: p,
        low: report.confusions.low[at]?.[cell] ?? null,
        high: report.confusions.high[at]?.[cell] ?? null,
        count: report.confusions.count[at]?.[cell] ?? null,
      });
    }
    if (n < report.data.class_count)
      cells.push({ true_class: names[i] ?? "", given_class: kOther, probability: Math.max(0, rest), low: null, high: null, count: null });
  }
  return cells;
}

export function shown_classes(report: Report): string[] {
  return report.confusion_classes.map((index) => report.classes.class[index] ?? "");
}

export interface SoftLabel {
  given: string;
  share: number;
  truth: { class: string; probability: number }[];
}

// What each answer of a worker stands for: prior x confusion, normalised over the true class.
export function soft_labels(report: Report, worker: number): SoftLabel[] | null {
  const at = report.confusions.worker_index.indexOf(worker);
  const probability = report.confusions.probability[at];
  if (at < 0 || !probability || report.confusion_classes.length < report.data.class_count) return null;
  const names = shown_classes(report);
  const n = names.length;
  return names.map((given, j) => {
    const joint = report.confusion_classes.map((index, i) => (report.classes.prior[index] ?? 0) * (probability[i * n + j] ?? 0));
    const share = joint.reduce((sum, value) => sum + value, 0);
    const truth = joint
      .map((value, i) => ({ class: names[i] ?? "", probability: share > 0 ? value / share : 0 }))
      .sort((a, b) => b.probability - a.probability);
    return { given, share, truth };
  });
}

// Decided against true classes as shares of each true class.
export function truth_cells(classes: readonly string[], confusion: readonly number[][]): Cell[] {
  return confusion.flatMap((row, i) => {
    const total = row.reduce((sum, value) => sum + value, 0);
    return row.map((value, j) => ({
      true_class: classes[i] ?? "",
      given_class: classes[j] ?? "",
      probability: total > 0 ? value / total : 0,
      low: null,
      high: null,
      count: value,
    }));
  });
}
