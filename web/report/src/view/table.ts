// Search, sorting and paging of a table whose rows are positions 0..n-1 in column arrays.

export interface Column {
  key: string;
  name: string;
  sort: (row: number) => number | string | null;
  text: (row: number) => string;
  numeric?: boolean;
  formula?: string;
  searchable?: boolean;
}

export interface Order {
  key: string;
  descending: boolean;
}

export function search_rows(row_count: number, columns: readonly Column[], query: string): number[] {
  const rows = Array.from({ length: row_count }, (_, row) => row);
  const words = query.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  const searched = columns.filter((column) => column.searchable);
  return rows.filter((row) => {
    const text = searched.map((column) => column.text(row)).join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

// Stable; missing values come last in either direction.
export function sort_rows(rows: readonly number[], columns: readonly Column[], order: Order | null): number[] {
  const column = columns.find((candidate) => candidate.key === order?.key);
  if (!column || !order) return [...rows];
  const sign = order.descending ? -1 : 1;
  const keyed = rows.map((row) => ({ row, value: column.sort(row) }));
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
    return sign * compare(a.value, b.value);
  });
  return keyed.map(({ row }) => row);
}

const collator = new Intl.Collator("en", { numeric: true });

function compare(a: number | string, b: number | string): number {
  return typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b));
}

export interface Page {
  rows: number[];
  page: number;
  page_count: number;
  first: number;
  last: number;
}

export function take_page(rows: readonly number[], page: number, size: number): Page {
  const page_count = Math.max(1, Math.ceil(rows.length / size));
  const at = Math.min(Math.max(0, page), page_count - 1);
  const shown = rows.slice(at * size, (at + 1) * size);
  return { rows: shown, page: at, page_count, first: shown.length ? at * size + 1 : 0, last: at * size + shown.length };
}
