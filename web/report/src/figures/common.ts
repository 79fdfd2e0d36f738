import type * as Plot from "@observablehq/plot";

// Above this many points a scatter plot turns into hexagons coloured by count.
export const kMostPoints = 2500;

export interface FigureContext {
  width: number;
  on_pick?: (index: number) => void;
}

export type Draw = (context: FigureContext) => Element;

export function frame(width: number, height: number): Partial<Plot.PlotOptions> {
  const narrow = width < 480;
  return {
    width,
    height,
    marginLeft: narrow ? 40 : 52,
    marginRight: narrow ? 12 : 20,
    marginBottom: 40,
    marginTop: 24,
    style: { fontSize: "12px", overflow: "visible" },
  };
}

const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

// Ticks of an axis that counts: short, and only at whole numbers.
export function count_tick(value: number): string {
  return Number.isInteger(value) ? short.format(value) : "";
}

// Tells the caller which row was clicked: Plot keeps the pointed-at datum in the figure's value.
export function pickable(figure: Element, context: FigureContext): Element {
  const pick = context.on_pick;
  if (!pick) return figure;
  figure.classList.add("pickable");
  figure.addEventListener("click", () => {
    const datum = (figure as Element & { value?: { index?: number } | null }).value;
    if (datum?.index !== undefined) pick(datum.index);
  });
  return figure;
}
