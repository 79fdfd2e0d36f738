import { expect, test } from "vitest";
import { policy, script_safe } from "../plugins/single_file";

test("a script can neither close its element nor open a comment", () => {
  const safe = script_safe('a = "</script><!--"');
  expect(safe).not.toMatch(/<\/script/i);
  expect(safe).not.toContain("<!--");
});

test("the policy allows the one script and nothing from outside", () => {
  const text = policy("let a = 1;");
  expect(text).toContain("default-src 'none'");
  expect(text).toMatch(/script-src 'sha256-[A-Za-z0-9+/]{43}='/);
  expect(text).not.toContain("http");
});
