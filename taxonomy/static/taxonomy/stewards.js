// Opens the branches of a scheme's tree in place. Without this file each leads to a page of its own.

const tree = document.querySelector("[data-steward-tree]");

async function toggle(link) {
  const item = link.closest("li");
  const open = item.querySelector(":scope > ul");
  if (open) {
    open.hidden = !open.hidden;
    link.setAttribute("aria-expanded", String(!open.hidden));
    return;
  }
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.dataset.branch);
    if (!answer.ok) throw new Error(String(answer.status));
    item.insertAdjacentHTML("beforeend", await answer.text());
    prepare(item);
    link.setAttribute("aria-expanded", "true");
  } catch {
    item.querySelector(".steward-failed")?.remove();
    link.insertAdjacentHTML("afterend", '<span class="steward-failed" role="alert"></span>');
    link.nextElementSibling.textContent = tree.dataset.wordsFailed;
  }
  link.removeAttribute("aria-busy");
}

function prepare(root) {
  for (const link of root.querySelectorAll("a[data-branch]:not([role])")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", (event) => { event.preventDefault(); toggle(link); });
    link.addEventListener("keydown", (event) => {
      const open = link.getAttribute("aria-expanded") === "true";
      if (event.key === " " || (event.key === "ArrowRight" && !open) || (event.key === "ArrowLeft" && open)) {
        event.preventDefault();
        toggle(link);
      }
    });
  }
}

if (tree) prepare(tree);
