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

// site.css goes in first, for the custom properties that only it uses.
const [, kern] = await new PurgeCSS().purge({
  content: ["templates/**/*.html", "static/js/*.js"],
  css: ["static/css/site.css", `${KERN}/dist/kern.min.css`],
  variables: true,
});
await writeFile(`${VENDOR}/kern.css`, kern.css);
await copyFile(`${KERN}/LICENSE.md`, `${VENDOR}/kern-LICENSE.md`);

for (const weight of WEIGHTS) {
  const file = `fira-sans-latin-${weight}-normal.woff2`;
  await copyFile(`${FIRA}/files/${file}`, `${VENDOR}/fonts/${file}`);
}
await copyFile(`${FIRA}/LICENSE`, `${VENDOR}/fonts/fira-sans-LICENSE`);

console.log(`${VENDOR}: kern.css ${Math.ceil(kern.css.length / 1024)} KB, Fira Sans ${WEIGHTS.join(" and ")}`);
