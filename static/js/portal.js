// Progressive enhancement only: every page works without this file. Each part looks for its own hook and stays away
// when it finds none. Nothing here may need an inline handler, because the content policy allows none.

const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- A line that screen readers hear -------------------------------------------------------------------------------

let announcer;
function announce(words) {
  if (!announcer) {
    announcer = document.createElement("div");
    announcer.className = "visually-hidden";
    announcer.setAttribute("role", "status");
    document.body.append(announcer);
  }
  announcer.textContent = "";
  setTimeout(() => { announcer.textContent = words; }, 60);
}

// --- Menus: Escape closes and gives the focus back; a press elsewhere closes --------------------------------------

function closeDrops(except) {
  for (const drop of $$("details.drop[open]")) if (drop !== except) drop.open = false;
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const drop = event.target.closest?.("details.drop[open]");
  if (drop) drop.querySelector("summary").focus();
  closeDrops();
});
document.addEventListener("click", (event) => closeDrops(event.target.closest("details.drop")));
document.addEventListener("focusin", (event) => closeDrops(event.target.closest("details.drop")));

// --- Moments in the reader's own time zone; the server's words in UTC stay as the title ----------------------------

function localTimes(root = document) {
  const options = { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  const format = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, options);
  for (const time of $$("time[data-local]", root)) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.valueOf())) continue;
    time.title = time.textContent.trim();
    time.textContent = format.format(moment);
    time.removeAttribute("data-local");
  }
}

// --- Facets: a choice applies itself, the page's main part changes in place, the new count is said -----------------

const nameOf = (part) => part.querySelector("summary").textContent;
const foldable = () => $$("form[data-facets] details");

async function showFiltered(address, { push = true } = {}) {
  const main = document.getElementById("main");
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !fresh.querySelector("#main form[data-facets]")) throw new Error(String(answer.status));
    if (push) history.pushState({ facets: true }, "", address);
    document.title = fresh.title;
    exchange(main, fresh.getElementById("main"));
    const count = main.querySelector("[data-count]") ?? main.querySelector("[role='status']") ?? main.querySelector("h1");
    announce(count?.textContent.trim().replace(/\s+/g, " ") ?? document.title);
  } catch {
    location.assign(address);
  } finally {
    main.removeAttribute("aria-busy");
  }
}

// What was folded stays folded, and the focus stays on the choice that was made.
function exchange(main, fresh) {
  const held = document.activeElement;
  const wasOpen = new Map(foldable().map((part) => [part.matches(".facets") ? "" : nameOf(part), part.open]));
  main.replaceChildren(...fresh.childNodes);
  for (const part of foldable()) part.open = wasOpen.get(part.matches(".facets") ? "" : nameOf(part)) ?? part.open;
  begin(main);
  const again = $$("form[data-facets] input").find((input) => input.name === held?.name && input.value === held?.value);
  again?.focus({ preventScroll: true });
}

function addressOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
  const address = new URL(form.action, location.href);
  address.search = query.toString();
  return address.href;
}

function filterAtOnce(form) {
  form.classList.add("live");
  form.addEventListener("change", () => showFiltered(addressOf(form)));
  form.addEventListener("submit", (event) => { event.preventDefault(); showFiltered(addressOf(form)); });
}

addEventListener("popstate", () => {
  if (document.querySelector("form[data-facets]")) showFiltered(location.href, { push: false });
});

// --- A select that applies itself (sorting) ------------------------------------------------------------------------

function submitAtOnce(select) {
  select.form.querySelector("[data-apply]")?.setAttribute("hidden", "");
  select.addEventListener("change", () => select.form.requestSubmit());
}

// --- Forms: what was typed is kept in this tab, leaving with it asks once ------------------------------------------

function keepTyped(form) {
  const key = `typed:${location.pathname}:${form.dataset.keep}`;
  const fields = $$("textarea, input[type='text'], input:not([type])", form).filter((field) => field.name);
  const first = new Map(fields.map((field) => [field, field.value]));
  let leaving = false;
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? "{}");
    for (const field of fields) if (!field.value && typeof kept[field.name] === "string") field.value = kept[field.name];
  } catch { sessionStorage.removeItem(key); }
  form.addEventListener("input", () => {
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map((field) => [field.name, field.value]))));
  });
  form.addEventListener("submit", () => { leaving = true; sessionStorage.removeItem(key); });
  addEventListener("beforeunload", (event) => {
    if (!leaving && fields.some((field) => field.value !== first.get(field) && field.value.trim())) event.preventDefault();
  });
}

// --- A form is sent once, however often it is pressed --------------------------------------------------------------

function sendOnce(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
}

// --- Search suggestions: the ARIA combobox pattern; without an answer it stays a plain search field ------------------

let lists = 0;

function suggestions(input) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.id = `suggestions-${lists += 1}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.form.getAttribute("aria-label") ?? "");
  list.hidden = true;
  input.after(list);
  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id };
  for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);

  let timer, asking, chosen = -1, asked = "";

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const options = [...list.children];
    chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const show = (found) => {
    list.replaceChildren(...found.slice(0, 8).map((item, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.url = item.url;
      const title = document.createElement("span"), kind = document.createElement("span");
      title.textContent = item.title;
      kind.textContent = item.kind;
      kind.className = "meta";
      option.append(title, kind);
      return option;
    }));
    chosen = -1;
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(Boolean(found.length)));
    if (found.length) announce(`${found.length} ${found.length === 1 ? "suggestion" : "suggestions"}`);
  };
  const ask = async () => {
    const words = input.value.trim();
    if (words.length < 2) return close();
    if (words === asked && !list.hidden) return undefined;
    asked = words;
    asking?.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${input.dataset.suggest || "/search/suggest/"}?q=${encodeURIComponent(words)}`, { signal: asking.signal });
      const found = answer.ok ? await answer.json() : [];
      if (document.activeElement === input) show(Array.isArray(found) ? found : (found.results ?? []));
    } catch { /* no suggestions, no harm: the field still searches */ }
    return undefined;
  };

  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 180); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) { event.stopPropagation(); event.preventDefault(); close(); }
    if (list.hidden) return;
    if (event.key === "ArrowDown") { event.preventDefault(); choose(chosen + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(chosen < 0 ? -1 : chosen - 1); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); location.assign(list.children[chosen].dataset.url); }
  });
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role='option']");
    if (!option) return;
    event.preventDefault();
    location.assign(option.dataset.url);
  });
  input.addEventListener("blur", () => { clearTimeout(timer); close(); });
}

// --- Begin -----------------------------------------------------------------------------------------------------------

function begin(root) {
  localTimes(root);
  $$("form[data-facets]", root).forEach(filterAtOnce);
  $$("select[data-submit]", root).forEach(submitAtOnce);
  $$("form[data-keep]", root).forEach(keepTyped);
  $$("form[method='post']", root).forEach(sendOnce);
  $$("input[data-suggest]", root).forEach(suggestions);
}

begin(document);
document.querySelector("[data-focus]")?.focus();
