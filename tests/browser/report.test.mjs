// What a reader needs of the board report, seen in a real browser: it stands alone, reads aloud, fits a telephone,
// works without script or mouse, and prints. `run.sh` makes the report and names it in LSCB_REPORT.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";

// The packages lie outside the clone, where an `import` by name would not find them.
const require = createRequire(join(process.env.LSCB_BROWSER_MODULES, "from-here.js"));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const REPORT = realpathSync(process.env.LSCB_REPORT);
const ADDRESS = pathToFileURL(REPORT).href;
const DESKTOP = { width: 1200, height: 900 };
const TELEPHONE = { width: 390, height: 844 };
const LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
// Ten pages is what a board reads; the charts behind the list, folded ones too, stay within a binder.
const PAGES_MAX = 40;
const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let browser;
let work;

before(async () => {
  work = mkdtempSync(join(tmpdir(), "lscb-browser-"));
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
});

after(async () => {
  await browser?.close();
  rmSync(work, { recursive: true, force: true });
});

/** Runs a check on the opened report, then closes it. Whatever the page asks for beside itself is refused and kept. */
async function reading(options, check) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  try {
    const page = await context.newPage();
    const asked = [];
    await page.route((url) => url.protocol !== "file:", (route) => route.abort());
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== ADDRESS) asked.push(request.url());
    });
    await page.goto(ADDRESS);
    await check(page, asked);
  } finally {
    await context.close();
  }
}

const openAll = (page) =>
  page.evaluate(() => document.querySelectorAll("details").forEach((fold) => fold.setAttribute("open", "")));

