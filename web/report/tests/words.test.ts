import { describe, expect, test } from "vitest";
import { first_look } from "../src/view/first_look";
import { kFlags, main_flag, meaning_of } from "../src/view/flags";
import { headline } from "../src/view/headline";
import { left_out } from "../src/view/left_out";
import { evaluation, sample } from "./sample";

describe("headline", () => {
  test("tells counts and the estimate", () => {
    expect(headline(sample())).toBe(
      "3 workers gave 12 labels on 4 items, 3.0 an item. We estimate that 95.0 % of the decided labels are right.",
    );
  });
  test("leaves out what is not known", () => {
    const report = sample();
    report.data_quality.accuracy = null;
    report.data.item_count = 0;
    expect(headline(report)).toBe("3 workers gave 12 labels on 0 items, 0.0 an item.");
  });
});

describe("first look", () => {
  const texts = (report = sample()) => first_look(report).map((finding) => finding.text).join("\n");
  test("names spammers, doubtful items and thin data", () => {
    expect(texts()).toContain("1 worker can't be told from a spammer: 33.3 % of the labels");
    expect(texts()).toContain("1 item (25.0 %) is in doubt: the decision is wrong with a probability of a quarter or more");
    expect(texts()).toContain("4.0 labels each on average");
  });
  test("a fit that did not settle comes first", () => {
    const report = sample();
    report.fit.converged = false;
    report.fit.termination = "max_iterations";
    expect(first_look(report)[0]?.text).toContain("max_iterations");
  });
  test("a claim that the truth contradicts is named, chance is not", () => {
    const report = sample();
    report.evaluation = evaluation(0.8, 0.95, 1000);
    expect(texts(report)).toContain("more optimistic");
    report.evaluation = evaluation(0.8, 0.95, 10);
    expect(texts(report)).not.toContain("optimistic");
  });
  test("with other costs a cost is not called a probability", () => {
    const report = sample();
    report.zero_one_costs = false;
    report.doubtful = { minimum_cost: 0.75, item_count: 1 };
    expect(texts(report)).not.toContain("probability");
    expect(texts(report)).toContain("1 item (25.0 %) is in doubt: the decision costs 0.75 or more, a quarter of the most");
  });
});

describe("flags", () => {
  test("the most urgent one decides the mark", () => {
    expect(main_flag(["biased", "adversarial"]).flag).toBe("adversarial");
    expect(main_flag([]).flag).toBe("");
    expect(main_flag(["new_kind"]).name).toBe("new_kind");
  });
  test("every flag has words and a mark of its own", () => {
    expect(new Set(kFlags.map((flag) => flag.symbol)).size).toBe(kFlags.length);
    for (const flag of kFlags) expect(meaning_of(flag.flag).advice).not.toBe("");
  });
});

describe("left out", () => {
  test("says how much is missing", () => {
    const report = sample();
    report.data.worker_count = 100000;
    report.data.item_count = 50;
    const lines = left_out(report).join("\n");
    expect(lines).toContain("3 of 100,000, the best");
    expect(lines).toContain("4 most doubtful of 50");
    expect(lines).toContain("1 most doubtful item");
  });
});
