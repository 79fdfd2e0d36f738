// The shape of the JSON that the program puts into the page (docs/report.md tells what each field means).
// Tables are columns of equal length; classes are given as positions in `classes`.

export const kVersion = 1;

export interface DataCounts {
  item_count: number;
  worker_count: number;
  label_count: number;
  class_count: number;
  gold_count: number;
  duplicate_count: number;
  contradiction_count: number;
  missing_count: number;
  rejected_count: number;
  labels_per_item: { label_count: number[]; item_count: number[] };
}

export interface Model {
  name: string;
  requested: string;
  citation: string;
  notes: string[];
}

export interface Fit {
  termination: string;
  converged: boolean;
  iterations: number;
  objective_name: string;
  objective: (number | null)[];
  seed: number;
  seconds: number | null;
}

export interface DataQuality {
  accuracy: number | null;
  expected_cost: number | null;
  minimum_cost: number | null;
  quality_expected: number | null;
  quality_minimum: number | null;
}

export interface Classes {
  class: string[];
  prior: (number | null)[];
  share: (number | null)[];
  label_share: (number | null)[];
}

export type Numbers = (number | null)[];

export interface Workers {
  worker: string[];
  rank: number[];
  label_count: number[];
  gold_count: number[];
  quality_expected: Numbers;
  quality_expected_low: Numbers;
  quality_expected_high: Numbers;
  quality_minimum: Numbers;
  quality_minimum_low: Numbers;
  quality_minimum_high: Numbers;
  expected_cost: Numbers;
  minimum_cost: Numbers;
  accuracy: Numbers;
  accuracy_low: Numbers;
  accuracy_high: Numbers;
  flags: string[][];
}

// All workers in the order of their rank, rounded; every step-th one; null when the workers table holds them all.
export interface WorkerPoints {
  step: number;
  label_count: number[];
  quality_expected: Numbers;
  accuracy: Numbers;
}

// Row-major cells [true][given] over confusion_classes, for the first workers of the workers table that have one.
export interface Confusions {
  worker_index: number[];
  probability: Numbers[];
  low: Numbers[];
  high: Numbers[];
  count: Numbers[];
}

export interface Items {
  item: string[];
  label: (number | null)[];
  most_likely_label: (number | null)[];
  posterior: [number, number][][];
  expected_cost: Numbers;
  minimum_cost: Numbers;
  entropy: Numbers;
  label_count: number[];
  truth: (number | null)[];
  votes: [string, number][][];
}

export interface Calibration {
  low: number[];
  high: number[];
  item_count: number[];
  mean_probability: number[];
  accuracy: number[];
  accuracy_low: number[];
  accuracy_high: number[];
}

export interface Evaluation {
  source: "truth" | "gold";
  item_count: number;
  accuracy: number | null;
  macro_precision: number | null;
  macro_recall: number | null;
  macro_f1: number | null;
  log_loss: number | null;
  brier: number | null;
  expected_calibration_error: number | null;
  claimed: DataQuality;
  actual: DataQuality;
  calibration: Calibration;
  classes: { class: string[]; true_count: number[]; decided_count: number[]; precision: Numbers; recall: Numbers; f1: Numbers };
  confusion: number[][];
  worker_rank_correlation: number | null;
  ranked_worker_count: number;
  fewest_truth_labels: number;
  workers: { label_count: number[]; accuracy: Numbers; quality_expected: Numbers };
}

export interface Report {
  format: "assay-report";
  version: number;
  title: string;
  program: string;
  created: string | null;
  pseudonyms: boolean;
  data: DataCounts;
  warnings: string[];
  model: Model;
  fit: Fit;
  options: Record<string, string | number | boolean | null>;
  interval: number;
  costs: number[][] | null;
  zero_one_costs: boolean;
  doubtful: { minimum_cost: number | null; item_count: number };
  data_quality: DataQuality;
  classes: Classes;
  flags: { flag: string[]; worker_count: number[]; label_count: number[] };
  workers: Workers;
  worker_points: WorkerPoints | null;
  confusion_classes: number[];
  confusions: Confusions;
  items: Items;
  item_cost: { low: number[]; high: number[]; item_count: number[] };
  agreement: { krippendorff_alpha: number | null; low: number | null; high: number | null; interval: number } | null;
  evaluation: Evaluation | null;
}

// Reads the embedded text; throws with words for the reader of the page.
export function parse_report(text: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("The data in this file are damaged: they are not complete JSON.");
  }
  const report = value as Partial<Report>;
  if (report?.format !== "assay-report") throw new Error("This file holds no Assay report data.");
  if (report.version !== kVersion)
    throw new Error(`This page shows report data of version ${kVersion}; the file holds version ${report.version}.`);
  return report as Report;
}
