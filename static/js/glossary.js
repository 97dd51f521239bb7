// Narrows the glossary while the reader types. The server's own list is asked for and put in place of the old one; the
// address follows, so that it can be kept and come back to. Without this file the form asks by its button.

const PAUSE = 220; // milliseconds without a key before the server is asked
const SHORTEST = 2; // one letter would fetch a large part of the glossary

const said = document.createElement("div");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

for (const form of document.querySelectorAll("form[data-live]")) {
  const list = document.getElementById(form.dataset.live);
  const input = form.elements.q;
  let timer, asking, shown = input.value.trim();

  const address = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value.trim()) query.append(name, value.trim());
    return query;
  };
  const ask = async () => {
    const words = input.value.trim();
    if (words === shown || (words && words.length < SHORTEST)) return;
    asking?.abort();
    asking = new AbortController();
    const query = address(), partial = new URLSearchParams(query);
    partial.append("part", "list");
    try {
      const answer = await fetch(`${form.action}?${partial}`, { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const count = fresh.querySelector("[role='status']");
      count?.removeAttribute("role"); // said once, by the line that was there before
      list.replaceChildren(...fresh.body.childNodes);
      shown = words;
      history.replaceState(history.state, "", query.size ? `?${query}` : location.pathname);
      said.textContent = count?.textContent.trim().replace(/\s+/g, " ") ?? "";
    } catch { /* typed on, or no network: the button still asks */ }
  };
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PAUSE); });
}
