// Beside a text field: buttons for layout, a live preview by the server's own renderer, members to mention, a draft that
// is kept while one writes, and what is like the title already. Without this file the form has buttons for the same.

const PAUSE = 700; // milliseconds without a key before the server is asked
const KEEP = 3000; // the longest that something typed is not kept yet, while one goes on typing
const say = (words) => document.dispatchEvent(new CustomEvent("say", { detail: words }));

// --- Buttons -----------------------------------------------------------------------------------------------------------

// What a button puts around the chosen words, or at the beginning of each chosen line.
const AROUND = { bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"], link: ["[", "](https://)"] };
const BEFORE = { list: "- ", quote: "> " };
const TABLE = "| A | B |\n| --- | --- |\n| 1 | 2 |\n";
const KEYS = { b: "bold", i: "italic", k: "link", e: "code" };
const SHIFTED = { Digit8: "list", Digit9: "quote" };

// In place of the chosen words, in a way that the browser can undo.
function put(area, words, from, to) {
  area.focus();
  area.setSelectionRange(from, to);
  if (!document.execCommand("insertText", false, words)) {
    area.setRangeText(words, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function lay(area, tool) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (AROUND[tool]) {
    const [before, after] = AROUND[tool];
    put(area, before + chosen + after, start, end);
    const from = start + before.length;
    if (tool === "link" && chosen) area.setSelectionRange(from + chosen.length + 2, from + chosen.length + 10);
    else area.setSelectionRange(from, from + chosen.length);
    return;
  }
  const first = value.lastIndexOf("\n", start - 1) + 1;
  if (BEFORE[tool]) return put(area, value.slice(first, end).split("\n").map((line) => BEFORE[tool] + line).join("\n"), first, end);
  const gap = value.slice(0, end).trim() ? "\n\n" : "";
  return put(area, gap + TABLE, end, end);
}

function buttons(form, area) {
  const tools = form.querySelector("[data-tools]");
  if (!tools) return;
  tools.hidden = false;
  tools.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool) lay(area, tool);
  });
  area.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
    const tool = event.shiftKey ? SHIFTED[event.code] : KEYS[event.key.toLowerCase()];
    if (!tool) return;
    event.preventDefault();
    lay(area, tool);
  });
}

// --- Preview, concepts, drafts -------------------------------------------------------------------------------------------

function fresh(form, html) {
  const found = new DOMParser().parseFromString(html, "text/html");
  for (const name of ["data-preview", "data-concepts"]) {
    const place = form.querySelector(`[${name}]`);
    const part = found.querySelector(`[${name}]`);
    // Nobody's choice is taken from under the hand.
    if (!place || !part || (name === "data-concepts" && place.contains(document.activeElement))) continue;
    const was = new Map([...place.querySelectorAll("input[type=checkbox]")].map((box) => [box.value, box.checked]));
    place.replaceChildren(...part.childNodes);
    for (const box of place.querySelectorAll("input[type=checkbox]")) box.checked = was.get(box.value) ?? box.checked;
  }
}

