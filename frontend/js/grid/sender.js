// From what is typed to what is stored: each cell waits in the queue until the server has it.
import { PARTS, fill } from "./cells.js";
import { ask } from "./server.js";

const SOON = 400; // ms after a cell is left: time to go back and mend it
const AGAIN = 5000; // ms until the next try without a connection
const AT_ONCE = 100; // cells in one request

export class Sender {
  constructor(form, words, queue, table, speaker) {
    Object.assign(this, { form, words, queue, table, speaker });
    this.sending = false;
    this.timer = 0;
  }

  // Something is typed: kept at once, sent when the cell is left. A half-typed number is no value.
  note(cell, pasted) {
    cell.pasted = pasted;
    this.speaker.said = "";
    if (!cell.isTyped || (cell.isEmpty && cell.version === 0)) return this.drop(cell, { keep: true });
    const before = this.queue.get(cell.key);
    const version = before?.version ?? cell.version;
    this.queue.put(cell.key, { ...this.#entry(cell), version, ready: false });
    cell.say("waiting", this.words.typing);
    this.speaker.count();
  }

  // A cell is left: it is ready to be sent.
  commit(cell) {
    const entry = this.queue.get(cell.key);
    if (!entry || entry.ready || entry.why || entry.theirs) return;
    this.queue.put(cell.key, { ...this.#entry(cell), version: entry.version, ready: true });
    cell.say("waiting", this.words.waiting);
    this.soon();
  }

  commitOpen() {
    for (const cell of this.table.cells.values()) if (cell.hasFocus) this.commit(cell);
    this.flush();
  }

  // Back to what is stored.
  drop(cell, { keep = false } = {}) {
    this.queue.remove(cell.key);
    if (!keep) cell.write(cell.stored);
    cell.say("");
    this.speaker.count();
  }

  discard(key) {
    const cell = this.table.cells.get(key);
    if (cell) this.drop(cell);
    else this.queue.remove(key);
    this.speaker.count();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SOON);
  }

  // What was typed before the page was loaded: shown again, and sent if it was ready.
  restore() {
    for (const [key, entry] of Object.entries(this.queue.all())) {
      const cell = this.table.cells.get(key);
      if (!cell) continue;
      cell.write(entry);
      if (entry.theirs) this.#conflict(cell, entry.theirs);
      else if (entry.why) this.#refused(cell, entry.why);
      else cell.say("waiting", entry.ready ? this.words.waiting : this.words.typing);
    }
    this.speaker.count();
    this.flush();
  }

  // Everything again, also what was refused, with what now stands above the table.
  saveAll() {
    for (const [key, entry] of Object.entries(this.queue.all())) {
      const cell = this.table.cells.get(key);
      if (entry.theirs) continue; // somebody must choose first
      this.queue.put(key, { ...entry, ...(cell ? this.#entry(cell) : {}), version: entry.version, ready: true, why: null });
    }
    this.flush();
  }

  // A reason or a source was given: what was refused for want of it goes again.
  settingChanged(name) {
    const now = this.#settings();
    for (const [key, entry] of Object.entries(this.queue.all()))
      if (entry.why?.code === name) this.queue.change(key, { ...now, ready: true, why: null });
    this.soon();
  }

  async keepDocument(box) {
    if (!box.files.length) return;
    const body = new FormData();
    body.append("document", box.files[0]);
    const told = this.form.querySelector("[data-proof]");
    told.hidden = false;
    try {
      const { ok, data } = await ask(this.form, this.form.dataset.evidence, body);
      told.textContent = ok ? fill(this.words.document, data) : data.message;
      if (!ok) return;
      this.form.elements.evidence.value = data.evidence;
      box.value = "";
      this.settingChanged("evidence");
    } catch (problem) {
      told.textContent = problem.kind === "out" ? this.words.signedOut : this.words.offline;
    }
  }

  async flush() {
    if (this.sending) return;
    const ready = Object.entries(this.queue.all()).filter(([, entry]) => entry.ready).slice(0, AT_ONCE);
    this.speaker.count();
    if (!ready.length) return;
    this.sending = true;
    for (const [key] of ready) this.table.cells.get(key)?.say("saving");
    try {
      const cells = ready.map(([key, entry]) => ({ ...sent(entry), key }));
      const body = JSON.stringify({ user: Number(this.form.dataset.user), cells });
      const { ok, data } = await ask(this.form, this.form.dataset.save, body);
      this.speaker.connected();
      const asked = new Map(ready);
      // What the server cannot read at all is shown as refused, not sent for ever.
      const unread = ready.map(([key]) => ({ key, outcome: "refused", code: "entries", message: data.message }));
      for (const answer of ok ? data.cells : unread) this.#answered(answer, asked.get(answer.key));
    } catch (problem) {
      this.lost(problem.kind, ready.map(([key]) => key));
    } finally {
      this.sending = false;
    }
    this.speaker.count();
    if (Object.values(this.queue.all()).some((entry) => entry.ready)) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), this.speaker.isConnected ? SOON : AGAIN);
    }
  }

  lost(kind = "lost", keys = []) {
    for (const key of keys) this.table.cells.get(key)?.say("waiting", this.words.waiting);
    this.speaker.disconnected(kind);
  }

  // Whoever chooses one of two values, or one of the meanings of a number.
  choose(cell, choice) {
    const entry = this.queue.get(cell.key);
    cell.boxes[0].focus();
    if (choice.kind === "final") {
      this.queue.put(cell.key, { ...this.#entry(cell), version: cell.version, state: "final", ready: true });
    } else if (choice.kind === "theirs" || !entry) {
      const theirs = choice.theirs ?? entry?.theirs;
      if (theirs) cell.store(theirs);
      return this.drop(cell);
    } else if (choice.kind === "mine") {
      cell.store(choice.theirs, { keepTyped: true });
      this.queue.put(cell.key, { ...this.#entry(cell), version: choice.theirs.version, ready: true });
    } else {
      const box = cell.boxes.find((each) => each.dataset.part === choice.part) ?? cell.boxes[0];
      box.value = choice.value;
      cell.pasted = false;
      this.queue.put(cell.key, { ...this.#entry(cell), version: entry.version, ready: true });
    }
    cell.say("waiting", this.words.waiting);
    this.soon();
  }

  // Somebody else changed what is being typed over: both are shown.
  meet(cell, theirs) {
    this.queue.change(cell.key, { ready: false, theirs });
    this.#conflict(cell, theirs);
    this.speaker.count();
  }

  #answered(answer, asked) {
    const cell = this.table.cells.get(answer.key);
    const entry = this.queue.get(answer.key);
    const typedOn = !entry || entry.typedAt !== asked.typedAt; // meanwhile, in this cell
    if (answer.outcome === "saved") {
      if (!typedOn) this.queue.remove(answer.key);
      else if (entry) this.queue.change(answer.key, { version: answer.cell.version });
      cell?.store(answer.cell, { keepTyped: typedOn });
      if (!typedOn) cell?.say("saved");
      if (cell && !typedOn) this.speaker.tell(fill(this.words.saved, { cell: cell.name }));
      return;
    }
    if (typedOn) return;
    if (answer.outcome === "changed") {
      this.queue.change(answer.key, { ready: false, theirs: answer.cell });
      if (cell) this.#conflict(cell, answer.cell);
    } else {
      const why = { code: answer.code, message: answer.message, meanings: answer.meanings };
      this.queue.change(answer.key, { ready: false, why });
      if (cell) this.#refused(cell, why);
    }
    if (cell) this.speaker.tell(fill(this.words.notSaved, { cell: cell.name, why: cell.now.message }));
  }

  #refused(cell, why) {
    const mixed = cell.boxes.find((box) => why.message.includes(box.value)) ?? cell.boxes[0];
    const choices = (why.meanings ?? []).map((value) => ({
      kind: "meaning",
      value,
      part: mixed.dataset.part,
      label: fill(this.words.useMine, { value }),
    }));
    cell.say("refused", why.message, choices);
  }

  #conflict(cell, theirs) {
    const mine = said(cell.texts());
    const message = theirs.version
      ? fill(this.words.theirs, { by: theirs.by, value: theirs.said, when: theirs.when })
      : this.words.gone;
    const keep = theirs.version ? fill(this.words.keepTheirs, { value: said(theirs) }) : this.words.keepNothing;
    cell.say("changed", `${message} ${fill(this.words.mine, { value: mine })}`, [
      { kind: "theirs", theirs, label: keep },
      { kind: "mine", theirs, label: fill(this.words.useMine, { value: mine }) },
    ]);
  }

  #entry(cell) {
    return {
      ...cell.texts(),
      ...this.#settings(),
      pasted: cell.pasted,
      typedAt: Date.now(),
      name: cell.name,
      url: location.search,
    };
  }

  #settings() {
    const given = this.form.elements;
    const evidence = Number(given.evidence?.value) || null;
    return { state: given.state.value, source: given.source.value.trim(), reason: given.reason.value.trim(), evidence };
  }
}

function sent(entry) {
  const kept = ["version", "state", "source", "reason", "evidence", "pasted", ...PARTS];
  return Object.fromEntries(kept.filter((name) => name in entry).map((name) => [name, entry[name]]));
}

function said(texts) {
  return texts.text ?? `${texts.numerator} ÷ ${texts.denominator}`;
}
