// Search over headings, files, declarations and scripts. Loaded when it is first asked for, and the index with it.
import MiniSearch from "./vendor/minisearch.js";
import { index } from "@params";

// A Go identifier is found whole and by its parts: sync.Mutex as "sync.mutex", "sync" and "mutex".
export function tokens(text) {
  const found = [];
  for (const word of text.split(/[^\p{L}\p{N}_.]+/u)) {
    const whole = word.replace(/^\.+|\.+$/g, "");
    if (!whole) continue;
    const parts = whole.split(/[._]|(?<=\p{Ll})(?=\p{Lu})/u).filter(Boolean);
    found.push(...new Set([whole, ...parts]));
  }
  return found;
}

const longest = 100; // a query's characters that count

export async function open(base) {
  const response = await fetch(new URL(index, base));
  if (!response.ok) throw new Error(`${response.status} for the index`);
  const records = await response.json();
  const engine = new MiniSearch({
    fields: ["title", "page", "text"],
    tokenize: tokens,
    searchOptions: {
      boost: { title: 4, page: 2 },
      prefix: (term) => term.length > 1,
      fuzzy: (term) => (term.length > 3 ? 0.25 : false),
      combineWith: "AND",
    },
  });
  engine.addAll(records.map((r, id) => ({ id, ...r })));
  return (query) => {
    const q = query.slice(0, longest);
    let found = engine.search(q);
    if (!found.length) found = engine.search(q, { combineWith: "OR" });
    return found.slice(0, 12).map(({ id }) => records[id]);
  };
}
