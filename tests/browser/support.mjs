// What the tests of the portal share: the demonstration, started on a port of its own; a browser; people who are signed
// in; and the rules that every page keeps.
// `run.sh` names the program in LSCB_PROGRAM, the browser in CHROMIUM, the packages in LSCB_BROWSER_MODULES, and in
// LSCB_DEMO a folder with a demonstration to copy (`county`) and what was said of its accounts (`accounts`).

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

// The packages lie outside the clone, where an `import` by name would not find them.
const require = createRequire(join(process.env.LSCB_BROWSER_MODULES, "from-here.js"));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

export const DESKTOP = { width: 1200, height: 900 };
export const TELEPHONE = { width: 390, height: 844 };
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];
// How long a page may take to do what is waited for, in ms: a busy machine needs some of it, a fault all of it.
const PATIENCE = 10_000;
// Where pictures are kept, if somebody wants to look at them.
const PICTURES = process.env.LSCB_PICTURES;

/** The sample county with its report released and one account a role, served on a port of its own, and a browser. */
export async function demonstration() {
  const work = mkdtempSync(join(tmpdir(), "lscb-portal-"));
  const folder = join(work, "county");
  if (PICTURES) mkdirSync(PICTURES, { recursive: true });
  cpSync(join(process.env.LSCB_DEMO, "county"), folder, { recursive: true, verbatimSymlinks: true });
  const accounts = {};
  for (const line of readFileSync(join(process.env.LSCB_DEMO, "accounts"), "utf8").split("\n")) {
    const found = line.match(/^(agency|analyst|board|administrator)\s+(\S+@\S+)\s+(\S+)$/);
    if (found) accounts[found[1]] = { email: found[2], password: found[3] };
  }
  const program = spawn(process.env.LSCB_PROGRAM, ["serve", "--demo", folder, "--listen", "127.0.0.1:0"]);
  let said = "";
  program.stderr.on("data", (data) => (said += data));
  const origin = await new Promise((tell, fail) => {
    program.stderr.on("data", () => {
      const address = said.match(/listens on (http:\S+)/);
      if (address) tell(address[1]);
    });
    program.on("exit", (code) => fail(new Error(`the portal ended with ${code}: ${said.slice(-2000)}`)));
  });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
  const stop = async () => {
    await browser.close();
    program.removeAllListeners("exit");
    const ended = new Promise((tell) => program.on("exit", tell));
    program.kill("SIGTERM");
    await ended;
    rmSync(work, { recursive: true, force: true });
  };
  return { work, folder, origin, accounts, browser, stop };
}

/** A page of nobody yet; `complaints` are what the browser found wrong with what it was given. */
export async function stranger(demo, options = {}) {
  const context = await demo.browser.newContext({ viewport: DESKTOP, baseURL: demo.origin, ...options });
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // A form that is shown again comes with 422, of which the console tells as of any status above 399.
    const refused = /Failed to load resource: the server responded with a status of (422|429)/.test(message.text());
    if (message.type() === "error" && !refused) complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
  return { context, page, complaints };
}

/** Fills in the form at /sign-in, which the page shows, and sends it. */
export async function signIn(page, { email, password }) {
  await page.getByLabel("Email address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A page of somebody who is signed in and stands at where the role begins. */
export async function visitor(demo, role, options = {}) {
  const found = await stranger(demo, options);
  await found.page.goto("/");
  await signIn(found.page, demo.accounts[role]);
  await found.page.getByRole("button", { name: "Sign out" }).waitFor();
  return found;
}

/** What axe-core finds wrong with a page as it is now; one line a rule, with the first places. */
export async function violations(page) {
  const found = await new AxeBuilder({ page }).withTags(LEVELS).setLegacyMode(true).analyze();
  assert.ok(found.passes.length > 0, "the tool looked at something");
  return found.violations.map((v) => {
    const places = v.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`);
    return `${v.id} (${v.nodes.length} places): ${v.help}\n  ${places.join("\n  ")}`;
  });
}

/** Whether a page must be moved sideways to be read. */
export const isTooWide = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);

/** Every rule that a page breaks: one main heading, no sideways movement on a desk or a telephone, and axe-core's. */
export async function faults(page) {
  const wrong = [];
  const headings = await page.locator("h1").count();
  if (headings !== 1) wrong.push(`${headings} main headings`);
  wrong.push(...(await violations(page)));
  if (await isTooWide(page)) wrong.push("wider than the window");
  await page.setViewportSize(TELEPHONE);
  if (await isTooWide(page)) wrong.push("wider than a telephone");
  await page.setViewportSize(DESKTOP);
  return wrong;
}

/** Keeps pictures of a page, on a desk and on a telephone, if somebody wants to look at them. */
export async function picture(page, name) {
  if (!PICTURES) return;
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
  await page.setViewportSize(TELEPHONE);
  await page.screenshot({ path: join(PICTURES, `${name}-small.png`), fullPage: true });
  await page.setViewportSize(DESKTOP);
}
