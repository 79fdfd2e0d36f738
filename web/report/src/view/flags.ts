// Worker flags: what each one means in words, and what to do about it.

export interface FlagMeaning {
  flag: string;
  name: string;
  meaning: string;
  advice: string;
  symbol: "circle" | "times" | "diamond" | "triangle" | "square" | "star";
  color: string;
}

// In the order of urgency: a worker with several flags is drawn as the first of them.
export const kFlags: readonly FlagMeaning[] = [
  {
    flag: "adversarial",
    name: "adversarial",
    meaning: "Right less often than by chance: even the high end of the accuracy interval lies below it.",
    advice: "Usually a misread instruction or swapped classes. The labels still inform the result once the swap is known; ask the worker before paying less.",
    symbol: "triangle",
    color: "var(--flag-adversarial)",
  },
  {
    flag: "colluding",
    name: "colluding",
    meaning: "Shares the errors of another worker more often than chance allows.",
    advice: "The two do not count as independent opinions. Look at their common items before trusting an agreement between them.",
    symbol: "square",
    color: "var(--flag-colluding)",
  },
  {
    flag: "spammer",
    name: "spammer",
    meaning: "What this worker answers says next to nothing about the true class: the rows of the confusion matrix can't be told apart, or the high end of the quality interval is below 0.1.",
    advice: "The labels hardly change the result. Read some of them before you decide anything: unclear instructions look the same.",
    symbol: "times",
    color: "var(--flag-spammer)",
  },
  {
    flag: "drifting",
    name: "drifting",
    meaning: "The error rate of the late labels differs from that of the early ones.",
    advice: "Look at the labels in the order of time: fatigue, a changed instruction, or learning.",
    symbol: "star",
    color: "var(--flag-drifting)",
  },
  {
    flag: "biased",
    name: "biased",
    meaning: "Often wrong, but consistently so: low accuracy together with high quality.",
    advice: "A valuable worker. The bias is corrected in the result; an example in the instructions may remove it.",
    symbol: "diamond",
    color: "var(--flag-biased)",
  },
];

export const kNoFlag: FlagMeaning = {
  flag: "",
  name: "no flag",
  meaning: "Nothing unusual.",
  advice: "",
  symbol: "circle",
  color: "var(--flag-none)",
};

export function meaning_of(flag: string): FlagMeaning {
  return kFlags.find((known) => known.flag === flag) ?? { ...kNoFlag, flag, name: flag, meaning: "Flag set by the program." };
}

export function main_flag(flags: readonly string[] | undefined): FlagMeaning {
  if (!flags || flags.length === 0) return kNoFlag;
  return kFlags.find((known) => flags.includes(known.flag)) ?? meaning_of(flags[0] ?? "");
}
