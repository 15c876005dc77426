// The entry grid: saves cells as they are left, keeps what is typed when the connection is lost, and
// tells people who are at the same cell about each other. Without this file the page is one form.
import { collect } from "./grid/cells.js";
import { moves } from "./grid/movement.js";
import { pastes } from "./grid/paste.js";
import { pulse } from "./grid/pulse.js";
import { Queue } from "./grid/queue.js";
import { Sender } from "./grid/sender.js";
import { Speaker } from "./grid/speaker.js";

const form = document.querySelector("form[data-grid]");
if (form) start(form);

function start(form) {
  const words = JSON.parse(document.getElementById("grid-words").textContent);
  const table = collect(form, words);
  const queue = new Queue(form.dataset.user);
  const speaker = new Speaker(form, words, queue, table);
  const sender = new Sender(form, words, queue, table, speaker);
  const actions = {
    typed: (cell, pasted) => sender.note(cell, pasted),
    left: (cell) => sender.commit(cell),
    back: (cell) => sender.drop(cell),
    soon: () => sender.soon(),
  };
  table.choose = (cell, choice) => sender.choose(cell, choice);
  speaker.onDiscard = (key) => sender.discard(key);

  moves(table, actions);
  pastes(table, actions, speaker);
  listen(form, table, actions, sender);
  showNewest(form);
  sender.restore();
  pulse(form, table, queue, sender, speaker);
}

// What is due is on the right; who was led to one cell by a link stays there.
function showNewest(form) {
  const region = form.querySelector(".makmal-entry").parentElement;
  if (!location.hash) region.scrollLeft = region.scrollWidth;
}

function listen(form, table, actions, sender) {
  form.addEventListener("input", (event) => {
    const cell = table.cellOf(event.target);
    if (cell) actions.typed(cell, event.inputType === "insertFromPaste");
    if (cell && event.target.tagName === "SELECT") actions.left(cell);
  });
  form.addEventListener("focusout", (event) => {
    const cell = table.cellOf(event.target);
    if (cell && !cell.place.contains(event.relatedTarget)) actions.left(cell);
  });
  form.addEventListener("change", (event) => {
    const name = event.target.name;
    if (name === "document") sender.keepDocument(event.target);
    if (name === "reason" || name === "source") sender.settingChanged(name);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sender.saveAll();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sender.commitOpen();
  });
  addEventListener("pagehide", () => sender.commitOpen());
  addEventListener("online", () => sender.flush());
  addEventListener("offline", () => sender.lost());
}
