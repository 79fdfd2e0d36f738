import { describe, expect, test } from "vitest";
import { parse_report } from "../src/data/report";
import { sample } from "./sample";

describe("parse_report", () => {
  test("takes its own version", () => {
    expect(parse_report(JSON.stringify(sample())).title).toBe("labels.csv");
  });
  test("says what is wrong with other text", () => {
    expect(() => parse_report("{")).toThrow("not complete JSON");
    expect(() => parse_report("null")).toThrow("no Assay report");
    expect(() => parse_report('{"format":"other"}')).toThrow("no Assay report");
    expect(() => parse_report('{"format":"assay-report","version":2}')).toThrow("version 2");
  });
});
