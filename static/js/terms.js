// Shows the definition of a marked term where it stands: on hover, on focus, and on a first tap. Without this file a
// term is a link to its page. Everything is asked of the document, so that parts that change need no new start.

const LINGER = 250; // milliseconds that the pointer rests before a note opens, and may be away before it closes

let shown, link, timer;
const wait = (act) => { clearTimeout(timer); timer = setTimeout(act, LINGER); };
const termAt = (target) => target.closest?.("a.term[aria-describedby]");
const noteOf = (term) => document.getElementById(term.getAttribute("aria-describedby"))?.closest("[popover]");

function hide() {
  clearTimeout(timer);
  if (shown?.matches(":popover-open")) shown.hidePopover();
  shown = link = undefined;
}

// Below the words where there is room, else above, and within the window. In the page's own coordinates, so that the note
// goes along when the page is scrolled.
function place(note, term) {
  const words = term.getClientRects()[0] ?? term.getBoundingClientRect();
  const { width, height } = note.getBoundingClientRect();
  const room = document.documentElement.clientWidth;
  const above = words.bottom + height + 16 > innerHeight && words.top > height + 16;
  note.style.left = `${scrollX + Math.max(8, Math.min(words.left, room - width - 8))}px`;
  note.style.top = `${scrollY + (above ? words.top - height - 6 : words.bottom + 6)}px`;
}

function show(term) {
  const note = noteOf(term);
  if (!note?.showPopover) return;
  clearTimeout(timer);
  if (note !== shown) hide();
  [shown, link] = [note, term];
  if (!note.matches(":popover-open")) note.showPopover();
  place(note, term);
}

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const term = termAt(event.target);
  if (term) wait(() => show(term));
  else if (shown?.contains(event.target)) clearTimeout(timer);
  else if (!shown || document.activeElement === link) clearTimeout(timer);
  else wait(hide);
});
document.addEventListener("focusin", (event) => {
  const term = termAt(event.target);
  if (term?.matches(":focus-visible")) show(term);
  else if (shown && !shown.contains(event.target)) hide();
});
document.addEventListener("focusout", (event) => {
  if (event.target === link && !event.relatedTarget && !shown?.matches(":hover")) wait(hide);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) hide();
});

// A first tap shows, a second one follows the link; a tap elsewhere closes.
let touched = false;
document.addEventListener("pointerdown", (event) => {
  touched = event.pointerType === "touch";
  if (shown && !shown.contains(event.target) && termAt(event.target) !== link) hide();
});
document.addEventListener("click", (event) => {
  const term = termAt(event.target);
  if (!touched || !term || (term === link && shown) || !noteOf(term)?.showPopover) return;
  event.preventDefault();
  show(term);
});
