// The portal in a real browser, journey by journey: one story of the sample county, from a return with a fault to the
// board's question about it, each step by the hand of the one whose it is.
// portal.test.mjs opens every page that can be reached by links.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { demonstration, faults, picture, signIn, stranger, visitor } from "./support.mjs";

let demo;
// Files that the police send: `broken` has a word where a number belongs, and `mended` the number. In both a conference
// heard four times as many cases in December as in other months, which is right and must be explained.
const files = {};
const BACKLOG = "Northampton;2014-12;Children in MARAC cases";
const EXPLANATION = "The conference heard a backlog of three months in December.";

before(async () => {
  demo = await demonstration();
  const sent = readFileSync(join(demo.folder, "inbox", "police-perf-2014-q4.csv"), "latin1");
  const swapped = (text, from, to) => {
    assert.equal(text.split(from).length, 2, `${from} stands once in the sample`);
    return text.replace(from, to);
  };
  const mended = swapped(sent, /^Northampton;2014-12;Children in MARAC cases;;\d+/m.exec(sent)[0], `${BACKLOG};;61`);
  const broken = swapped(mended, /^Kettering;2014-12;Missing - home;;\d+/m.exec(sent)[0], "Kettering;2014-12;Missing - home;;ten");
  for (const [name, text] of Object.entries({ mended, broken })) {
    files[name] = join(demo.work, `police-${name}.csv`);
    writeFileSync(files[name], text, "latin1");
  }
  files.line = broken.split("\n").findIndex((row) => row.includes(";ten")) + 1;
});

after(() => demo?.stop());

/** Holds a page to what every page must be, and keeps its picture. */
async function held(page, name) {
  assert.deepEqual(await faults(page), [], name);
  await picture(page, `journey-${name}`);
}

/** Saves what a link gives, and gives its name and its bytes. */
async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
}

test("an agency sends a return, mends its fault, explains what is asked, and keeps the receipt", async () => {
  const { context, page, complaints } = await visitor(demo, "agency");
  await page.getByRole("link", { name: /monthly performance: January 2015/ }).click();
  const blank = await saved(page, page.getByRole("link", { name: "Download a blank workbook" }));
  assert.match(blank.name, /\.xlsx$/);
  assert.equal(blank.bytes.subarray(0, 2).toString(), "PK", "a workbook");

  await page.getByRole("button", { name: "Upload this return" }).click();
  await held(page, "upload");
  await page.getByLabel("Files").setInputFiles(files.broken);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("heading", { level: 1, name: /police-broken\.csv: not accepted/i }).waitFor();
  const fault = page.locator("section.portal-finding--error");
  await page.locator(".govuk-error-summary a").first().click();
  assert.equal(await fault.evaluate((it) => it === document.activeElement), true, "the summary leads to the finding");
  assert.match(await fault.innerText(), /Not a number: ‘ten’/);
  assert.match(await fault.innerText(), new RegExp(`line ${files.line}`));
  await held(page, "verdict-broken");
  const annotated = await saved(page, page.getByRole("link", { name: /workbook with notes/i }));
  assert.match(annotated.name, /\.xlsx$/);

  await page.getByRole("button", { name: "Send it again" }).click();
  await page.getByLabel("Files").setInputFiles(files.mended);
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("heading", { level: 1, name: /police-mended\.csv: accepted/i }).waitFor();
  await held(page, "verdict-accepted");
  const receipt = await saved(page, page.getByRole("link", { name: "Receipt" }));
  assert.match(receipt.bytes.toString(), /"verdict"/);

  // Each of the two things that are asked of the figure is explained in place.
  const asked = page.locator(".govuk-task-list a");
  assert.equal(await asked.count(), 2, "out of all proportion, and other than accepted before");
  for (const at of [0, 1]) {
    await asked.nth(at).click();
    await page.getByRole("button", { name: "Send the explanation" }).click();
    await page.getByRole("link", { name: /Enter|Say/ }).first().click();
    const empty = page.getByLabel("Why the figure is right");
    assert.equal(await empty.evaluate((it) => it === document.activeElement), true, "the summary leads to the field");
    await held(page, "query-refused");
    await empty.fill(EXPLANATION);
    await page.getByLabel("From", { exact: true }).fill("10");
    await page.getByLabel("To", { exact: true }).fill("70");
    await page.getByLabel(/^Until when/).fill("2015-06-30");
    await picture(page, "journey-query");
    await page.getByRole("button", { name: "Send the explanation" }).click();
    await page.getByText("Done").waitFor();
  }
  await page.getByText("You have explained all that was asked.").waitFor();
  await held(page, "explained");

  await page.getByRole("link", { name: "What you sent" }).first().click();
  assert.match(await page.getByRole("row", { name: /police-broken/ }).innerText(), /Not accepted/);
  assert.match(await page.getByRole("row", { name: /police-mended/ }).innerText(), /Accepted/);
  await held(page, "sent");
  await context.close();
  assert.deepEqual(complaints, []);
});

