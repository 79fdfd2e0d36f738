// Opens finished reports in Chromium and fails on console errors, requests, sideways scrolling or axe findings.
// usage: node check/browser.mjs REPORT.html...   exits 77 (skipped) where there is no browser.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const kBrowsers = [process.env.ASSAY_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const kArguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const kWindows = [
  { name: "desktop", width: 1280, height: 900, colorScheme: "light" },
  { name: "desktop dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "phone", width: 360, height: 740, colorScheme: "light" },
  { name: "phone dark", width: 360, height: 740, colorScheme: "dark" },
];
const kMostMilliseconds = Number(process.env.ASSAY_REPORT_MILLISECONDS ?? 0);

const files = process.argv.slice(2);
const executablePath = kBrowsers.find((path) => path && existsSync(path));
if (files.length === 0) stop(2, "usage: node check/browser.mjs REPORT.html...");
if (!executablePath) stop(77, "skipped: no Chromium found (set ASSAY_CHROMIUM to its path)");

const { chromium } = await import("playwright-core").catch((error) => stop(77, `skipped: ${error.message}`));
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: kArguments });
let problem_count = 0;
// The first file is shown in every window, the others on a bright desktop and on a dark phone.
let page_count = 0;
for (const file of files) {
  for (const window of file === files[0] ? kWindows : [kWindows[0], kWindows[3]]) {
    await check(file, window);
    page_count++;
  }
}
await browser.close();
console.log(`${page_count} pages checked, ${problem_count} problems`);
process.exit(problem_count > 0 ? 1 : 0);

async function check(file, { name, width, height, colorScheme }) {
  const problem = (text) => {
    problem_count++;
    console.error(`${file} (${name}): ${text}`);
  };
  // The page's own policy would refuse the checker's script.
  const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
  const page = await context.newPage();
  const address = pathToFileURL(resolve(file)).href;
  page.on("console", (message) => message.type() === "error" && problem(`console: ${message.text()}`));
  page.on("pageerror", (error) => problem(`error: ${error.message}`));
  page.on("request", (request) => request.url() !== address && !request.url().startsWith("data:") && problem(`request: ${request.url()}`));
  const begin = Date.now();
  await page.goto(address);
  await page.waitForSelector("#how");
  const took = Date.now() - begin;
  if (kMostMilliseconds && took > kMostMilliseconds) problem(`took ${took} ms to show`);
  await page.waitForFunction(() => document.querySelectorAll(".drawing:empty").length === 0);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (sideways > 0) problem(`the page is ${sideways} px too wide`);
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  for (const { id, help, nodes } of violations) problem(`axe ${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
  console.log(`${file} (${name}): ${took} ms, ${violations.length} axe findings`);
  await context.close();
}

function stop(code, words) {
  console.error(words);
  process.exit(code);
}
