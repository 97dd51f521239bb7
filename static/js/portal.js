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

// --- Begin -----------------------------------------------------------------------------------------------------------

function begin(root) {
  localTimes(root);
  $$("select[data-submit]", root).forEach(submitAtOnce);
  $$("form[data-keep]", root).forEach(keepTyped);
  $$("form[method='post']", root).forEach(sendOnce);
}

begin(document);
// Other modules say words, and tell of parts of the page that they brought anew.
document.addEventListener("say", (event) => announce(event.detail));
document.addEventListener("fresh", (event) => begin(event.target));
document.querySelector("[data-focus]")?.focus();
