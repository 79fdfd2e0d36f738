import { expect, test } from "vitest";
import { count, decimal, interval, percent, plural, seconds } from "../src/view/numbers";

test("missing numbers are dashes", () => {
  for (const missing of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(count(missing)).toBe("–");
    expect(percent(missing)).toBe("–");
    expect(decimal(missing)).toBe("–");
  }
  expect(interval(0.1, null)).toBe("–");
});

test("a share that is not all does not read as all", () => {
  expect(percent(1)).toBe("100.0 %");
  expect(percent(0.99999)).toBe("> 99.9 %");
  expect(percent(0.00001)).toBe("< 0.1 %");
  expect(percent(0)).toBe("0.0 %");
  expect(percent(0.125, 0)).toBe("13 %");
});

test("numbers are grouped, minus signs are signs and zero has none", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect(decimal(-0.25, 2)).toBe("−0.25");
  expect(decimal(-0.0001, 2)).toBe("0.00");
});

test("words and units", () => {
  expect(plural(1, "worker")).toBe("1 worker");
  expect(plural(2, "worker")).toBe("2 workers");
  expect(seconds(0.0214)).toBe("21 ms");
  expect(seconds(1.5)).toBe("1.50 s");
});