/** A line for each violation: the rule, what it asks, and the first places where it is broken. */
async function violations(page) {
  // The page has no frames, so the tool's way of walking through frames is not needed.
  const found = await new AxeBuilder({ page }).withTags(LEVELS).setLegacyMode(true).analyze();
  assert.ok(found.passes.length > 0, "the tool looked at something");
  return found.violations.map((v) => {
    const places = v.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.failureSummary}`);
    return `${v.id} (${v.nodes.length} places): ${v.help}\n  ${places.join("\n  ")}`;
  });
}

/** The names on the first list, in order. */
const firstList = (page) => page.locator(".glance ol > li > a").allInnerTexts();

/** Text as it is compared: one space between words, no ligatures. */
const plain = (text) => text.normalize("NFKC").replace(/\s+/g, " ");

test("the page has a title, one main heading and a language", () =>
  reading({}, async (page) => {
    assert.match(await page.title(), /^Where to look first: /);
    assert.deepEqual(await page.locator("h1").allInnerTexts(), ["Where to look first"]);
    assert.equal(await page.locator("html").getAttribute("lang"), "en-GB");
  }));

test("synthetic data say so at the top", () =>
  reading({}, async (page) => {
    const banner = page.getByText(/^Synthetic data: every figure and every event in this report is made up/);
    assert.ok(await banner.isVisible());
    assert.ok((await banner.boundingBox()).y < DESKTOP.height / 4, "above everything that it speaks of");
  }));

test("the first list names one to ten places", () =>
  reading({}, async (page) => {
    const places = await firstList(page);
    assert.ok(places.length >= 1 && places.length <= 10, `${places.length} places`);
    assert.equal(new Set(places).size, places.length, "each once");
  }));

test("every link leads somewhere", () =>
  reading({}, async (page) => {
    const links = await page.locator("a[href]").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    assert.ok(links.length > 20, "the page is full of links");
    const ids = new Set(await page.locator("[id]").evaluateAll((all) => all.map((e) => e.id)));
    const dead = links.filter((link) =>
      link.startsWith("#") ? !ids.has(decodeURIComponent(link.slice(1))) : !existsSync(join(dirname(REPORT), link)));
    assert.deepEqual(dead, []);
  }));

test("every cell of the heat maps that says more than quiet leads to its card or its section", () =>
  reading({}, async (page) => {
    const cells = page.locator(".heat td a");
    const count = await cells.count();
    assert.ok(count >= (await firstList(page)).length, `${count} links on the maps`);
    const without = await page.locator(".heat td.hot:not(:has(a))").count();
    assert.equal(without, 0, "a place to look without a link");
    const missing = await cells.evaluateAll((all) =>
      all.map((a) => a.getAttribute("href")).filter((href) => !href.startsWith("#") || !document.querySelector(href)));
    assert.deepEqual(missing, []);
  }));

test("a link into a fold opens it", () =>
  reading({}, async (page) => {
    const href = await page.locator(".heat td a").evaluateAll((all) =>
      all.map((a) => a.getAttribute("href")).find((href) => document.querySelector(href)?.closest("details:not([open])")));
    assert.ok(href, "some cell leads into a fold");
    await page.locator(`.heat td a[href="${href}"]`).first().click();
    assert.ok(await page.locator(href).isVisible());
  }));

test("the page asks the network for nothing", () =>
  reading({}, async (page, asked) => {
    await openAll(page);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForLoadState("networkidle");
    assert.deepEqual(asked, []);
  }));

test("without script it is whole: headings, folds and links work", () =>
  reading({ javaScriptEnabled: false }, async (page) => {
    assert.ok((await firstList(page)).length >= 1);
    const fold = page.locator("main details").first();
    await fold.locator("summary").first().click();
    assert.notEqual(await fold.getAttribute("open"), null, "a fold opens");
    const first = page.locator(".glance ol a").first();
    const target = await first.getAttribute("href");
    await first.click();
    assert.ok(page.url().endsWith(target));
    assert.ok(await page.locator(target).isVisible());
    assert.equal(await page.locator("script").count(), 0, "and there is none to miss");
  }));

test("every drawing has a title and a description", () =>
  reading({}, async (page) => {
    const drawings = page.locator("svg");
    assert.ok((await drawings.count()) > 0);
    const bare = await drawings.evaluateAll((all) =>
      all.filter((svg) => !svg.querySelector("title")?.textContent.trim() || !svg.querySelector("desc")?.textContent.trim())
        .map((svg) => svg.closest("[id]")?.id ?? "?"));
    assert.deepEqual(bare, []);
  }));

test("every table has a caption, and every heading cell a scope", () =>
  reading({}, async (page) => {
    const faults = await page.locator("table").evaluateAll((all) =>
      all.flatMap((table) => {
        const name = table.caption?.textContent.trim();
        const heads = [...table.querySelectorAll("th")];
        return [
          ...(name ? [] : [`a table without a caption: ${table.textContent.trim().slice(0, 60)}`]),
          ...(heads.length ? [] : [`${name}: no heading cell`]),
          ...heads.filter((th) => !th.scope).map((th) => `${name}: ${th.textContent} has no scope`),
        ];
      }));
    assert.deepEqual(faults, []);
  }));

test("the first Tab reaches the skip link, and it leads past the top", () =>
  reading({}, async (page) => {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    assert.equal(await focused.innerText(), "Skip to the report");
    assert.ok(await focused.isVisible());
    const box = await focused.boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0, "it is seen once it has the focus");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(":focus").getAttribute("id"), "main");
  }));

test("the accessibility tool can fail", () =>
  reading({}, async (page) => {
    await page.evaluate(() => document.documentElement.removeAttribute("lang"));
    await page.locator(".glance a").first().evaluate((a) => (a.textContent = ""));
    const found = (await violations(page)).join("\n");
    assert.match(found, /html-has-lang/);
    assert.match(found, /link-name/);
  }));

for (const [where, viewport] of [["on a desktop", DESKTOP], ["on a telephone", TELEPHONE]]) {
  test(`WCAG 2.2 AA ${where}, all folds open`, () =>
    reading({ viewport }, async (page) => {
      await openAll(page);
      assert.deepEqual(await violations(page), []);
    }));
}

test("on a telephone nothing scrolls sideways but what has its own bar", () =>
  reading({ viewport: TELEPHONE }, async (page) => {
    await openAll(page);
    const [width, wide] = await page.evaluate(() => {
      const limit = document.documentElement.clientWidth;
      const inBar = (e) => e.closest(".scroll") !== null && !e.matches(".scroll");
      const over = [...document.querySelectorAll("main *, header *, footer *")]
        .filter((e) => !inBar(e) && e.getBoundingClientRect().right > limit + 1);
      return [document.documentElement.scrollWidth, over.slice(0, 5).map((e) => e.outerHTML.slice(0, 120))];
    });
    assert.ok(width <= TELEPHONE.width, `${width} pixels wide:\n${wide.join("\n")}`);
  }));

test(`it prints on at most ${PAGES_MAX} pages, and the first names every place of the list`, () =>
  reading({}, async (page) => {
    const path = join(work, "report.pdf");
    await page.pdf({ path, preferCSSPageSize: true });
    const pages = Number(/^Pages:\s+(\d+)/m.exec(execFileSync("pdfinfo", [path], { encoding: "utf8" }))[1]);
    assert.ok(pages >= 1 && pages <= PAGES_MAX, `${pages} pages`);
    const first = plain(execFileSync("pdftotext", ["-f", "1", "-l", "1", path, "-"], { encoding: "utf8" }));
    for (const place of await firstList(page)) {
      assert.ok(first.includes(plain(place)), `page 1 does not name ${place}:\n${first}`);
    }
    assert.match(first, /Synthetic data/);
  }));

test("no column of a map falls off the paper", () =>
  reading({}, async (page) => {
    const path = join(work, "maps.pdf");
    await page.pdf({ path, preferCSSPageSize: true });
    // The maps stand before the first card, on the first two pages; further on the same names may stand again.
    const text = execFileSync("pdftotext", ["-l", "2", path, "-"], { encoding: "utf8" });
    const printed = new Set(plain(text).split(" "));
    const columns = await page.locator(".heat thead th").allInnerTexts();
    const lost = columns.filter((name) => !plain(name).trim().split(" ").every((word) => printed.has(word)));
    assert.deepEqual(lost, []);
  }));
