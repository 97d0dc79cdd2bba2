// What script adds to the form that uploads returns: files can be dropped, each goes by itself, and its progress shows.
// Without it the form sends all of them at once.
"use strict";

const form = document.querySelector("form[data-upload]");
const drop = form && form.querySelector("[data-drop]");
const list = form && form.querySelector("[data-files]");
const input = form && form.querySelector("input[type=file]");

const line = (name) => {
  const item = document.createElement("li");
  const words = document.createElement("p");
  words.className = "govuk-body";
  words.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", `Upload of ${name}`);
  item.append(words, bar);
  list.append(item);
  return { words, bar };
};

const send = (file) =>
  new Promise((resolve) => {
    const { words, bar } = line(file.name);
    const failed = (why) => {
      words.textContent = `${file.name}: ${why}`;
      bar.remove();
      resolve(null);
    };
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    request.addEventListener("error", () => failed("the connection broke off. Send it again."));
    request.addEventListener("load", () => {
      if (request.status === 422) return failed(JSON.parse(request.responseText).message);
      if (request.status !== 200) return failed("it could not be received. Load this page again and try once more.");
      const [received] = JSON.parse(request.responseText);
      bar.remove();
      const link = document.createElement("a");
      link.className = "govuk-link";
      link.href = received.href;
      link.textContent = file.name;
      words.replaceChildren(link, ": received");
      resolve(received);
    });
    const body = new FormData();
    body.append("csrf", form.querySelector("input[name=csrf]").value);
    body.append("files", file);
    request.send(body);
  });

const sendAll = async (files) => {
  const all = [];
  for (const file of files) all.push(await send(file));
  const received = all.filter(Boolean);
  if (all.length === 0 || received.length < all.length) return;
  location.assign(received.length === 1 ? received[0].href : form.dataset.upload);
};

if (form) {
  form.querySelector("[data-drop-words]").hidden = false;
  form.addEventListener(
    "submit",
    (event) => {
      if (input.files.length === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const files = [...input.files];
      input.value = "";
      sendAll(files);
    },
    { capture: true },
  );
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("portal-drop--over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("portal-drop--over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll([...event.dataTransfer.files]);
  });
}