function keeping(form, area) {
  const base = form.dataset.writing;
  const note = form.querySelector("[data-kept]");
  const long = form.querySelector("[data-too-long]");
  let timer, looking, since, asking;
  let sent = false;

  const typed = () => {
    const data = new FormData(form);
    data.set("place", form.dataset.place);
    // Files go by themselves (files.js), not with every key.
    data.delete("files");
    return data;
  };
  // Whatever the form says: words, boxes, files that were sent.
  const all = () => new URLSearchParams(typed()).toString();
  const words = () => `${form.elements.title?.value ?? ""}${area.value}`.trim();
  let kept = all();
  // Signs are counted as the server does: one that takes two places is one.
  const isTooLong = () => area.value.length > long.dataset.tooLong && [...area.value.trim()].length > long.dataset.tooLong;

  const look = async () => {
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${base}preview/`, { method: "POST", body: typed(), signal: asking.signal });
      if (answer.ok) fresh(form, await answer.text());
    } catch { /* the button "Preview" shows the same */ }
  };
  const keep = async () => {
    since = undefined;
    const now = all();
    if (now === kept) long.hidden = true;
    if (sent || now === kept) return;
    try {
      const answer = await fetch(`${base}draft/`, { method: "POST", body: typed() });
      if (answer.ok) kept = now;
      note.hidden = !answer.ok || !words();
      long.hidden = answer.status !== 413;
    } catch { /* it is tried again with the next key */ }
  };
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    note.hidden = true;
    since ??= Date.now();
    if (Date.now() - since > KEEP) keep();
    timer = setTimeout(keep, PAUSE);
    // No box changes how the text looks.
    if (!event.target.matches("textarea, [name=title]")) return;
    clearTimeout(looking);
    looking = setTimeout(look, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (isTooLong()) {
      // What the server would have to refuse unread stays here.
      event.preventDefault();
      long.hidden = false;
      area.focus();
      return;
    }
    sent = true;
    clearTimeout(timer);
    clearTimeout(looking);
    asking?.abort();
    setTimeout(() => { sent = false; }, 4000);
  });
  addEventListener("pagehide", () => {
    if (!sent && all() !== kept) navigator.sendBeacon(`${base}draft/`, typed());
  });
}

// --- What is like the title ------------------------------------------------------------------------------------------------

function similar(form) {
  const place = form.querySelector("[data-similar]");
  const title = form.elements.title;
  if (!place || !title) return;
  let timer, asking;
  title.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      try {
        const answer = await fetch(`${place.dataset.similar}?q=${encodeURIComponent(title.value)}`, { signal: asking.signal });
        // Who has gone on to the text must not see it jump.
        if (!answer.ok || document.activeElement !== title) return;
        const html = await answer.text();
        const before = place.querySelectorAll("a").length;
        place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
        const number = place.querySelectorAll("a").length;
        if (number && number !== before) say(`${place.dataset.said} ${number}`);
      } catch { /* one may ask without */ }
    }, 300);
  });
}

// --- Members to mention ----------------------------------------------------------------------------------------------------

// A list below the text. The field stays what it is, a text of several lines, and points to the option that is marked.
function mentions(form, area) {
  const list = document.createElement("div");
  list.className = "suggestions";
  list.id = `${area.id}-members`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "@");
  area.parentElement.classList.add("mentioning");
  area.after(list);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let found = [];
  let marked = -1;
  let timer, asking;

  const begun = () => /(?:^|[\s(])@([\p{L}][\p{L}' .-]{0,40})$/u.exec(area.value.slice(0, area.selectionStart))?.[1];
  const mark = (index) => {
    marked = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return area.removeAttribute("aria-activedescendant");
    return area.setAttribute("aria-activedescendant", list.children[index].id);
  };
  const close = () => { clearTimeout(timer); asking?.abort(); list.hidden = true; mark(-1); };
  const choose = (index) => {
    const at = area.selectionStart;
    const words = begun();
    close();
    if (words !== undefined) put(area, `${found[index].text} `, at - words.length - 1, at);
  };
  const show = (members) => {
    found = members;
    list.replaceChildren(...members.map((member, place) => {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.id = `${list.id}-${place}`;
      option.textContent = member.name;
      return option;
    }));
    list.hidden = !members.length;
    mark(members.length ? 0 : -1);
    if (members.length) say(members.map((member) => member.name).join(", "));
  };
  const ask = async () => {
    const words = begun();
    if (words === undefined) return close();
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${form.dataset.writing}members/?q=${encodeURIComponent(words)}`, { signal: asking.signal });
      if (answer.ok && begun() === words) show((await answer.json()).members);
    } catch { /* a name can be written by hand */ }
    return undefined;
  };
  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (begun() === undefined) close();
    else timer = setTimeout(ask, 200);
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) mark((marked + steps[event.key] + found.length) % found.length);
    else if ((event.key === "Enter" || event.key === "Tab") && marked >= 0) choose(marked);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  area.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("[role=option]"));
    if (index >= 0) choose(index);
  });
}

for (const form of document.querySelectorAll("form[data-writing]")) {
  const area = form.querySelector("textarea");
  buttons(form, area);
  keeping(form, area);
  similar(form);
  mentions(form, area);
}
