// Run, Stop and Check, in the pages that `go tool live` serves. Whatever a program prints is shown as text, never as markup.
const make = (tag, props = {}, ...inside) => {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...inside);
  return e;
};
const all = (selector, from = document) => [...from.querySelectorAll(selector)];

// The link's fragment has the token. It is kept for this tab, and leaves the address.
const given = location.hash.match(/^#live=(\w+)$/);
if (given) {
  sessionStorage.setItem("live", given[1]);
  history.replaceState(null, "", location.pathname + location.search);
}
addEventListener("hashchange", () => /^#live/.test(location.hash) && location.reload()); // another server's link
const token = sessionStorage.getItem("live");

const post = (path, body, signal) =>
  fetch(`/-/${path}`, { method: "POST", headers: { "Lockstep-Token": token }, body: JSON.stringify(body), signal });
async function problem(response) {
  try {
    return (await response.json()).error;
  } catch {
    return `the server answers ${response.status}`;
  }
}

const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

// busy counts what a reload would wipe away.
let busy = 0;
let following = false; // an exercise's file: its saves change the book, and are no news to who saves it

// stream posts a request and calls take with each batch of events.
async function stream(path, body, signal, take) {
  const response = await post(path, body, signal);
  if (!response.ok) throw new Error(await problem(response));
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    if (lines.length) take(lines.map(JSON.parse));
  }
}

const colour = (name, position) => {
  const letter = name.match(/(?:^| )([A-H])$/);
  const number = name.match(/\d{1,6}$/);
  return `p${(number ? +number[0] : letter ? "ABCDEFGH".indexOf(letter[1]) : position) % 8}`;
};

// A view shows one program's output: a column for each process, and when each line arrived.
class View {
  constructor(title, names) {
    this.known = names; // lanes of the recorded run, in its order; others follow by name
    this.title = make("p", { className: "cmd", textContent: title });
    this.body = make("div", { className: "scroll", tabIndex: 0, role: "group", ariaLabel: `Output of ${title}` });
    this.time = make("div", { className: "time" });
    this.told = make("p", { className: "told", role: "status" });
    this.box = make("div", { className: "view" }, this.title, this.body, this.time, this.told);
    this.clear(names);
  }
  clear(names = this.known) {
    this.names = [...names];
    this.first = names.length;
    this.lines = [];
    this.queue = [];
    this.breaks = 0;
    this.list = null;
    this.body.replaceChildren();
    this.time.replaceChildren();
    this.tell("");
  }
  tell(text, state = "") {
    this.told.textContent = text;
    this.told.className = `told ${state}`;
  }
  columns() {
    const n = this.names.length;
    this.list.className = n > 1 && n < 9 ? `lanes n${n}` : "lanes n1";
    this.list.firstChild.replaceChildren(
      ...(n > 1 && n < 9 ? this.names.map((name, i) => make("span", { className: `lane-name c${i + 1} ${colour(name, i)}`, textContent: name })) : []),
    );
    for (const line of this.lines) this.place(line);
  }
  // A line stands in its process's column. With one process, or too many, there are no columns.
  place({ lane, item, who, say }) {
    const i = this.names.indexOf(lane);
    const columns = this.names.length > 1 && this.names.length < 9;
    say.className = i < 0 ? "say all" : columns ? `say c${i + 1} ${colour(lane, i)}` : "say one";
    (i < 0 || columns ? item : say).prepend(who);
  }
  start() {
    this.list = make("ol", {}, make("li", { className: "head", ariaHidden: "true" }));
    this.body.append(this.list);
    this.columns();
  }
  line(e) {
    if (!this.list) this.start();
    if (e.lane && !this.names.includes(e.lane)) {
      const more = [...this.names.slice(this.first), e.lane].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      this.names = [...this.names.slice(0, this.first), ...more];
      if (this.names.length < 10) this.columns();
    }
    const skip = e.lane ? e.lane.length + 3 : 0; // the prefix stands over the column
    const say = make("span");
    let at = skip;
    for (const [from, to] of e.varies ?? []) {
      if (from < at) continue;
      say.append(e.text.slice(at, from), make("span", { className: "volatile", title: "varies from run to run", textContent: e.text.slice(from, to) }));
      at = to;
    }
    say.append((e.text ?? "").slice(at));
    const who = make("span", { className: "lane", textContent: skip ? `[${e.lane}] ` : e.stream ? "on standard error: " : "" });
    const item = make("li", {}, say);
    if (e.stream) item.classList.add("stderr");
    if (e.break) {
      this.broke(e.break, item);
    }
    const line = { at: e.at ?? 0, lane: e.lane ?? "", item, who, say };
    this.place(line);
    this.lines.push(line);
    return item;
  }
  // broke marks where a promise was broken.
  broke(b, item) {
    this.breaks++;
    const text = `${b.want ? `wanted ${b.want}` : "wanted nothing more"}${b.lane ? ` in lane ${b.lane}` : ""}; got ${b.got || "nothing"}`;
    (item ?? this.list ?? this.body).append(make("span", { className: "broke", textContent: `✗ ${b.promise ? `${b.promise}: ` : ""}${text}` }));
    if (this.breaks === 1) this.tell(item ? `Broken at line ${this.lines.length + 1}: ${text}.` : `Broken: ${text}.`, "not");
  }
  take(e, promises) {
    switch (e.kind) {
      case "building":
        this.tell("Building …");
        break;
      case "command":
        this.title.textContent = e.text;
        if (!this.breaks) this.tell(promises ? "Running; kept so far." : "Running.");
        this.list = null; // the next command of the phase
        break;
      case "line":
      case "end":
        this.scale ??= e.scale;
        this.queue.push({ e, promises });
        this.draw();
        break;
      case "busy":
        this.tell("Something else runs, perhaps in another tab. ", "not");
        this.told.append(button("Stop that", "", async () => {
          await post("stop", {});
          this.tell("Now this can run.");
        }));
        break;
      case "error":
        this.body.append(make("pre", { className: "out", textContent: e.text }));
        this.tell("It cannot run.", "not");
        break;
    }
  }
  // draw adds what has arrived once per frame, and not too much at a time.
  draw() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = undefined;
      const items = [];
      while (this.queue.length && items.length < 40) {
        const { e, promises } = this.queue.shift();
        if (e.kind === "line") items.push(this.line(e));
        else {
          this.list?.append(...items.splice(0));
          this.end(e, promises);
        }
      }
      this.list?.append(...items);
      if (this.queue.length) this.draw();
    });
  }
  end(e, promises) {
    for (const b of e.breaks ?? []) this.broke(b);
    const how = `Exit status ${e.exit}, ${Math.round(e.at)} ms.`;
    if (e.verdict === "kept") this.tell(`Kept: ${e.text || promises}. ${how}`, "right");
    else if (e.verdict === "not judged") this.tell(`${sentence(e.text)} ${how}`);
    this.timeline();
  }
  // timeline draws when each line arrived, and lets the reader go through them.
  timeline() {
    const lines = this.lines;
    if (lines.length < 2) return;
    const rows = ["", ...this.names].filter((n) => lines.some((l) => l.lane === n));
    const first = Math.min(...lines.map((l) => l.at));
    const end = Math.max(...lines.map((l) => l.at));
    const x = (at) => ((at - first) / (end - first || 1)) * 990 + 5;
    const svg = (tag, attributes) => {
      const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
      return e;
    };
    const height = rows.length * 14;
    const picture = svg("svg", { viewBox: `0 0 1000 ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": "Arrival of each line" });
    picture.style.height = `${height}px`;
    rows.forEach((name, r) => {
      const marks = lines.filter((l) => l.lane === name).slice(0, 2000).map((l) => `M${x(l.at)} ${r * 14 + 2}v10`);
      picture.append(svg("path", { d: `M0 ${r * 14 + 7}h1000`, class: "row" }), svg("path", { d: marks.join(""), class: `tick ${name ? colour(name, this.names.indexOf(name)) : ""}` }));
    });
    const here = svg("path", { d: `M${x(end)} 0v${height}`, class: "here" });
    picture.append(here);
    const said = make("span", { textContent: `line ${lines.length} of ${lines.length}, ${end.toFixed(1)} ms` });
    const slider = make("input", { type: "range", min: 1, max: lines.length, value: lines.length, ariaLabel: "Replay" });
    slider.addEventListener("input", () => {
      const n = +slider.value;
      lines.forEach((l, i) => (l.item.hidden = i >= n));
      const { at } = lines[n - 1];
      here.setAttribute("d", `M${x(at)} 0v${height}`);
      lines[n - 1].item.scrollIntoView({ block: "nearest" });
      said.textContent = `line ${n} of ${lines.length}, ${at.toFixed(1)} ms`;
      slider.ariaValueText = said.textContent;
    });
    this.time.replaceChildren(
      make("p", {}, "Arrival of each line at the pipe: ", said),
      make("div", { className: "rows" }, make("ul", {}, ...rows.map((r) => make("li", { textContent: r || "unnamed" }))), picture),
      slider,
    );
  }
}

const button = (text, label, press) => {
  const b = make("button", { type: "button", textContent: text, onclick: press });
  if (label) b.ariaLabel = `${text}: ${label}`;
  return b;
};

// work runs one thing: at a time only one runs, here and in other tabs. It gives stop, which ends it.
async function work(path, body, view, take, stop) {
  busy++;
  const abort = new AbortController();
  stop.disabled = false;
  stop.onclick = async () => {
    stop.disabled = true;
    view.tell("Stopping …");
    const { stopped, ms } = await (await post("stop", {})).json();
    abort.abort();
    view.tell(stopped ? `Stopped within ${ms} ms: no process is left.` : "Stopped.");
  };
  let kind;
  try {
    await stream(path, body, abort.signal, (events) => events.forEach((e) => ((kind = e.kind), take(e))));
    if (!stop.disabled && /build|command|line|output/.test(kind)) view.tell("It was stopped from elsewhere.", "not");
  } catch (error) {
    if (error.name === "AbortError") return;
    const text = error.name === "TypeError" ? "the server has ended: start it, and open its new link" : error.message;
    view.tell(sentence(text), "not");
  } finally {
    stop.disabled = true;
    busy--;
  }
}

const lanesOf = (figure) => all(".lanes .head span", figure).map((s) => s.textContent);

function session(figure, offer, id) {
  const claim = figure.querySelector(".claim").textContent;
  const caption = figure.querySelector(".end");
  if (offer.kind === "none") return;
  const runs = offer.kind === "run";
  const open = button(runs ? "Run" : "Check", claim, () => go());
  caption.append(open);
  const promises = (offer.promises ?? []).join(", ");
  let panel, view, field, stop, scales, beside;
  const build = () => {
    view = new View(offer.program ?? "", runs ? lanesOf(figure) : []);
    stop = button("Stop", claim);
    const bar = make("div", { className: "bar" }, make("b", { textContent: "On this machine" }), stop);
    if (offer.editable) {
      field = make("input", { type: "text", value: offer.flags ?? "", spellcheck: false, autocapitalize: "off", maxLength: 1000, ariaLabel: `Arguments of ${offer.program}` });
      field.addEventListener("keydown", (e) => e.key === "Enter" && !open.disabled && go());
      bar.append(make("label", {}, `${offer.program} `, field));
      scales = make("span", { className: "scales" });
      bar.append(scales);
    }
    if (figure.fixed) {
      beside = button("Run beside the fixed one", claim, () => pair());
      bar.append(beside);
    }
    if (!runs) bar.append(make("span", { className: "why", textContent: "this runs the test of its script" }));
    panel = make("section", { className: "live", ariaLabel: `Run of: ${claim}` }, bar, view.box);
    figure.append(panel);
  };
  const changed = () => field && field.value !== (offer.flags ?? "");
  const able = (yes) => [open, beside, ...all(".scales button", panel)].forEach((b) => b && (b.disabled = !yes));
  const during = async (what) => {
    able(false);
    open.textContent = "Running";
    await what();
    open.textContent = runs ? "Run again" : "Check again";
    able(true);
    if (document.activeElement === document.body) open.focus({ preventScroll: true });
  };
  const fresh = (names) => {
    all(".view + .view", panel).forEach((v) => v.remove());
    view.clear(names);
    view.title.textContent = "…"; // until the server says what it runs
  };
  const go = (scale) => {
    if (!panel) build();
    if (scale) field.value = offer.flags ?? "";
    fresh(scale || changed() ? [] : undefined);
    panel.scrollIntoView({ block: "nearest" });
    return during(async () => {
      if (!runs) return void (await tests("check", id, view, stop));
      const run = { ...id };
      if (scale) run.scale = scale;
      else if (changed()) run.flags = field.value;
      const judged = scale || changed() ? "" : promises;
      await work("run", { runs: [run] }, view, (e) => view.take(e, judged), stop);
      if (view.scale && !scales.childElementCount) {
        const { from, to } = view.scale;
        scales.append("processes: ", ...[1, 2, 4, 8].filter((n) => from <= n && n <= to).map((n) => button(`${n}`, `${claim}, with so many processes`, () => go(n))));
      }
    });
  };
  const pair = () => {
    if (field) field.value = offer.flags ?? ""; // the two recorded runs are compared
    fresh();
    const other = new View("the fixed one", lanesOf(figure.fixed.figure));
    panel.append(other.box);
    return during(() =>
      work("run", { runs: [id, figure.fixed.id] }, view, (e) => (e.run ? other.take(e, figure.fixed.promises) : view.take(e, promises)), stop));
  };
  figure.edited = changed;
}

// tests shows what go test says, and how it ends.
async function tests(path, body, view, stop, after) {
  view.list = null;
  const out = make("pre", { className: "out", tabIndex: 0, ariaLabel: "What the test says" });
  view.body.replaceChildren(out);
  let said = "";
  let verdict;
  const verdicts = {
    pass: ["Right: the check passes.", "right"],
    fail: ["Not yet: see what it says.", "not"],
    skip: ["It was skipped, for the reason above.", ""],
  };
  await work(path, body, view, (e) => {
    if (e.kind === "command") {
      said = verdict = "";
      view.title.textContent = e.text;
      out.textContent = "";
      view.tell("Checking …");
    } else if (e.kind === "output") {
      said += e.text + "\n";
      out.textContent = said;
    } else if (e.kind === "end") {
      view.tell(...verdicts[(verdict = e.verdict)]);
      after?.(verdict);
    } else if (e.kind === "waiting") {
      view.told.append(" Save the file, and it is checked again.");
    } else view.take(e);
  }, stop);
  if (verdict) view.tell(...verdicts[verdict]); // it was stopped while it waited for a save
  if (after) view.told.append(" Saves are no longer checked.");
}

function exercise(section) {
  const command = section.querySelector("figure.type");
  const concept = command.querySelector(".cmd").textContent.match(/examples\/(\w+)\/exercise/)?.[1];
  if (!concept) return;
  let view, stop;
  const hint = button("Show a hint", "", () => {
    const next = all("details.hint", section).find((d) => !d.open);
    if (next) {
      next.open = true;
      next.querySelector("summary").focus();
    } else hint.hidden = true;
  });
  const open = button("Check", "the exercise, now and whenever you save the file", async () => {
    if (!view) {
      view = new View("", []);
      stop = button("Stop", "the exercise's check");
      const bar = make("div", { className: "bar" }, make("b", { textContent: "On this machine" }), stop, hint, make("span", { className: "why", textContent: "your code runs as you, as go test does" }));
      section.insertBefore(make("section", { className: "live", ariaLabel: "the exercise's check" }, bar, view.box), command.nextSibling);
      hint.hidden = true;
    }
    open.disabled = following = true;
    await tests("exercise", { concept }, view, stop, (verdict) => (hint.hidden = verdict !== "fail" || !section.querySelector("details.hint:not([open])")));
    open.disabled = following = false;
  });
  command.append(open);
}

// The book follows edits. A page that shows a run, or has something typed in, asks before it reloads.
function followEdits() {
  const page = () => fetch("").then((r) => r.text());
  const before = page();
  const socket = new WebSocket(`ws://${location.host}/livereload`);
  socket.addEventListener("open", () => socket.send(JSON.stringify({ command: "hello", protocols: ["http://livereload.com/protocols/official-7"] })));
  socket.addEventListener("message", async (m) => {
    if (following || JSON.parse(m.data).command !== "reload" || (await page()) === (await before)) return;
    if (!busy && !all(".live").length && !all("figure.session").some((f) => f.edited?.())) return location.reload();
    const note = document.getElementById("changed") ?? document.body.appendChild(make("div", { id: "changed", role: "status" }));
    note.replaceChildren("The book has changed. ", button("Reload", "", () => location.reload()));
  });
}

async function open() {
  followEdits();
  const figures = all("figure.session[data-script]");
  const sections = all("section.exercise");
  if (!figures.length && !sections.length) return;
  const ids = figures.map((f) => ({ script: f.dataset.script, line: +f.dataset.phase }));
  const response = token ? await post("phases", ids) : null;
  if (!response?.ok) {
    const first = figures[0] ?? sections[0];
    first.before(make("p", { className: "told not", role: "status", textContent: "To run programs in this tab, open the link that go tool live has printed." }));
    return;
  }
  const offers = await response.json();
  figures.forEach((f, i) => {
    const at = i + offers[i].fixed;
    if (at > i) f.fixed = { figure: figures[at], id: ids[at], promises: (offers[at].promises ?? []).join(", ") };
  });
  figures.forEach((f, i) => session(f, offers[i], ids[i]));
  sections.forEach(exercise);
}
open();
