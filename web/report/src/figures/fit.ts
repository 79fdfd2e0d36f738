import * as Plot from "@observablehq/plot";
import type { Fit } from "../data/report";
import { type Draw, frame } from "./common";

// Objective after each iteration.
export function convergence(fit: Fit): Draw {
  const steps = fit.objective.flatMap((value, at) => (value === null ? [] : [{ iteration: at + 1, objective: value }]));
  return ({ width }) =>
    Plot.plot({
      ...frame(width, 240),
      marginLeft: 72,
      x: { label: "iteration →", ticks: Math.min(10, steps.length), tickFormat: "d" },
      y: { label: "↑ objective", grid: true, ticks: 5, nice: true },
      marks: [
        Plot.line(steps, { x: "iteration", y: "objective", stroke: "var(--accent)", strokeWidth: 2 }),
        Plot.dot(steps.length <= 60 ? steps : [], { x: "iteration", y: "objective", fill: "var(--accent)", r: 2.5 }),
        Plot.tip(steps, Plot.pointerX({ x: "iteration", y: "objective", fill: "var(--panel)", stroke: "var(--rule)" })),
      ],
    });
}
