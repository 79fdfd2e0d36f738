import { createHash } from "node:crypto";
import type { Plugin } from "vite";

// Text that may stand inside <script>: nothing in it can close the element or open a comment.
export function script_safe(code: string): string {
  return code.replace(/<\/(script)/gi, "<\\/$1").replace(/<!--/g, "<\\!--");
}

export function policy(script: string): string {
  const hash = createHash("sha256").update(script, "utf8").digest("base64");
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

// Puts the one script and the one style sheet of the build into index.html, and a policy that allows
// exactly that script. The result is one file, report.html.
export function single_file(): Plugin {
  return {
    name: "single-file",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") throw new Error("the build has no index.html");
      let html = String(page.source);
      for (const [name, part] of Object.entries(bundle)) {
        if (part === page) continue;
        if (part.type === "chunk") html = inline_script(html, name, part.code);
        else if (name.endsWith(".css")) html = inline_style(html, name, String(part.source));
        else throw new Error(`the page may not have a file of its own: ${name}`);
        delete bundle[name];
      }
      page.source = html;
      page.fileName = "report.html";
    },
  };
}

function inline_script(html: string, name: string, code: string): string {
  const script = script_safe(code.trim());
  const tag = new RegExp(`\\s*<script type="module"[^>]*src="[^"]*${escape_pattern(name)}"[^>]*></script>`);
  if (!tag.test(html)) throw new Error(`no script element for ${name}`);
  return html
    .replace(tag, "")
    .replace("<!--policy-->", () => `<meta http-equiv="Content-Security-Policy" content="${policy(script)}">`)
    .replace("<!--script-->", () => `<script type="module">${script}</script>`);
}

function inline_style(html: string, name: string, css: string): string {
  const tag = new RegExp(`\\s*<link rel="stylesheet"[^>]*href="[^"]*${escape_pattern(name)}"[^>]*>`);
  if (!tag.test(html)) throw new Error(`no style element for ${name}`);
  return html.replace(tag, () => `\n<style>${css.trim()}</style>`);
}

function escape_pattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
