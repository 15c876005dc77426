// What is typed and not saved yet, kept in the browser for this user, so that a lost connection or a
// closed window loses nothing. Windows of one user share it: it is read anew each time.

export class Queue {
  constructor(user) {
    this.name = `makmal-grid-${user}`;
    this.memory = "{}"; // where the browser keeps nothing, at least this window does
  }

  all() {
    try {
      return JSON.parse(localStorage.getItem(this.name) ?? this.memory) ?? {};
    } catch {
      return JSON.parse(this.memory);
    }
  }

  get(key) {
    return this.all()[key];
  }

  put(key, entry) {
    const entries = this.all();
    entries[key] = entry;
    this.#keep(entries);
  }

  change(key, given) {
    const entry = this.get(key);
    if (entry) this.put(key, { ...entry, ...given });
  }

  remove(key) {
    const entries = this.all();
    delete entries[key];
    this.#keep(entries);
  }

  #keep(entries) {
    this.memory = JSON.stringify(entries);
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.name, this.memory);
      else localStorage.removeItem(this.name);
    } catch {
      // Full or forbidden: what is typed lives as long as the window.
    }
  }
}
