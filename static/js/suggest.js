// Suggestions below a search field: an ARIA combobox with a list from which the reader chooses (nothing is filled in by
// itself). Without this file, or while the server is slow or away, it is a plain search field. What was searched for is
// remembered in this browser only, and forgotten at one choice; what a member searched for, once nobody is signed in.

const AS_MEMBER = "searches-as-member";
const isMember = document.querySelector(".user-menu") !== null;
const KEPT = isMember ? AS_MEMBER : "searches"; // the key in localStorage: a list of texts, the latest first
const MOST_KEPT = 6;
const LONGEST_KEPT = 120;
const PAUSE = 160; // milliseconds without a key before the server is asked
const PATIENCE = 4000; // milliseconds after which an answer comes too late

const say = (words) => document.dispatchEvent(new CustomEvent("say", { detail: words }));

function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  } catch { return []; }
}

function remember(text) {
  if (text.length < 2 || text.length > LONGEST_KEPT) return;
  try {
    localStorage.setItem(KEPT, JSON.stringify([text, ...recent().filter((one) => one !== text)].slice(0, MOST_KEPT)));
  } catch { /* a browser that keeps nothing */ }
}

function forget(key = KEPT) {
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
}

if (!isMember) forget(AS_MEMBER);

const make = (name, role, ...parts) => {
  const made = document.createElement(name);
  if (role) made.setAttribute("role", role);
  made.append(...parts);
  return made;
};

let lists = 0;

function combobox(input) {
  const list = make("div", "listbox");
  const id = `suggestions-${lists += 1}`;
  Object.assign(list, { id, className: "suggestions", hidden: true });
  list.setAttribute("aria-label", input.labels[0]?.textContent ?? "");
  input.after(list);
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
  for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);

  let options = []; // [element, what choosing it does]
  let chosen = -1;
  let asking, timer;

  const mark = (index) => {
    chosen = index;
    options.forEach(([option], place) => option.setAttribute("aria-selected", String(place === index)));
    if (index < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", options[index][0].id);
    return options[index][0].scrollIntoView({ block: "nearest" });
  };
  const close = () => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const option = (act, text, note = "") => {
    const made = make("div", "option", make("span", "", text));
    if (note) made.append(Object.assign(make("span", "", note), { className: "meta" }));
    made.id = `${id}-${options.length}`;
    made.setAttribute("aria-selected", "false");
    options.push([made, act]);
    return made;
  };
  const group = (name, made) => {
    const heading = Object.assign(make("div", "presentation", name), { id: `${id}-of-${options.length}`, className: "group-name" });
    const shown = make("div", "group", heading, ...made);
    shown.setAttribute("aria-labelledby", heading.id);
    return shown;
  };
  const searchFor = (text) => { input.value = text; input.form.requestSubmit(); };
  const forgetAll = () => { forget(); close(); say(input.dataset.forgotten); };

  const show = (groups) => {
    options = [];
    const typed = input.value.trim().toLowerCase();
    const parts = groups.map(({ name, items }) => group(name, items.map(
      (item) => option((apart) => (apart ? open(item.url, "_blank", "noopener") : location.assign(item.url)), item.title, item.kind),
    )));
    const kept = recent().filter((text) => text.toLowerCase().startsWith(typed) && text.toLowerCase() !== typed);
    if (kept.length) {
      const texts = kept.slice(0, typed ? 2 : MOST_KEPT).map((text) => option(() => searchFor(text), text));
      parts.push(group(input.dataset.recent, [...texts, option(forgetAll, input.dataset.forget)]));
      options.at(-1)[0].classList.add("forget");
    }
    list.replaceChildren(...parts);
    mark(-1);
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    if (options.length) say(`${input.dataset.said} ${options.length}`);
  };

  const ask = async () => {
    clearTimeout(timer);
    const words = input.value.trim();
    asking?.abort();
    if (words.length < 2) return show([]);
    const mine = asking = new AbortController();
    const late = setTimeout(() => mine.abort(), PATIENCE);
    let groups = [];
    try {
      const answer = await fetch(`${input.dataset.suggest}?q=${encodeURIComponent(words)}`, { signal: mine.signal });
      if (answer.ok) groups = (await answer.json()).groups ?? [];
    } catch { /* no suggestions, no harm: the field still searches */ }
    clearTimeout(late);
    const isWanted = asking === mine && document.activeElement === input && input.value.trim() === words;
    return isWanted ? show(groups) : undefined;
  };

  const step = async (towards) => {
    if (list.hidden) await ask();
    if (list.hidden) return;
    mark(chosen < 0 && towards < 0 ? options.length - 1 : (chosen + towards + options.length) % options.length);
  };
  const keys = {
    ArrowDown: (event) => { event.preventDefault(); step(1); },
    ArrowUp: (event) => { event.preventDefault(); if (event.altKey) close(); else step(-1); },
    Escape: (event) => { if (!list.hidden) { event.preventDefault(); event.stopPropagation(); close(); } },
    Enter: (event) => { if (!list.hidden && chosen >= 0) { event.preventDefault(); const [, act] = options[chosen]; close(); act(false); } },
    // The caret moves in the text, so the choice goes back to it.
    Home: () => mark(-1), End: () => mark(-1), ArrowLeft: () => mark(-1), ArrowRight: () => mark(-1),
    Tab: close,
  };

  // What was marked was marked for other words.
  input.addEventListener("input", () => { mark(-1); clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
  input.addEventListener("keydown", (event) => { if (!event.isComposing) keys[event.key]?.(event); });
  input.addEventListener("click", () => { if (list.hidden && !input.value.trim()) show([]); });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", () => { remember(input.value.trim()); close(); });
  // Before the click the field would lose the focus, and the list go with it.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const found = options.find(([made]) => made.contains(event.target));
    if (!found) return;
    close();
    found[1](event.ctrlKey || event.metaKey);
  });
}

document.querySelectorAll("input[data-suggest]").forEach(combobox);
