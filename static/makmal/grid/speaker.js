// What the page as a whole says: a line above the table that everybody sees, and a polite live region.
import { element, fill } from "./cells.js";

export class Speaker {
  constructor(form, words, queue, table) {
    Object.assign(this, { words, queue, table });
    this.summary = form.querySelector("[data-summary]");
    this.live = form.querySelector("[data-live]");
    this.kind = "";
    this.said = "";
    this.told = [];
  }

  get isConnected() {
    return this.kind === "";
  }

  connected() {
    if (this.kind) this.#set("");
  }

  disconnected(kind = "lost") {
    if (this.kind !== kind) this.#set(kind);
  }

  notice(text) {
    this.said = text;
    this.tell(text);
    this.count();
  }

  // Several cells saved at once are told in one go.
  tell(text) {
    this.told.push(text);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.live.textContent = this.told.slice(-5).join(" ");
      this.told = [];
    }, 300);
  }

  count() {
    const entries = Object.entries(this.queue.all());
    const bad = entries.filter(([, entry]) => entry.why || entry.theirs);
    const elsewhere = entries.filter(([key]) => !this.table.cells.has(key));
    const lines = [];
    if (this.kind === "lost") lines.push(this.words.offline);
    if (this.kind === "out") lines.push(this.words.signedOut);
    if (this.said) lines.push(this.said);
    if (entries.length > bad.length) lines.push(fill(this.words.pending, { n: entries.length - bad.length }));
    if (bad.length) lines.push(fill(this.words.refusedCount, { n: bad.length }));
    if (!entries.length) lines.push(this.words.allSaved);
    const shown = lines.map((line) => element("p", "govuk-body-s", line));
    if (elsewhere.length) shown.push(this.#elsewhere(elsewhere));
    this.summary.replaceChildren(...shown);
    this.summary.hidden = false;
    this.summary.classList.toggle("makmal-entry-summary--lost", !this.isConnected);
  }

  #set(kind) {
    this.kind = kind;
    if (kind) this.tell(kind === "out" ? this.words.signedOut : this.words.offline);
    this.count();
  }

  // Cells of another programme, frequency or page, typed in this browser and still waiting.
  #elsewhere(entries) {
    const list = element("ul", "govuk-list govuk-body-s");
    list.append(element("li", "", fill(this.words.elsewhere, { n: entries.length })));
    for (const [key, entry] of entries) {
      const line = element("li", "");
      const link = element("a", "govuk-link", entry.name);
      link.href = entry.url || "?";
      const button = element("button", "makmal-button-link", this.words.discard);
      button.type = "button";
      button.setAttribute("aria-label", `${this.words.discard}: ${entry.name}`);
      button.addEventListener("click", () => this.onDiscard(key));
      line.append(link, ` ${entry.why?.message ?? ""} `, button);
      list.append(line);
    }
    return list;
  }
}
