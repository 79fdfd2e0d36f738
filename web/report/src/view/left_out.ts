import type { Report } from "../data/report";
import { count } from "./numbers";

// Sentences on what the full results hold and this page does not.
export function left_out(report: Report): string[] {
  const { data, workers, worker_points, confusions, items, confusion_classes } = report;
  const lines: string[] = [];
  const shown = workers.worker.length;
  if (shown < data.worker_count)
    lines.push(
      `Workers: the table holds ${count(shown)} of ${count(data.worker_count)}, the best, the worst and flagged ones; the figures of all workers show how many lie where. All of them are in the workers file.`,
    );
  if (worker_points && worker_points.step > 1)
    lines.push(`The figures of all workers show every ${ordinal(worker_points.step)} worker in the order of rank.`);
  const matrices = confusions.worker_index.length;
  if (matrices < shown) lines.push(`Confusion matrices: ${count(matrices)} of the ${count(data.worker_count)} workers have theirs here; all are in the confusions file.`);
  if (items.item.length < data.item_count)
    lines.push(`Items: the ${count(items.item.length)} most doubtful of ${count(data.item_count)} are listed; all are in the items file.`);
  if (items.votes.length < items.item.length) lines.push(`Votes are shown for the ${count(items.votes.length)} most doubtful items.`);
  if (confusion_classes.length < data.class_count)
    lines.push(`Classes: heat maps show the ${count(confusion_classes.length)} most common of ${count(data.class_count)}; the others are added up as one column.`);
  return lines;
}

function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}
