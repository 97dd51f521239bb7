// Writes an event's time as the reader's own clock will show it. Without this file the page says it in the event's
// zone and in UTC.

const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const day = { weekday: "long", day: "numeric", month: "long" };
const clock = { hour: "2-digit", minute: "2-digit" };
const whole = new Intl.DateTimeFormat(language, { ...day, ...clock, timeZoneName: "short" });

for (const place of document.querySelectorAll("[data-from][data-until]")) {
  const from = new Date(place.dataset.from), until = new Date(place.dataset.until);
  if (Number.isNaN(from.valueOf()) || Number.isNaN(until.valueOf())) continue;
  // Where the reader's clock shows what is written above already, once is enough.
  if (-from.getTimezoneOffset() === Number(place.dataset.offset)) { place.hidden = true; continue; }
  const span = whole.formatRange(from, until).replaceAll("–", "\u2060–\u2060"); // no line ends within the hours
  place.textContent = `${place.dataset.words} ${span}`;
}
