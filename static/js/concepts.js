// Makes of a field of terms a search with suggestions, a tree to browse, and removable chips. Without this file the
// chosen terms are checkboxes, and others are added by name in a text field: the same form is sent either way.

let count = 0;

const make = (name, attributes = {}, ...children) => {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null) node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
};

// The admin's rich text stands in its field as the JSON of its blocks.
function textOf(field) {
  if (!field.value.startsWith("{")) return field.value;
  try {
    return JSON.parse(field.value).blocks.map((block) => block.text).join("\n\n");
  } catch {
    return field.value;
  }
}

class Chooser {
  constructor(root) {
    this.root = root;
    this.words = Object.fromEntries(
      Object.entries(root.dataset).filter(([key]) => key.startsWith("words")).map(([key, value]) => [key.slice(5).toLowerCase(), value]),
    );
    this.most = Number(root.dataset.most) || Infinity;
    this.schemes = (root.dataset.schemes || "").split(",").filter(Boolean);
    this.id = `concepts-${++count}`;
    this.list = root.querySelector(".concept-chooser__chosen");
    this.typed = root.querySelector("textarea");
    this.build();
    for (const box of this.list.querySelectorAll("input")) this.dress(box.closest("li"));
    root.querySelector(".concept-chooser__typed").hidden = !this.typed.value.trim();
  }

