// What script adds to pages that work without it: the error summary takes the focus, and a page that waits for something
// (`data-refresh="seconds"` on its main part) looks again by itself, without losing its place.
"use strict";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

const summary = document.querySelector(".govuk-error-summary, .govuk-notification-banner[role=alert]");
if (summary) {
  summary.setAttribute("tabindex", "-1");
  summary.focus();
}

// A link of the summary puts the cursor into the field, not only its page in view.
document.querySelectorAll(".govuk-error-summary a[href^='#']").forEach((link) => {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const legend = document.querySelector(`label[for="${CSS.escape(field.id)}"]`) || field;
    legend.scrollIntoView();
    field.focus({ preventScroll: true });
  });
});

// A link that is drawn as a button is said to be one, so the space bar presses it too.
document.querySelectorAll("a[role=button]").forEach((link) => {
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
});

// A form is sent once: a second press within a few seconds is the same press.
document.querySelectorAll("form[method=post]").forEach((form) => {
  let sent = 0;
  form.addEventListener("submit", (event) => {
    if (Date.now() - sent < 3000) event.preventDefault();
    sent = Date.now();
  });
});

const waiting = document.querySelector("[data-refresh]");
if (waiting) {
  const look = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-refresh]");
    if (!fresh) return location.reload();
    const part = document.querySelector("[data-refresh]");
    if (fresh.innerHTML !== part.innerHTML) part.innerHTML = fresh.innerHTML;
    setTimeout(look, Number(fresh.dataset.refresh) * 1000);
  };
  setTimeout(look, Number(waiting.dataset.refresh) * 1000);
}
