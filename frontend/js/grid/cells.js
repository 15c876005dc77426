// The cells of the table: their boxes, what is stored, and how their state is shown.

export const PARTS = ["text", "numerator", "denominator"];

export function fill(text, given) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => given[name] ?? "");
}

export class Cell {
  constructor(place, row, column, words) {
    this.place = place;
    this.row = row;
    this.column = column;
    this.words = words;
    this.key = place.dataset.key;
    this.version = Number(place.dataset.version);
    this.slots = Number(place.dataset.boxes);
    this.boxes = [...place.querySelectorAll("[data-part]")];
    this.state = place.querySelector(".makmal-entry__state");
    this.marks = [...this.state.querySelectorAll(".makmal-tag:not([data-outcome])")].map(lookOf);
    this.stored = this.texts();
    this.others = [];
    this.pasted = false;
    this.provisional = "provisional" in place.dataset;
    this.now = { look: "", message: "", choices: [] };
    this.name = `${place.parentElement.querySelector("th a").textContent.trim()}, ${place.dataset.label}`;
  }

  // What stands in the boxes, by part.
  texts() {
    return Object.fromEntries(this.boxes.map((box) => [box.dataset.part, box.value.trim()]));
  }

  write(texts) {
    for (const box of this.boxes) box.value = texts[box.dataset.part] ?? "";
  }

  get isTyped() {
    const texts = this.texts();
    return this.boxes.some((box) => texts[box.dataset.part] !== this.stored[box.dataset.part]);
  }

  get isEmpty() {
    return Object.values(this.texts()).every((text) => text === "");
  }

  get hasFocus() {
    return this.place.contains(document.activeElement);
  }

  // The cell as the server has it; what somebody is typing stays.
  store(data, { keepTyped = false } = {}) {
    this.version = data.version;
    this.provisional = data.provisional && !data.locked;
    this.marks = data.marks;
    this.stored = Object.fromEntries(PARTS.filter((part) => part in data).map((part) => [part, data[part]]));
    if (!keepTyped) this.write(this.stored);
  }

  say(look, message = "", choices = []) {
    this.now = { look, message, choices };
    this.draw();
  }

  draw(onChoice = this.onChoice) {
    const { look, message, choices } = this.now;
    const bad = look === "refused" || look === "changed";
    const shown = [];
    if (look) shown.push(tag(this.words.looks[look], true));
    // While something is wrong the stored value's marks would speak of another value.
    if (!bad) shown.push(...this.marks.map((mark) => tag(mark)));
    if (message) shown.push(element("span", "makmal-entry__why", message));
    const more = this.provisional && !bad && look !== "saving" && look !== "waiting";
    const offered = more ? [...choices, { kind: "final", label: this.words.makeFinal }] : choices;
    for (const choice of offered) {
      const button = element("button", "makmal-button-link", choice.label);
      button.type = "button";
      button.addEventListener("click", () => onChoice(this, choice));
      shown.push(button);
    }
    if (this.others.length) {
      const here = fill(this.words.here, { names: this.others.join(", ") });
      shown.push(element("span", "makmal-entry__here", here));
    }
    this.state.replaceChildren(...shown.flatMap((each) => [each, " "]));
    this.place.classList.toggle("makmal-entry__cell--bad", bad);
    for (const box of this.boxes) {
      box.classList.toggle("govuk-input--error", bad && box.tagName === "INPUT");
      if (bad) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    }
  }
}

export function collect(form, words) {
  const rows = [...form.querySelectorAll("[data-row]")].map((line, row) =>
    [...line.querySelectorAll("td[data-key]")].map((place, column) => new Cell(place, row, column, words)),
  );
  const cells = new Map(rows.flat().map((cell) => [cell.key, cell]));
  const table = {
    form,
    rows,
    cells,
    choose: () => {},
    cellOf: (box) => cells.get(box.closest?.("td[data-key]")?.dataset.key),
  };
  for (const cell of cells.values()) {
    cell.onChoice = (...given) => table.choose(...given);
    if (cell.provisional) cell.draw();
  }
  return table;
}

export function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function tag(look, isOutcome = false) {
  const made = element("span", `makmal-tag makmal-tag--${look.tone}`);
  const symbol = element("span", "makmal-tag__symbol", look.symbol);
  symbol.setAttribute("aria-hidden", "true");
  made.append(symbol, look.word);
  if (isOutcome) made.dataset.outcome = "";
  return made;
}

function lookOf(shown) {
  const symbol = shown.querySelector(".makmal-tag__symbol").textContent;
  const tone = [...shown.classList].find((name) => name.startsWith("makmal-tag--")).slice(12);
  return { word: shown.textContent.slice(symbol.length), symbol, tone };
}