  build() {
    this.input = make("input", {
      type: "text", id: `${this.id}-input`, role: "combobox", autocomplete: "off", spellcheck: "false", maxlength: "200",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${this.id}-options`,
      "aria-describedby": `${this.id}-hint`,
    });
    this.options = make("ul", { id: `${this.id}-options`, role: "listbox", "aria-label": this.words.search, class: "concept-chooser__options", hidden: true });
    this.status = make("p", { role: "status", class: "concept-chooser__status" });
    this.suggested = make("ul", { class: "concept-chooser__suggested", "aria-label": this.words.suggest, hidden: true });
    this.tree = make("details", { class: "concept-chooser__tree" }, make("summary", {}, this.words.browse));
    const suggest = make("button", { type: "button", class: "button button-secondary concept-chooser__suggest" }, this.words.suggest);
    const box = make(
      "div", { class: "concept-chooser__search" },
      make("label", { for: this.input.id }, this.words.search),
      make("p", { id: `${this.id}-hint`, class: "concept-chooser__hint" }, this.words.hint),
      this.input, this.options,
    );
    this.list.after(box, this.status, suggest, this.suggested, this.tree);
    // There is a text to look at where something is written, and that is sent by POST.
    suggest.hidden = this.most === 1 || !this.root.closest("form")?.querySelector("[name=csrfmiddlewaretoken]");
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    suggest.addEventListener("click", () => this.suggest());
    this.tree.addEventListener("toggle", () => { if (this.tree.open) this.grow(this.tree, null); });
  }

  ids() {
    return new Set([...this.list.querySelectorAll("input:checked")].map((box) => box.value));
  }

  say(words) {
    this.status.textContent = words;
  }

  dress(item) {
    const box = item.querySelector("input"), title = item.querySelector("label span").textContent;
    box.hidden = true;
    const button = make("button", { type: "button", "aria-label": `${this.words.remove}: ${title}` }, "×");
    button.addEventListener("click", () => {
      const next = item.nextElementSibling?.querySelector("button") || this.input;
      item.remove();
      this.say(this.words.removed + title);
      next.focus();
      this.changed();
    });
    item.append(button);
  }

  add(choice) {
    if (this.ids().has(String(choice.pk))) return;
    if (this.most === 1) this.list.replaceChildren();
    if (this.ids().size >= this.most) {
      this.say(this.words.full);
      return;
    }
    const box = make("input", { type: "checkbox", name: this.root.dataset.name, value: choice.pk, checked: true });
    const item = make("li", {}, make("label", {}, box, " ", make("span", {}, choice.title)), " ", make("small", {}, choice.scheme));
    this.list.append(item);
    this.dress(item);
    this.say(this.words.added + choice.title);
    this.changed();
  }

  changed() {
    // The admin's editor watches its form for changes.
    this.list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async ask(url, options) {
    try {
      const answer = await fetch(url, options);
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()).results;
    } catch {
      this.say(this.words.failed);
      return null;
    }
  }

  address(query) {
    const url = new URL(this.root.dataset.url, location.href);
    for (const scheme of this.schemes) url.searchParams.append("scheme", scheme);
    for (const [key, value] of Object.entries(query)) if (value !== null) url.searchParams.set(key, value);
    return url;
  }

  later() {
    clearTimeout(this.waiting);
    const text = this.input.value.trim();
    if (text.length < 2) {
      this.close();
      return;
    }
    this.waiting = setTimeout(async () => {
      const found = await this.ask(this.address({ q: text }));
      if (found && this.input.value.trim() === text) this.show(found);
    }, 150);
  }

  show(found) {
    const held = this.ids();
    this.found = found.filter((choice) => !held.has(String(choice.pk)));
    this.options.replaceChildren(...this.found.map((choice, number) => {
      const option = make("li", { role: "option", id: `${this.id}-option-${number}`, "aria-selected": "false" }, ...this.lines(choice));
      option.addEventListener("mousedown", (event) => { event.preventDefault(); this.take(number); });
      return option;
    }));
    this.at = -1;
    this.options.hidden = !this.found.length;
    this.input.setAttribute("aria-expanded", String(Boolean(this.found.length)));
    this.say(this.found.length ? `${this.words.found}${this.found.length}` : this.words.none);
  }

  lines(choice) {
    const where = [choice.scheme, ...choice.broader].join(" › ");
    const lines = [make("strong", {}, choice.title)];
    if (choice.found_by) lines.push(` (${choice.found_by})`);
    lines.push(make("small", {}, where));
    if (choice.definition) lines.push(make("span", {}, choice.definition));
    return lines;
  }

  close() {
    this.options.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "Escape" && !this.options.hidden) {
      event.preventDefault();
      this.close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.options.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark((this.at + step + this.found.length + (this.at < 0 && step < 0 ? 1 : 0)) % this.found.length);
    } else if (event.key === "Enter") {
      // Enter in this field never sends the form.
      event.preventDefault();
      if (!this.options.hidden && this.found.length) this.take(Math.max(this.at, 0));
    }
  }

  mark(number) {
    this.at = number;
    [...this.options.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    const option = this.options.children[number];
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  take(number) {
    this.add(this.found[number]);
    this.input.value = "";
    this.close();
  }

  async grow(place, below) {
    if (place.dataset.grown) return;
    const found = await this.ask(this.address({ below }));
    if (!found) return;
    place.dataset.grown = "1";
    place.append(make("ul", {}, ...found.map((choice) => this.leaf(choice))));
  }

  leaf(choice) {
    const add = make("button", { type: "button", title: choice.definition || null }, choice.title);
    add.addEventListener("click", () => this.add(choice));
    if (!choice.has_narrower) return make("li", {}, add);
    const below = make("details", {}, make("summary", { "aria-label": `${this.words.below}: ${choice.title}` }, "…"));
    below.addEventListener("toggle", () => { if (below.open) this.grow(below, choice.pk); });
    return make("li", {}, add, below);
  }

  async suggest() {
    const form = this.root.closest("form"), data = new FormData();
    for (const field of form?.querySelectorAll("textarea, input[type=text], input[type=hidden]") || []) {
      if (field.name && field.value && !this.root.contains(field) && !/csrf|token|slug|-(id|ORDER|DELETE|TOTAL_FORMS)$/i.test(field.name)) data.append("text", textOf(field));
    }
    for (const scheme of this.schemes) data.append("scheme", scheme);
    data.append("csrfmiddlewaretoken", form?.querySelector("[name=csrfmiddlewaretoken]")?.value || "");
    const found = await this.ask(this.root.dataset.suggestUrl, { method: "POST", body: data });
    if (!found) return;
    const held = this.ids(), fresh = found.filter((choice) => !held.has(String(choice.pk)));
    this.suggested.hidden = !fresh.length;
    this.suggested.replaceChildren(...fresh.map((choice) => {
      const button = make("button", { type: "button", title: choice.definition || null }, `+ ${choice.title}`);
      const item = make("li", {}, button);
      button.addEventListener("click", () => {
        const next = item.nextElementSibling?.querySelector("button") || this.input;
        this.add(choice);
        item.remove();
        this.suggested.hidden = !this.suggested.children.length;
        next.focus();
      });
      return item;
    }));
    this.say(fresh.length ? `${this.words.found}${fresh.length}` : this.words.nothing);
    this.suggested.querySelector("button")?.focus();
  }
}

for (const root of document.querySelectorAll("[data-concept-chooser]")) new Chooser(root);
