// The worker whose details are shown: a row of the workers table.
export const selection = $state({ worker: 0 });

export function show_worker(index: number, scroll = true): void {
  if (index < 0) return;
  selection.worker = index;
  if (!scroll) return;
  const panel = document.getElementById("worker");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  panel?.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
  panel?.querySelector<HTMLElement>("h3")?.focus({ preventScroll: true });
}
