// What a page does beyond being read: copying, the theme, search, keys, and contents that follow the scroll.
// Everything here can be missing; controls that need it are hidden until it runs.
import { search } from "@params";

const base = new URL("..", document.currentScript.src); // the book's root, wherever it is served
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);

// The text of a block as it stands in its file: no line numbers, no prompts, indentation kept.
function sourceOf(button) {
  const block = button.closest("figure");
  if (block.dataset.copy !== undefined) return block.dataset.copy + "\n";
  const code = block.querySelector("pre").cloneNode(true);
  all(".ln", code).forEach((n) => n.remove());
  return code.textContent;
}

for (const button of all("button.copy")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(sourceOf(button));
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
}

// A question's choices become buttons: one that is taken tells whether it is right, and opens the outcome.
for (const list of all("ol.choices")) {
  const block = list.closest("figure");
  const right = list.children[list.dataset.answer - 1];
  for (const item of [...list.children]) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: item.textContent });
    item.replaceChildren(button);
    button.addEventListener("click", () => {
      item.className = item === right ? "right" : "not";
      if (right) right.className = "right";
      all("button", list).forEach((b) => (b.disabled = true));
      block.querySelector(".verdict").textContent = !right ? "" : item === right ? "That is right." : `No: ${right.textContent}.`;
      block.querySelector("details").open = true;
    });
  }
}

// A click on a line's number makes the address lead to that line.
document.addEventListener("click", (event) => {
  const number = event.target.closest(".ln[id]");
  if (number) location.hash = number.id;
});

const root = document.documentElement;
const themes = { system: "light", light: "dark", dark: "system" };
const themeButton = byId("theme");
function showTheme() {
  const now = root.dataset.theme ?? "system";
  themeButton.textContent = `Theme: ${now}`;
}
function turnTheme() {
  const next = themes[root.dataset.theme ?? "system"];
  try {
    if (next === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", next);
  } catch {
    // Not remembered, then.
  }
  if (next === "system") delete root.dataset.theme;
  else root.dataset.theme = next;
  showTheme();
}
themeButton.hidden = false;
themeButton.addEventListener("click", turnTheme);
showTheme();

// The link to the list of all headings becomes search.
const dialog = byId("search");
const field = byId("query");
const results = byId("results");
const told = byId("told");
let find; // a promise of the function that searches
let asked = 0;

function openSearch(event) {
  event?.preventDefault();
  if (!dialog.open) dialog.showModal();
  field.select();
  find ??= import(new URL(search, base)).then((m) => m.open(base));
  find.then(show, () => {
    told.textContent = "The index could not be loaded.";
    find = undefined;
  });
}

async function show() {
  const mine = ++asked;
  const query = field.value.trim();
  const found = query ? (await find)(query) : [];
  if (mine !== asked) return;
  told.textContent = !query ? "" : found.length ? `${found.length} found` : "Nothing found";
  results.replaceChildren(
    ...found.map((r) => {
      const link = document.createElement("a");
      link.href = new URL(r.url, base);
      link.append(Object.assign(document.createElement("b"), { textContent: r.title }), " ",
        Object.assign(document.createElement("span"), { textContent: r.page }));
      const item = document.createElement("li");
      item.append(link);
      return item;
    }),
  );
}

byId("find").addEventListener("click", openSearch);
field.addEventListener("input", () => find?.then(show, () => {}));
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("a")) dialog.close();
});
dialog.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const links = all("a", results);
  if (step && links.length) {
    event.preventDefault();
    const at = links.indexOf(document.activeElement) + step;
    (links[at] ?? field).focus();
  } else if (event.key === "Enter" && event.target === field) {
    event.preventDefault();
    links[0]?.click();
  }
});

const keys = byId("keys");
keys.addEventListener("click", (event) => event.target === keys && keys.close());
addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || dialog.open || keys.open) return;
  if (event.target.closest("input, textarea, select")) return;
  const inBlock = event.target.closest("[tabindex]"); // there the arrows scroll
  const turn = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
  if (turn && !inBlock) document.querySelector(`a[rel="${turn}"]`)?.click();
  else if (event.key === "t") turnTheme();
  else if (event.key === "/") openSearch(event);
  else if (event.key === "?") keys.showModal();
});

const entries = new Map(all("aside a").map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
const headings = all("main h2[id]").filter((h) => entries.has(h.id));
if (headings.length) {
  const mark = () => {
    const passed = headings.filter((h) => h.getBoundingClientRect().top < innerHeight / 3);
    const here = (passed.at(-1) ?? headings[0]).id;
    for (const [id, a] of entries) {
      if (id === here) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    }
  };
  addEventListener("scroll", mark, { passive: true });
  requestAnimationFrame(mark); // after the layout, not in the way of it
}
