// Drawings wait here for their turn, one a task of the event loop, so that the page can be read and used meanwhile.

const waiting: (() => void)[] = [];
let running = false;

export function draw_soon(drawing: () => void): void {
  waiting.push(drawing);
  if (running) return;
  running = true;
  setTimeout(draw_next);
}

function draw_next(): void {
  waiting.shift()?.();
  running = waiting.length > 0;
  if (running) setTimeout(draw_next);
}

// Paper does not wait.
export function draw_all(): void {
  while (waiting.length > 0) waiting.shift()?.();
}
