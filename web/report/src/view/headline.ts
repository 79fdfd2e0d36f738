import type { Report } from "../data/report";
import { count, percent, plural } from "./numbers";

// One paragraph that says what was done and how far the result can be trusted.
export function headline(report: Report): string {
  const { data, data_quality, evaluation } = report;
  const per_item = data.item_count > 0 ? data.label_count / data.item_count : 0;
  const judged = `${plural(data.worker_count, "worker")} gave ${plural(data.label_count, "label")} on ${plural(data.item_count, "item")}, ${per_item.toFixed(1)} an item.`;
  const estimated =
    data_quality.accuracy === null ? "" : ` We estimate that ${percent(data_quality.accuracy)} of the decided labels are right.`;
  if (evaluation === null || evaluation.accuracy === null) return judged + estimated;
  const known = evaluation.source === "gold" ? "gold" : "known truth";
  return `${judged}${estimated} On the ${count(evaluation.item_count)} items with ${known}, ${percent(evaluation.accuracy)} are.`;
}
