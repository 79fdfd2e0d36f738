import type { Report } from "../data/report";

export interface VoteGroup {
  class: string;
  label: number;
  workers: { name: string; index: number }[];
}

// The votes of one item, grouped by class, the largest group first. index: row in the workers table, or -1.
export function vote_groups(report: Report, item: number, find_worker: (name: string) => number): VoteGroup[] {
  const groups = new Map<number, VoteGroup>();
  for (const [name, label] of report.items.votes[item] ?? []) {
    let group = groups.get(label);
    if (!group) {
      group = { class: report.classes.class[label] ?? "?", label, workers: [] };
      groups.set(label, group);
    }
    group.workers.push({ name, index: find_worker(name) });
  }
  return [...groups.values()].sort((a, b) => b.workers.length - a.workers.length || a.label - b.label);
}

export function worker_finder(report: Report): (name: string) => number {
  const index = new Map(report.workers.worker.map((name, at) => [name, at]));
  return (name) => index.get(name) ?? -1;
}
