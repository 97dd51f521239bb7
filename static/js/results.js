// Lists of results change in place: a filter, chip, order, page or date brings the same address' HTML, and its results
// stand where the former ones stood. Whatever goes wrong, the browser goes there as it would without this file.

const PATIENCE = 15_000; // milliseconds
const results = (root = document) => root.querySelector("[data-results]");
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const whereNow = () => location.pathname + location.search;

let shown = whereNow(); // the address, without its fragment, of what stands on the page
let asking;

async function show(address, { push = true, toTop = false } = {}) {
  const place = results();
  asking?.abort();
  const mine = asking = new AbortController();
  const late = setTimeout(() => mine.abort(new Error("late")), PATIENCE);
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html", "X-In-Place": "1" }, signal: mine.signal });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = results(fresh);
    if (!answer.ok || !found) throw new Error(String(answer.status));
    if (asking !== mine) return;
    // The page says how it is called; it does not say which of its pages this is.
    const url = new URL(address, location.href);
    const name = url.searchParams.has("page") ? url.href : found.dataset.results;
    if (push) history.pushState(null, "", name);
    shown = whereNow();
    document.title = fresh.title;
    document.querySelector("link[rel=canonical]")?.replaceWith(fresh.querySelector("link[rel=canonical]") ?? "");
    exchange(place, found, toTop);
  } catch {
    if (asking === mine) location.assign(address);
  } finally {
    clearTimeout(late);
    if (asking === mine) place.removeAttribute("aria-busy");
  }
}

// What was folded stays folded, and the focus stays where it was; where that is gone, it goes to the number of results.
function exchange(place, found, toTop) {
  const held = place.contains(document.activeElement) ? document.activeElement : null;
  const again = held && nameOf(held);
  const wasOpen = new Map($$("details[data-fold]", place).map((part) => [part.dataset.fold, part.open]));
  place.dataset.results = found.dataset.results;
  const typed = typedIn(held);
  place.replaceChildren(...found.childNodes);
  for (const part of $$("details[data-fold]", place)) {
    const was = wasOpen.get(part.dataset.fold);
    // What stands below a choice opens with it.
    if (was !== undefined) part.open = was || (part.matches(".branch") && part.open);
  }
  place.dispatchEvent(new Event("fresh", { bubbles: true }));
  const count = place.querySelector("[data-count]");
  const successor = again && place.querySelector(again);
  if (typed !== null && successor) successor.value = typed;
  if (held) (successor || count)?.focus({ preventScroll: true });
  if (toTop) count?.scrollIntoView({ block: "start" });
  const words = count?.textContent.trim().replace(/\s+/g, " ");
  document.dispatchEvent(new CustomEvent("say", { detail: words ?? document.title }));
}

// What somebody is typing while an answer is under way; null where nothing was changed.
function typedIn(field) {
  const isText = field?.matches("input[type=search], input[type=date]");
  return isText && field.value !== field.defaultValue ? field.value : null;
}

// A selector by which the same control is found in another answer; "" for one that stands for this answer only.
function nameOf(part) {
  if (part.matches(".facet-more a")) return `#${CSS.escape(part.closest(".facet").id)} .facet-more a`;
  if (part.matches("summary")) return `[data-fold="${CSS.escape(part.parentElement.dataset.fold ?? "")}"] > summary`;
  if (part.matches("input[type=checkbox]")) return `input[type=checkbox][name="${CSS.escape(part.name)}"][value="${CSS.escape(part.value)}"]`;
  if (part.id) return `#${CSS.escape(part.id)}`;
  return part.matches("input[name]") ? `form[data-facets] [name="${CSS.escape(part.name)}"]` : "";
}

function addressOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value !== "") query.append(name, value);
  const address = new URL(form.action, location.href);
  address.search = query.toString();
  return address.href;
}

const isHere = (address) => address.origin === location.origin && address.pathname === location.pathname;

function followed(event) {
  const link = event.target.closest("a[href]");
  const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !plain || link.target || !isHere(link)) return;
  if (link.hash && link.search === location.search) return;
  // Other words are another page: they belong in the search box above too, and count as a search.
  if (new URL(link.href).searchParams.get("q") !== new URLSearchParams(location.search).get("q")) return;
  event.preventDefault();
  show(link.href, { toTop: Boolean(link.closest(".pagination")) });
}

function sent(event) {
  const form = event.target;
  if (form.method !== "get" || !isHere(new URL(form.action, location.href))) return;
  event.preventDefault();
  show(addressOf(form));
}

// Dates are typed digit by digit, so they have a button.
function changed(event) {
  const form = event.target.closest("form[data-facets]");
  if (form && event.target.type === "checkbox") show(addressOf(form));
}

// Which hit of which search a reader opens first: counted by the server without who it was.
const told = new Set();

function opened(event) {
  const hit = event.target.closest(".hits[data-clicks] .hit");
  const link = event.target.closest("a[href]");
  // What it is about leads elsewhere.
  if (!hit || !link || link.closest(".chips") || event.button > 1) return;
  const { clicks, words, first } = hit.parentElement.dataset;
  if (told.has(words)) return;
  told.add(words);
  const position = Number(first) + [...hit.parentElement.children].indexOf(hit);
  navigator.sendBeacon?.(clicks, new URLSearchParams({ q: words, position }));
}

const place = results();
if (place) {
  place.classList.add("live");
  place.addEventListener("click", followed);
  place.addEventListener("submit", sent);
  place.addEventListener("change", changed);
  addEventListener("popstate", () => { if (whereNow() !== shown) show(location.href, { push: false }); });
}
document.addEventListener("click", opened);
document.addEventListener("auxclick", opened);
