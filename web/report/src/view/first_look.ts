import type { Report } from "../data/report";
import { count, decimal, percent, plural } from "./numbers";

export interface Finding {
  text: string;
  target: string;
}

// What deserves attention, the most consequential first.
export function first_look(report: Report): Finding[] {
  return [fit, optimism, spammers, adversaries, colluders, doubt, thin_items, few_labels, biased, contradictions, warnings].flatMap(
    (rule) => rule(report) ?? [],
  );
}

type Rule = (report: Report) => Finding | null;

const fit: Rule = ({ fit }) =>
  fit.converged
    ? null
    : { text: `The fit stopped before it settled (${fit.termination}). Allow more iterations before you use these numbers.`, target: "fit" };

const optimism: Rule = ({ evaluation }) => {
  if (!evaluation || evaluation.accuracy === null || evaluation.claimed.accuracy === null) return null;
  const gap = evaluation.claimed.accuracy - evaluation.accuracy;
  const chance = 2 * Math.sqrt((evaluation.accuracy * (1 - evaluation.accuracy)) / evaluation.item_count);
  if (Math.abs(gap) < Math.max(0.03, chance)) return null;
  const words = gap > 0 ? "more optimistic than the truth allows: workers may share their mistakes" : "more cautious than it need be";
  return {
    text: `On items with known truth the estimated accuracy (${percent(evaluation.claimed.accuracy)}) differs from the measured one (${percent(evaluation.accuracy)}): the model is ${words}.`,
    target: "truth",
  };
};

function flagged(report: Report, flag: string): { workers: number; share: number } | null {
  const at = report.flags.flag.indexOf(flag);
  const workers = report.flags.worker_count[at] ?? 0;
  if (at < 0 || workers === 0) return null;
  return { workers, share: (report.flags.label_count[at] ?? 0) / Math.max(1, report.data.label_count) };
}

function flag_rule(flag: string, text: (workers: number, share: string) => string): Rule {
  return (report) => {
    const found = flagged(report, flag);
    return found && { text: text(found.workers, percent(found.share)), target: "workers" };
  };
}

const spammers = flag_rule(
  "spammer",
  (workers, share) => `${plural(workers, "worker")} can't be told from ${workers === 1 ? "a spammer" : "spammers"}: ${share} of the labels say next to nothing.`,
);
const adversaries = flag_rule(
  "adversarial",
  (workers, share) => `${plural(workers, "worker")} answer${workers === 1 ? "s" : ""} below chance (${share} of the labels): swapped classes or a misread instruction.`,
);
const colluders = flag_rule("colluding", (workers) => `${plural(workers, "worker")} share${workers === 1 ? "s" : ""} errors with another more than chance allows.`);
const biased = flag_rule(
  "biased",
  (workers) => `${plural(workers, "worker")} ${workers === 1 ? "is" : "are"} often wrong but consistent. Their labels are worth keeping: the bias is corrected.`,
);

const doubt: Rule = ({ doubtful, data, zero_one_costs }) => {
  const items = doubtful.item_count;
  if (items === 0) return null;
  const words = zero_one_costs
    ? "is wrong with a probability of a quarter or more"
    : `costs ${decimal(doubtful.minimum_cost, 2)} or more, a quarter of the most that one can cost`;
  return {
    text: `${plural(items, "item")} (${percent(items / data.item_count)}) ${items === 1 ? "is" : "are"} in doubt: the decision ${words}.`,
    target: "items",
  };
};

const thin_items: Rule = ({ data }) => {
  const at = data.labels_per_item.label_count.indexOf(1);
  const single = at < 0 ? 0 : (data.labels_per_item.item_count[at] ?? 0);
  if (single === 0) return null;
  return { text: `${plural(single, "item")} (${percent(single / data.item_count)}) rest${single === 1 ? "s" : ""} on one label.`, target: "data" };
};

const few_labels: Rule = ({ data }) => {
  const mean = data.worker_count > 0 ? data.label_count / data.worker_count : 0;
  if (mean >= 10 || data.worker_count === 0) return null;
  return { text: `Workers gave ${mean.toFixed(1)} labels each on average: their intervals are wide.`, target: "workers" };
};

const contradictions: Rule = ({ data }) =>
  data.contradiction_count > 0
    ? { text: `${count(data.contradiction_count)} times a worker gave the same item two different classes.`, target: "data" }
    : null;

const warnings: Rule = ({ warnings }) =>
  warnings.length > 0 ? { text: `The program gave ${plural(warnings.length, "warning")}.`, target: "data" } : null;
