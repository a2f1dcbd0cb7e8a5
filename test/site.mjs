// Opens every page of the manual's site in Chromium, on a phone.  SITE is what
// tools/site made, ROOT the sources.
import {readdirSync, readFileSync} from "node:fs";
import {extname, join} from "node:path";
import {browse, check} from "./browser.mjs";

const {SITE, ROOT} = process.env, base = "http://manual.test/";
const types = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png", ".txt": "text/plain"};
const files = new Set(readdirSync(SITE, {recursive: true}).map(String));
const file = ({pathname}) => decodeURI(pathname).slice(1) || "index.html";
const {tab, shots, outside, errors} = await browse((route, url) => url.href.startsWith(base) && files.has(file(url))
  && route.fulfill({body: readFileSync(join(SITE, file(url))), contentType: `${types[extname(file(url))]}; charset=utf-8`}));

const page = await tab({viewport: {width: 390, height: 900}}), pages = new Map();
for (const name of [...files].filter((one) => one.endsWith(".html"))) {
  await page.goto(base + name, {waitUntil: "load"});
  pages.set(name, await page.evaluate(() => ({
    ids: [...document.querySelectorAll("[id]")].map((node) => node.id),
    links: [...document.querySelectorAll("a[href]")].map((node) => node.href),
    nav: [...document.querySelectorAll("#observablehq-sidebar a[href]")].map((node) => node.href),
    lost: [...document.images].some((node) => !node.naturalWidth),
    wide: document.documentElement.scrollWidth > innerWidth
  })));
}
const manual = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name.replace(/md$/, "html")}`);
check("each page of the manual is one, and in the navigation", manual.every((name) => pages.has(name) && pages.get("index.html").nav.includes(base + name)),
  manual.filter((name) => !pages.get("index.html").nav.includes(base + name)));
const inside = [...new Set([...pages.values()].flatMap((one) => one.links))].filter((link) => link.startsWith(base)).map((link) => new URL(link));
const leads = (url) => files.has(file(url)) && (!url.hash || pages.get(file(url)).ids.includes(decodeURI(url.hash.slice(1))));
check(`${inside.length} links lead somewhere`, inside.length > 300 && inside.every(leads), inside.filter((url) => !leads(url)));
const faulty = (fault) => [...pages].filter(([, one]) => one[fault]).map(([name]) => name);
check("all pictures are there", faulty("lost").length === 0, faulty("lost"));
check("no page is wider than a phone", faulty("wide").length === 0, faulty("wide"));

// Each function is found, at its own place in the reference.
const desk = await tab(), found = desk.locator("#observablehq-search-results a");
await desk.goto(`${base}docs/funnel.html`);
await desk.getByPlaceholder("Search").fill("funnel");
await found.first().waitFor();
const names = [...new Set([...readFileSync(join(ROOT, "docs/reference.md"), "utf8").matchAll(/^### (\w+)/gm)].map(([, name]) => name))];
const lost = [];
for (const name of names) {
  await desk.getByPlaceholder("Search").fill(`plg.${name}`);
  const titles = await found.allTextContents();
  if (!titles.slice(0, 2).includes(`plg.${name}`)) lost.push([name, titles[0]]);
}
check(`a search finds each of ${names.length} functions, first or second`, names.length > 100 && lost.length === 0, lost);
await desk.getByPlaceholder("Search").fill("cohort_conversion");
await found.first().click();
const heading = desk.locator("#cohort_conversion");
check("and leads to it", new URL(desk.url()).pathname === "/docs/reference.html" && (await heading.boundingBox())?.y < 900, desk.url());

await shots(["index", "docs/funnel", "docs/reference", "docs/import"], (shot, name) => shot.goto(`${base}${name}.html`));
check("no error in the console", errors.length === 0, errors);
check("nothing was asked of anybody else", outside.length === 0, outside);
process.exit(0);