/** Starts a run, follows it until it ends, and leaves the page of the run's report open. */
async function run(page) {
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("At work").waitFor();
  await page.getByText("New report").waitFor({ timeout: 60_000 });
  await held(page, "run");
  await page.locator("dd a.portal-mono").click();
  return page.url().split("/").at(-1);
}

test("an analyst sees what came, accepts the explanation, looks at what moved and publishes", async () => {
  const { context, page, complaints } = await visitor(demo, "analyst");
  await held(page, "today");

  await run(page);
  await page.getByRole("link", { name: "Submissions", exact: true }).click();
  await page.getByRole("link", { name: /police-mended/ }).click();
  assert.match(await page.locator("main").innerText(), /61 after 24 periods/);
  await held(page, "submission");

  await page.getByRole("link", { name: "Today", exact: true }).click();
  await page.getByRole("link", { name: /2 explanations to decide/ }).click();
  await held(page, "queries");
  for (const left of [1, 0]) {
    await page.getByRole("row", { name: /Explained/ }).first().getByRole("link").click();
    await page.getByText(EXPLANATION).waitFor();
    await page.getByLabel("Until which day it holds").fill("2015-06-30");
    await page.getByLabel("Which figures it expects").fill("10..70");
    await page.getByLabel("Show the explanation beside the figure in the board's report").check();
    await held(page, "query-to-accept");
    await page.getByRole("button", { name: "Accept", exact: true }).click();
    await page.getByText("Done", { exact: true }).waitFor();
    assert.equal(await page.getByRole("row", { name: /Explained/ }).count(), left);
  }

  const name = await run(page);
  await held(page, "release");
  await page.getByRole("link", { name: "Compare the two in full" }).click();
  await held(page, "compare");
  await page.goBack();
  await page.getByRole("link", { name: "See it as the board would" }).click();
  assert.match(await page.locator("h1").innerText(), /./, "the report itself");
  await page.goBack();
  await page.getByRole("button", { name: "Save the decision" }).click();
  await page.getByRole("link", { name: "Select what to do with the run" }).click();
  await page.getByLabel("Publish it: the board sees it").check();
  await page.getByLabel("Note").fill("Looked through with the chair.");
  await page.getByRole("button", { name: "Save the decision" }).click();
  await page.getByText(`The board sees run ${name} now.`).waitFor();
  await held(page, "releases");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("an analyst edits a target with a look at what it would change, and puts it back", async () => {
  const { context, page, complaints } = await visitor(demo, "analyst");
  const file = join(demo.folder, "reference", "targets.csv");
  const before = readFileSync(file, "utf8");
  await page.getByRole("link", { name: "Lists and settings" }).click();
  await page.getByRole("link", { name: "Targets" }).click();
  await held(page, "list");
  await page.getByLabel("Find in the list").fill("cp-visits-in-time");
  await page.getByRole("button", { name: "Find" }).click();
  await page.getByRole("link", { name: /change this row/ }).click();
  await page.getByLabel("target", { exact: true }).fill("ninety");
  await page.getByRole("button", { name: "Check the change" }).click();
  await page.locator(".govuk-error-summary a").first().waitFor();
  await held(page, "row-refused");
  await page.getByLabel("target", { exact: true }).fill("0.97");
  await page.getByRole("button", { name: "Check the change" }).click();
  await page.getByText("1 change").waitFor();
  await page.getByRole("link", { name: "Work it out on what is known today" }).click();
  await page.getByText("Returns were not judged again for this look").waitFor({ timeout: 60_000 });
  await held(page, "list-check");
  await page.getByLabel("Why").fill("The board asked for more.");
  await page.getByRole("button", { name: "Save the change" }).click();
  await page.getByText("Done", { exact: true }).waitFor();
  assert.notEqual(readFileSync(file, "utf8"), before, "the file is the truth");
  await held(page, "list-history");
  await page.getByRole("button", { name: /Put it back/ }).first().click();
  await page.getByLabel("Why").fill("It was a trial.");
  await page.getByRole("button", { name: "Save the change" }).click();
  await page.getByText("Done", { exact: true }).waitFor();
  assert.equal(readFileSync(file, "utf8"), before, "as it was, to the letter");
  await context.close();
  assert.deepEqual(complaints, []);
});
