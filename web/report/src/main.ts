import { mount } from "svelte";
import App from "./App.svelte";
import Problem from "./parts/Problem.svelte";
import { parse_report } from "./data/report";
import { draw_all } from "./figures/queue";
import "./style.css";

const target = document.getElementById("page");
const text = document.getElementById("assay-data")?.textContent ?? "";

if (target) {
  target.replaceChildren();
  try {
    const report = parse_report(text);
    document.title = report.title ? `Assay report: ${report.title}` : "Assay report";
    addEventListener("beforeprint", draw_all);
    mount(App, { target, props: { report } });
  } catch (problem) {
    mount(Problem, { target, props: { message: problem instanceof Error ? problem.message : String(problem) } });
  }
}
