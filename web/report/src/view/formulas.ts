// How each number on the page is computed. π: prior, C: confusion matrix C[true][given] of a worker, p: posterior
// of an item, c: cost matrix c[true][decided].

export interface Formula {
  name: string;
  words: string;
  formula: string;
}

export const kFormulas = {
  label_count: {
    name: "Number of labels",
    words: "Labels that took part in the estimate, after the rules for duplicates and missing answers.",
    formula: "n = number of rows kept",
  },
  share: {
    name: "Share of a class",
    words: "Mean probability of the class over all items.",
    formula: "share(i) = mean over items of p(i)",
  },
  prior: {
    name: "Prior",
    words: "Probability of a class before any label is seen: estimated, or as given. Gold that was chosen on purpose is left out.",
    formula: "π(i) = (a(i) + Σ p(i)) / Σ over classes (a + Σ p)",
  },
  posterior: {
    name: "Probability of a class",
    words: "Bayes: the prior times what each label says, with the error rates of the worker who gave it. A model may add to this (difficulty of items, correlated workers, a share of the vote): its notes stand under Fit.",
    formula: "p(i) ∝ π(i) · Π over labels l of worker k: C_k[i][l]",
  },
  confusion: {
    name: "Error rates (confusion matrix)",
    words: "How often a worker answers each class when the row's class is the true one. The truth is uncertain, so it is drawn many times: n counts the worker's labels under one draw. λ is what the crowd says of a worker who has not labelled anything, so that one with few labels stays near the crowd. (Dawid-Skene without pseudo-counts: the model's own rates.)",
    formula: "C[i][j] = mean over draws of (n[i][j] + λ[i][j]) / row sum",
  },
  soft_label: {
    name: "What a label stands for",
    words: "The true class behind an answer of this worker, by Bayes with the worker's error rates.",
    formula: "soft(l)(i) = π(i) · C[i][l] / Σ over q of π(q) · C[q][l]",
  },
  expected_cost: {
    name: "Expected cost",
    words: "Cost of a decision drawn at random from the probabilities. For a worker: the mean over his soft labels.",
    formula: "Σ over i, j of p(i) · p(j) · c[i][j]",
  },
  minimum_cost: {
    name: "Minimum cost",
    words: "Cost of the best decision. With costs 0 and 1 it is the probability that the decision is wrong. For a worker: the mean over his soft labels.",
    formula: "min over j of Σ over i of p(i) · c[i][j]",
  },
  quality_expected: {
    name: "Quality (expected)",
    words: "1 for a worker whose labels settle the truth, 0 for a spammer who draws answers from the prior. Bias that can be undone costs nothing. The interval carries the uncertainty of the error rates and of the truth.",
    formula: "1 − expected cost(worker) / Σ over i, j of π(i) · π(j) · c[i][j]",
  },
  quality_minimum: {
    name: "Quality (minimum)",
    words: "The same with the best decision for each label, against the spammer who always gives the one best class. Zero when no single label of this worker would change a decision.",
    formula: "1 − minimum cost(worker) / min over j of Σ over i of π(i) · c[i][j]",
  },
  worker_accuracy: {
    name: "Accuracy of a worker",
    words: "Probability that the worker's answer is the true class. It rewards answering the most common class; quality does not.",
    formula: "Σ over i of π(i) · C[i][i]",
  },
  rank: {
    name: "Rank",
    words: "1 is best: by quality (expected), then quality (minimum), number of labels, name.",
    formula: "position in that order",
  },
  estimated_accuracy: {
    name: "Estimated accuracy",
    words: "Mean probability of the decided class, without using any truth.",
    formula: "mean over items of p(decided)",
  },
  data_quality: {
    name: "Data quality",
    words: "1 when every item is certain, 0 when the labels tell no item from another.",
    formula: "1 − mean over items of cost(p) / cost(mean of p)",
  },
  entropy: {
    name: "Entropy",
    words: "Uncertainty about the item's class in nats: 0 when certain.",
    formula: "−Σ over i of p(i) · ln p(i)",
  },
  agreement: {
    name: "Krippendorff's alpha",
    words: "Agreement of the raw labels beyond chance: 1 is perfect, 0 is what chance gives.",
    formula: "1 − observed disagreement / disagreement expected by chance",
  },
  objective: {
    name: "Objective",
    words: "How likely the model makes the labels; models that maximise it add the log prior of their parameters, and never let it fall.",
    formula: "Σ over items of ln Σ over i of π(i) · Π C[i][l]  +  ln prior",
  },
  accuracy: {
    name: "Accuracy",
    words: "Share of items with known truth whose decided label is right.",
    formula: "right / items with truth",
  },
  precision: { name: "Precision", words: "Of the items decided as the class, the share that truly are.", formula: "right / decided" },
  recall: { name: "Recall", words: "Of the items that truly are the class, the share that was decided so.", formula: "right / true" },
  rank_correlation: {
    name: "Rank correlation",
    words: "Do the workers stand in the right order? 1 when the estimated order is that of the truth, 0 when they have nothing in common (Spearman).",
    formula: "correlation of the ranks by estimated and by true quality",
  },
  f1: { name: "F1", words: "Harmonic mean of precision and recall; the macro value is the plain mean over classes.", formula: "2 · precision · recall / (precision + recall)" },
  log_loss: { name: "Log loss", words: "Punishes confident errors; 0 is perfect.", formula: "−mean of ln p(true class)" },
  brier: { name: "Brier score", words: "Squared distance between probabilities and truth; 0 is perfect, 2 the worst.", formula: "mean of Σ over i of (p(i) − [i is true])²" },
  calibration: {
    name: "Expected calibration error",
    words: "Mean distance between stated probability and share that is right, weighted by the number of items in each bin.",
    formula: "Σ over bins of (n / N) · |accuracy − mean probability|",
  },
} as const satisfies Record<string, Formula>;

export type FormulaKey = keyof typeof kFormulas;
