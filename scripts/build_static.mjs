// Assembles static/vendor/ from the npm packages: KERN, reduced to what our pages use, and Fira Sans.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PurgeCSS } from "purgecss";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const KERN = "node_modules/@kern-ux/native";
const FIRA = "node_modules/@fontsource/fira-sans";
const VENDOR = "static/vendor";
const WEIGHTS = [400, 600];

await mkdir(`${VENDOR}/fonts`, { recursive: true });

// One stylesheet for respondents, who wait for it on a telephone, and one for the desk.
const SHEETS = {
  form: ["templates/*.html", "templates/{kern,respondents,surveys}/**/*.html", "static/js/*.js"],
  desk: ["templates/**/*.html", "static/js/*.js"],
};
const sizes = [];
for (const [name, content] of Object.entries(SHEETS)) {
  // site.css goes in first, for the custom properties that only it uses.
  const css = ["static/css/site.css", `${KERN}/dist/kern.min.css`];
  const [site, kern] = await new PurgeCSS().purge({ content, css, variables: true });
  const sheet = kern.css + site.css.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\s+/g, " ");
  await writeFile(`${VENDOR}/${name}.css`, sheet);
  sizes.push(`${name}.css ${Math.ceil(sheet.length / 1024)} KB`);
}
await copyFile(`${KERN}/LICENSE.md`, `${VENDOR}/kern-LICENSE.md`);

for (const weight of WEIGHTS) {
  const file = `fira-sans-latin-${weight}-normal.woff2`;
  await copyFile(`${FIRA}/files/${file}`, `${VENDOR}/fonts/${file}`);
}
await copyFile(`${FIRA}/LICENSE`, `${VENDOR}/fonts/fira-sans-LICENSE`);

console.log(`${VENDOR}: ${sizes.join(", ")}, Fira Sans ${WEIGHTS.join(" and ")}`);
