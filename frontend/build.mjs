// Builds everything the browser gets, into ../static, and refreshes the vendored files.
// Run with `npm ci && npm run build`; commit the results.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const modules = join(here, "node_modules");

function write(path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  console.log(`${path}  ${(text.length / 1024).toFixed(1)} kB`);
}

const styles = sass.compile(join(here, "scss", "makmal.scss"), {
  style: "compressed",
  loadPaths: [modules],
  quietDeps: true,
});
write("static/makmal/makmal.css", `${styles.css}\n`);
const scripts = ["makmal.js", "grid.js", "progress.js", ...readdirSync(join(here, "js", "grid")).map((name) => `grid/${name}`)];
for (const name of scripts) {
  write(`static/makmal/${name}`, readFileSync(join(here, "js", name), "utf8"));
}

// The source map is not served, and hashed static storage refuses a reference to a missing file.
const govuk = readFileSync(join(modules, "govuk-frontend/dist/govuk/govuk-frontend.min.js"), "utf8");
write("static/vendor/govuk-frontend/govuk-frontend.min.js", govuk.replace(/\/\/# sourceMappingURL=.*\s*$/, ""));

copyFileSync(join(modules, "axe-core/axe.min.js"), join(root, "tests/browser/vendor/axe.min.js"));
copyFileSync(join(modules, "axe-core/LICENSE"), join(root, "tests/browser/vendor/axe-core-LICENSE.txt"));
