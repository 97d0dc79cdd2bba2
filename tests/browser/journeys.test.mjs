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
// heard four times as many cases in December as in other months, which is right and must be explained; in `again` six.
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
  const again = swapped(mended, `${BACKLOG};;61`, `${BACKLOG};;88`);
  for (const [name, text] of Object.entries({ mended, broken, again })) {
    files[name] = join(demo.work, `police-${name}.csv`);
    writeFileSync(files[name], text, "latin1");
  }
  files.line = broken.split("\n").findIndex((row) => row.includes(";ten")) + 1;
});

after(() => demo?.stop());

/** Holds a page that no link leads to as it is now to what every page must be, and keeps its picture. */
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
  await picture(page, "journey-upload");
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

test("an analyst sees what came, accepts the explanation, runs, looks at what moved and publishes", async () => {
  const { context, page, complaints } = await visitor(demo, "analyst");
  await picture(page, "journey-today");
  await page.getByRole("link", { name: "2 files have come since the last run" }).click();
  const waiting = page.getByRole("region", { name: "Come since the last run" });
  assert.match(await waiting.getByRole("row", { name: /police-broken/ }).innerText(), /Rejected/);
  assert.match(await waiting.getByRole("row", { name: /police-mended/ }).innerText(), /Accepted/);
  await held(page, "waiting");

  await page.getByRole("link", { name: "Today", exact: true }).click();
  await page.getByRole("link", { name: "2 explanations to decide" }).click();
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

  await page.getByRole("link", { name: "Runs", exact: true }).click();
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByText("At work").waitFor();
  await page.getByRole("progressbar").first().waitFor();
  await picture(page, "journey-at-work");
  await page.getByText("New report").waitFor({ timeout: 120_000 });
  await held(page, "run");
  await page.getByRole("link", { name: "Submissions", exact: true }).click();
  await page.getByRole("link", { name: /police-mended/ }).click();
  assert.match(await page.locator("main").innerText(), /61 after 24 periods/);
  await held(page, "submission");

  await page.getByRole("link", { name: "Today", exact: true }).click();
  await page.getByRole("link", { name: /waits to be published/ }).click();
  await page.getByRole("row", { name: /Not published/ }).getByRole("link").click();
  const name = page.url().split("/").at(-1);
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
  await picture(page, "journey-list");
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
  await page.getByText("Returns were not judged again for this look").waitFor({ timeout: 120_000 });
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

test("a board member reads the new pack, drills down, and puts a question to the agency", async () => {
  const { context, page, complaints } = await visitor(demo, "board");
  await page.getByText("Board report as of 5 February 2015").waitFor();
  await picture(page, "journey-pack");
  await page.getByRole("link", { name: "Child protection, Northamptonshire Police" }).click();
  await held(page, "card");
  // From the place to the figures behind it, and on to one with its history.
  await page.getByRole("region", { name: "The figures behind it" }).first().getByRole("link").first().click();
  await page.getByRole("heading", { name: "Its history, the latest first" }).waitFor();
  await held(page, "figure");

  await page.getByRole("link", { name: "Heat maps" }).click();
  await picture(page, "journey-map");
  await page.locator("table a[href^='/board/cells/']").first().click();
  await page.getByRole("heading", { name: "What each kind of evidence says" }).waitFor();

  // What the agency said of its figure stands beside it.
  await page.getByRole("link", { name: "Indicators", exact: true }).click();
  await picture(page, "journey-indicators");
  await page.getByRole("link", { name: "Children in MARAC cases" }).click();
  await page.getByRole("link", { name: /^Northampton\b/ }).click();
  await page.getByText(EXPLANATION).first().waitFor();
  await held(page, "figure-explained");

  await page.getByRole("link", { name: "What has moved", exact: true }).click();
  await held(page, "moved");

  await page.goBack();
  await page.getByRole("button", { name: "Ask an agency about this" }).click();
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByRole("link", { name: /^Enter|^Write|^Say/ }).first().click();
  await held(page, "ask-refused");
  await page.getByLabel("What do you want to ask?").fill("How many of these cases had waited for more than a month?");
  await page.getByLabel("By when should it be answered?").fill("2015-03-01");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByText("The agency has been asked").waitFor();
  await held(page, "challenge");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("the agency answers the board, writes a note on its figure, and the board follows up", async () => {
  const agency = await visitor(demo, "agency");
  await agency.page.getByRole("link", { name: "Questions from the board" }).click();
  await held(agency.page, "questions");
  await agency.page.getByRole("link", { name: /Children in MARAC cases/ }).click();
  await agency.page.getByLabel("Your answer").fill("A third of them. The conference now meets every two weeks.");
  await held(agency.page, "question");
  await agency.page.getByRole("button", { name: "Send your answer" }).click();
  await agency.page.getByText("The board has your answer").waitFor();
  await agency.page.getByRole("link", { name: "Your figures" }).click();
  await agency.page.getByRole("link", { name: "Children in MARAC cases" }).click();
  await held(agency.page, "own-figure");
  await agency.page.getByLabel("Note").fill("The conference meets every two weeks from January.");
  await agency.page.getByRole("button", { name: "Keep the note" }).click();
  await agency.page.getByText("Your note is kept.").waitFor();

  const board = await visitor(demo, "board");
  await board.page.getByRole("link", { name: "Challenge log" }).first().click();
  await held(board.page, "challenges");
  await board.page.getByRole("link", { name: /Children in MARAC cases/ }).click();
  await board.page.getByText("A third of them.").waitFor();
  await board.page.getByRole("button", { name: "Ask a further question" }).click();
  await board.page.getByLabel("What else do you want to ask?").fill("Will you tell us in May whether the wait is shorter?");
  await board.page.getByLabel("By when should it be answered?").fill("2015-05-01");
  await board.page.getByRole("button", { name: "Ask", exact: true }).click();
  await board.page.getByText("The agency has been asked again").waitFor();
  await board.page.getByText("Has it moved?").waitFor();
  await held(board.page, "followed-up");

  await agency.context.close();
  await board.context.close();
  assert.deepEqual([...agency.complaints, ...board.complaints], []);
});

test("an administrator invites a person, who chooses a password; the trail tells of it, and a session is ended", async () => {
  const { context, page, complaints } = await visitor(demo, "administrator");
  await picture(page, "journey-users");
  await page.getByRole("link", { name: "Invite a person" }).click();
  await page.getByLabel("Email address").fill("second@demo.example");
  await page.getByLabel("Name", { exact: true }).fill("Second Sender");
  await page.getByLabel("Send the returns of one agency").check();
  await page.getByRole("button", { name: "Make an invitation" }).click();
  await page.getByRole("link", { name: /Select the agency/ }).click();
  await held(page, "invite-refused");
  await page.getByLabel("Agency", { exact: true }).selectOption({ label: "Northamptonshire Police" });
  await page.getByRole("button", { name: "Make an invitation" }).click();
  await held(page, "invitation");
  const link = await page.locator("#link").innerText();

  const invited = await stranger(demo);
  await invited.page.goto(link);
  await held(invited.page, "welcome");
  const password = "seven wet umbrellas on a tram";
  await invited.page.getByLabel("Password", { exact: true }).fill(password);
  await invited.page.getByLabel("The same password again").fill(`${password}s`);
  await invited.page.getByRole("button", { name: "Set password" }).click();
  await held(invited.page, "welcome-refused");
  await invited.page.getByLabel("Password", { exact: true }).fill(password);
  await invited.page.getByLabel("The same password again").fill(password);
  await invited.page.getByRole("button", { name: "Set password" }).click();
  await invited.page.getByText("Your password is set.").waitFor();
  await signIn(invited.page, { email: "second@demo.example", password });
  await invited.page.getByRole("heading", { name: "Northamptonshire Police: returns due" }).waitFor();
  const used = await invited.context.request.get(link);
  assert.equal(used.status(), 404, "the link worked once");

  await page.getByRole("link", { name: "Audit trail" }).click();
  await page.getByLabel("Who").fill("Second Sender");
  await page.getByRole("button", { name: "Find" }).click();
  assert.match(await page.locator("main").innerText(), /sign in/);
  await held(page, "audit");
  await page.getByRole("link", { name: "Sessions" }).click();
  await picture(page, "journey-sessions");
  await page.getByRole("button", { name: /End Second Sender/ }).click();
  await page.getByText("That session is over.").waitFor();
  await invited.page.reload();
  assert.match(invited.page.url(), /\/sign-in/, "signed out there");
  await context.close();
  await invited.context.close();
  assert.deepEqual([...complaints, ...invited.complaints], []);
});

test("without script an agency uploads, reads its verdict and explains", async () => {
  const { context, page, complaints } = await visitor(demo, "agency", { javaScriptEnabled: false });
  await page.getByRole("button", { name: "Upload returns" }).click();
  await page.getByRole("button", { name: "Upload" }).click();
  await page.getByRole("link", { name: /Choose|Select/ }).click();
  await page.getByLabel("Files").setInputFiles([files.broken, files.again]);
  await page.getByRole("button", { name: "Upload" }).click();
  // Of several files the list is shown, which is asked for again until all are judged.
  await page.getByRole("heading", { name: "What you sent" }).waitFor();
  const name = /police-again/;
  await page.getByRole("row", { name }).getByText("Accepted").waitFor();
  assert.match(await page.getByRole("row", { name: /police-broken/ }).first().innerText(), /Not accepted/);
  await page.getByRole("row", { name }).getByRole("link", { name }).first().click();
  await page.locator(".govuk-task-list a").first().click();
  await page.getByLabel("Why the figure is right").fill("Two conferences were held.");
  await page.getByRole("button", { name: "Send the explanation" }).click();
  await page.getByText("Your explanation is kept.").waitFor();
  await context.close();
  assert.deepEqual(complaints, []);
});

/** Presses Tab until something has the focus, and holds each stop to being visible. */
async function tabTo(page, target) {
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const it = document.activeElement;
      const style = getComputedStyle(it);
      const box = it.getBoundingClientRect();
      const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || style.backgroundColor === "rgb(255, 221, 0)";
      const beside = it.nextElementSibling && getComputedStyle(it.nextElementSibling, "::before");
      const drawn = beside && (beside.outlineStyle !== "none" || beside.boxShadow !== "none");
      return { what: it.outerHTML.slice(0, 120), seen: (marked || drawn) && box.width > 0 && box.height > 0 };
    });
    assert.ok(stop.seen, `the focus shows on ${stop.what}`);
    if (await target.evaluate((it) => it === document.activeElement)) return;
  }
  assert.fail("sixty presses of Tab did not reach it");
}

test("by keyboard alone an agency signs in, sends a file, and goes from the summary to its fault", async () => {
  const { context, page, complaints } = await stranger(demo);
  await page.goto("/");
  await tabTo(page, page.getByRole("link", { name: "Skip to main content" }));
  await tabTo(page, page.getByLabel("Email address"));
  await page.keyboard.type(demo.accounts.agency.email);
  await tabTo(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type("not the password");
  await page.keyboard.press("Enter");
  const summary = page.locator(".govuk-error-summary");
  await summary.waitFor();
  assert.equal(await summary.evaluate((it) => it === document.activeElement), true, "the summary takes the focus");
  await tabTo(page, page.getByLabel("Email address"));
  await page.keyboard.press("Control+a");
  await page.keyboard.type(demo.accounts.agency.email);
  await tabTo(page, page.getByLabel("Password", { exact: true }));
  await page.keyboard.type(demo.accounts.agency.password);
  await page.keyboard.press("Enter");
  const upload = page.getByRole("button", { name: "Upload returns" });
  await upload.waitFor();
  await tabTo(page, upload);
  await page.keyboard.press("Space");
  const field = page.getByLabel("Files");
  await field.waitFor();
  // The browser must know that the dialogue is ours before it opens.
  const chooser = page.waitForEvent("filechooser");
  await tabTo(page, field);
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(files.broken);
  await tabTo(page, page.getByRole("button", { name: "Upload" }));
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /not accepted/ }).waitFor();
  await tabTo(page, page.locator(".govuk-error-summary a").first());
  await page.keyboard.press("Enter");
  const fault = page.locator("section.portal-finding--error");
  assert.equal(await fault.evaluate((it) => it === document.activeElement), true, "the focus is on the finding");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("with script several files are dropped at once, and the progress of each is shown", async () => {
  const { context, page, complaints } = await visitor(demo, "agency");
  await page.goto("/agencies/police/uploads/new");
  await page.getByText("Or drop files here.").waitFor();
  // The line is slow enough for the bars to be seen.
  const shown = page.evaluate(
    () =>
      new Promise((tell) => {
        const seen = new Set();
        new MutationObserver(() => {
          document.querySelectorAll("[data-files] progress").forEach((bar) => seen.add(bar.getAttribute("aria-label")));
          if (seen.size === 2) tell([...seen]);
        }).observe(document.querySelector("[data-files]"), { childList: true, subtree: true });
      }),
  );
  const texts = [files.broken, files.mended].map((path) => readFileSync(path, "latin1"));
  const carried = await page.evaluateHandle((sent) => {
    const carrier = new DataTransfer();
    sent.forEach((text, at) => {
      const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
      carrier.items.add(new File([bytes], `dropped-${at + 1}.csv`, { type: "text/csv" }));
    });
    return carrier;
  }, texts);
  await page.dispatchEvent("[data-drop]", "dragover", { dataTransfer: carried });
  await page.locator(".portal-drop--over").waitFor();
  await page.dispatchEvent("[data-drop]", "drop", { dataTransfer: carried });
  assert.deepEqual(await shown, ["Upload of dropped-1.csv", "Upload of dropped-2.csv"]);
  await page.getByRole("heading", { level: 1, name: "What you sent" }).waitFor();
  await page.getByRole("row", { name: /dropped-1/ }).getByText("Not accepted").waitFor();
  await page.getByRole("row", { name: /dropped-2/ }).getByText("Accepted").waitFor();
  await context.close();
  assert.deepEqual(complaints, []);
});
