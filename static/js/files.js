// Sends files while the text is still being written. Without this file they go with the form.

function row(file, words, body) {
  const item = document.createElement("li");
  const choice = document.createElement("div");
  choice.className = "choice";
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", name: "attached", value: file.key, id: `file-${file.key}`, checked: true,
  });
  const label = Object.assign(document.createElement("label"), { htmlFor: box.id });
  const name = document.createElement("bdi");
  name.textContent = file.name;
  const size = Object.assign(document.createElement("span"), { className: "meta", textContent: file.size });
  label.append(name, " ", size);
  choice.append(box, label);
  const place = Object.assign(document.createElement("button"), {
    type: "button", className: "button quiet", textContent: words,
  });
  place.addEventListener("click", () => {
    body.focus();
    body.setRangeText(file.markdown, body.selectionStart, body.selectionEnd, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  });
  item.append(choice, place);
  return item;
}

function send(files, group, said) {
  const form = group.closest("form");
  const data = new FormData();
  data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const box of group.querySelectorAll("[name='attached']:checked")) data.append("attached", box.value);
  for (const file of files) data.append("files", file);
  const request = new XMLHttpRequest();
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) said.textContent = `${group.dataset.sending} ${Math.floor((100 * event.loaded) / event.total)} %`;
  });
  return new Promise((done) => {
    request.addEventListener("loadend", () => done(request.response));
    request.open("POST", group.dataset.files);
    request.send(data);
  });
}

for (const group of document.querySelectorAll("[data-files]")) {
  const input = group.querySelector("input[type='file']");
  const said = group.querySelector("[data-progress]");
  const body = group.closest("form").elements.body;
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    const answer = await send(input.files, group, said);
    // What was not understood stays in the field, and goes with the form.
    if (!answer) { said.textContent = group.dataset.failed; return; }
    for (const file of answer.files) group.querySelector(".attached").append(row(file, group.dataset.place, body));
    said.textContent = answer.problems.join(" ");
    input.value = "";
    // The draft is to keep them too.
    if (answer.files.length) group.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
