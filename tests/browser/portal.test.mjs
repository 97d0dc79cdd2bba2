// The portal in a real browser, page by page: every page that a role can reach by links answers, has one main heading,
// breaks no rule of accessibility, fits a desk and a telephone, and asks for nothing that its policy forbids.
// journeys.test.mjs walks each role's whole way.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { demonstration, faults, picture, signIn, stranger, violations, visitor } from "./support.mjs";

// Pages of one kind are looked at twice, not a hundred times.
const OF_A_KIND = 2;

let demo;

before(async () => {
  demo = await demonstration();
});

after(() => demo?.stop());

// Every page of the portal, as its table of rights lists them: `/agencies/{agency}/figures`.
const RIGHTS = readFileSync(new URL("../suite/portal_rights.txt", import.meta.url), "utf8");
const PATTERNS = [...RIGHTS.matchAll(/^GET (\S+) : /gm)].map(([, path]) => path);

/** Whether an address is of a pattern, part for part; `*` takes what is left. */
function fits(pattern, path) {
  const [wanted, parts] = [pattern.split("/"), path.split("/")];
  const takesRest = wanted.at(-1).startsWith("{*");
  if (takesRest ? parts.length < wanted.length : parts.length !== wanted.length) return false;
  return wanted.every((part, at) => part.startsWith("{") || part === parts[at]);
}

/** What kind of page an address leads to: the pattern that fits with the fewest names in it. */
const kind = (path) =>
  PATTERNS.filter((pattern) => fits(pattern, path.split("?")[0]))
    .sort((a, b) => a.split("{").length - b.split("{").length || a.includes("{*") - b.includes("{*"))[0] ?? path;

/** Every page that can be reached by links from the first; downloads are only asked for. */
async function walk(role) {
  const { context, page, complaints } = await visitor(demo, role);
  const wrong = [];
  const seen = new Set();
  const kinds = new Map();
  const open = [new URL(page.url()).pathname, "/help", "/accessibility", "/privacy", "/account"];
  while (open.length > 0) {
    const path = open.shift();
    const count = kinds.get(kind(path)) ?? 0;
    if (seen.has(path) || count >= OF_A_KIND) continue;
    // Analysts reach the board's pages too, which are the same for them.
    if (role === "analyst" && path.startsWith("/board/")) continue;
    seen.add(path);
    kinds.set(kind(path), count + 1);
    const asked = await context.request.get(path, { maxRedirects: 5 });
    if (asked.status() >= 400) {
      wrong.push(`${path}: ${asked.status()}`);
      continue;
    }
    const type = asked.headers()["content-type"] ?? "";
    const saved = asked.headers()["content-disposition"] ?? "";
    if (!type.startsWith("text/html") || saved.startsWith("attachment")) continue;
    await page.goto(path);
    // The report that a run publishes has checks of its own (report.test.mjs).
    if ((await page.locator(".portal-header").count()) === 0) continue;
    for (const line of await faults(page)) wrong.push(`${path}: ${line}`);
    await picture(page, `${role}${path.replaceAll("/", "_")}`);
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href));
    for (const link of links) {
      const address = new URL(link);
      if (address.origin === demo.origin) open.push(address.pathname + address.search);
    }
  }
  await context.close();
  return { seen: [...seen], wrong, complaints };
}

for (const role of ["agency", "analyst", "board", "administrator"]) {
  test(`every page that ${role} reaches by links answers, has one main heading and breaks no rule`, async (t) => {
    const { seen, wrong, complaints } = await walk(role);
    t.diagnostic(`${seen.length} addresses`);
    assert.ok(seen.length >= 8, `${seen.length} pages: ${seen.join(" ")}`);
    assert.deepEqual([...wrong, ...complaints], []);
  });
}

test("nobody gets in without an account, and is told nothing more", async () => {
  const { context, page } = await stranger(demo);
  await page.goto("/analyst/runs");
  assert.match(page.url(), /\/sign-in\?next=/);
  assert.deepEqual(await faults(page), []);
  const refusal = page.locator(".govuk-error-summary");
  await signIn(page, { email: demo.accounts.analyst.email, password: "not the right password" });
  const known = await refusal.innerText();
  assert.deepEqual(await violations(page), []);
  await signIn(page, { email: "nobody@demo.example", password: "not the right password" });
  assert.equal(await refusal.innerText(), known, "unknown and known are alike");
  await context.close();
});
