import { expect, test } from "vitest";
import { type Column, search_rows, sort_rows, take_page } from "../src/view/table";

const names = ["worker 10", "worker 9", "Ann"];
const scores = [0.5, null, 0.9];
const columns: Column[] = [
  { key: "name", name: "Name", sort: (row) => names[row] ?? "", text: (row) => names[row] ?? "", searchable: true },
  { key: "score", name: "Score", sort: (row) => scores[row] ?? null, text: (row) => String(scores[row]), numeric: true },
];

test("search needs every word, in any case, and looks only into searchable columns", () => {
  expect(search_rows(3, columns, "WORKER")).toEqual([0, 1]);
  expect(search_rows(3, columns, "worker 9")).toEqual([1]);
  expect(search_rows(3, columns, "0.9")).toEqual([]);
  expect(search_rows(3, columns, "  ")).toEqual([0, 1, 2]);
});

test("names sort by their numbers, missing values stay last", () => {
  expect(sort_rows([0, 1, 2], columns, { key: "name", descending: false })).toEqual([2, 1, 0]);
  expect(sort_rows([0, 1, 2], columns, { key: "score", descending: false })).toEqual([0, 2, 1]);
  expect(sort_rows([0, 1, 2], columns, { key: "score", descending: true })).toEqual([2, 0, 1]);
  expect(sort_rows([2, 0, 1], columns, null)).toEqual([2, 0, 1]);
});

test("pages stay inside the table", () => {
  const rows = Array.from({ length: 23 }, (_, row) => row);
  expect(take_page(rows, 2, 10)).toEqual({ rows: [20, 21, 22], page: 2, page_count: 3, first: 21, last: 23 });
  expect(take_page(rows, 99, 10).page).toBe(2);
  expect(take_page([], 5, 10)).toEqual({ rows: [], page: 0, page_count: 1, first: 0, last: 0 });
});
