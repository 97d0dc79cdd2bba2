// The portal in a real browser: each role's whole way on the sample county, and every page that a role can reach by
// links: it answers, has one main heading, breaks no rule of accessibility and asks for nothing that its policy forbids.
// `run.sh` names the program in LSCB_PROGRAM.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

// The packages lie outside the clone, where an `import` by name would not find them.
const require = createRequire(join(process.env.LSCB_BROWSER_MODULES, "from-here.js"));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const DESKTOP = { width: 1200, height: 900 };
const TELEPHONE = { width: 390, height: 844 };
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
// Where pictures are kept, if somebody wants to look at them.
const PICTURES = process.env.LSCB_PICTURES;

let browser;
let work;
let portal;
let origin;
const accounts = {};

before(async () => {
  work = mkdtempSync(join(tmpdir(), "lscb-portal-"));
  if (PICTURES) mkdirSync(PICTURES, { recursive: true });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  portal = spawn(process.env.LSCB_PROGRAM, ["serve", "--demo", join(work, "demo"), "--listen", "127.0.0.1:0"]);
  origin = await new Promise((tell, fail) => {
    let said = "";
    portal.stderr.on("data", (data) => {
      said += data;
      const address = said.match(/listens on (http:\S+)/);
      if (!address) return;
      for (const line of said.split("\n")) {
        const found = line.match(/^(agency|analyst|board|administrator)\s+(\S+@\S+)\s+(\S+)$/);
        if (found) accounts[found[1]] = { email: found[2], password: found[3] };
      }
      tell(address[1]);
    });
    portal.on("exit", (code) => fail(new Error(`the portal ended with ${code}: ${said.slice(-2000)}`)));
  });
});

after(async () => {
  await browser?.close();
  portal?.removeAllListeners("exit");
  portal?.kill("SIGTERM");
  rmSync(work, { recursive: true, force: true });
});

/** A page of somebody who is signed in, with what the browser complained of. */
async function visitor(role, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, baseURL: origin, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
  await page.goto("/");
  await page.getByLabel("E-mail address").fill(accounts[role].email);
  await page.getByLabel("Password", { exact: true }).fill(accounts[role].password);
  await page.getByRole("button", { name: /sign in|continue/i }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return { context, page, complaints };
}

async function violations(page) {
  const found = await new AxeBuilder({ page }).withTags(LEVELS).setLegacyMode(true).analyze();
  assert.ok(found.passes.length > 0, "the tool looked at something");
  return found.violations.map((v) => {
    const places = v.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`);
    return `${v.id} (${v.nodes.length} places): ${v.help}\n  ${places.join("\n  ")}`;
  });
}

/** What kind of page an address leads to: pages of one kind are looked at once or twice, not a hundred times. */
const kind = (path) =>
  path.split("/").map((part, at) => (at > 2 || /\d/.test(part) ? "*" : part)).join("/");

/** Every page that can be reached by links from the first, each kind at most twice; downloads are only asked for. */
async function walk(role) {
  const { context, page, complaints } = await visitor(role);
  const wrong = [];
  const seen = new Set();
  const kinds = new Map();
  const open = [new URL(page.url()).pathname, "/help", "/accessibility", "/privacy", "/account"];
  while (open.length > 0) {
    const path = open.shift();
    const count = kinds.get(kind(path)) ?? 0;
    if (seen.has(path) || count >= 2) continue;
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
    const headings = await page.locator("h1").count();
    if (headings !== 1) wrong.push(`${path}: ${headings} main headings`);
    for (const line of await violations(page)) wrong.push(`${path}: ${line}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
    if (wide) wrong.push(`${path}: wider than the window`);
    await page.setViewportSize(TELEPHONE);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
    if (wider) wrong.push(`${path}: wider than a telephone`);
    await page.setViewportSize(DESKTOP);
    if (PICTURES) {
      const name = `${role}${path.replaceAll("/", "_")}.png`;
      await page.screenshot({ path: join(PICTURES, name), fullPage: true });
    }
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.href));
    for (const link of links) {
      const address = new URL(link);
      if (address.origin === origin && !address.pathname.startsWith("/sign-out")) open.push(address.pathname);
    }
  }
  await context.close();
  return { seen: [...seen], wrong, complaints };
}

for (const role of ["agency", "analyst", "board", "administrator"]) {
  test(`every page that ${role} reaches by links answers, has one main heading and breaks no rule`, async () => {
    const { seen, wrong, complaints } = await walk(role);
    assert.ok(seen.length >= 8, `${seen.length} pages: ${seen.join(" ")}`);
    assert.deepEqual([...wrong, ...complaints], []);
  });
}

test("nobody gets in without an account, and is told nothing more", async () => {
  const context = await browser.newContext({ viewport: DESKTOP, baseURL: origin });
  const page = await context.newPage();
  await page.goto("/analyst/runs");
  assert.match(page.url(), /\/sign-in\?next=/);
  assert.deepEqual(await violations(page), []);
  await page.getByLabel("E-mail address").fill(accounts.analyst.email);
  await page.getByLabel("Password", { exact: true }).fill("not the right password");
  await page.getByRole("button", { name: /sign in|continue/i }).click();
  const known = await page.locator(".govuk-error-summary").innerText();
  assert.deepEqual(await violations(page), []);
  await page.getByLabel("E-mail address").fill("nobody@demo.example");
  await page.getByLabel("Password", { exact: true }).fill("not the right password");
  await page.getByRole("button", { name: /sign in|continue/i }).click();
  assert.equal(await page.locator(".govuk-error-summary").innerText(), known, "unknown and known are alike");
  await context.close();
});
