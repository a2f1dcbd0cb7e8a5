// Chromium for the tests of pages, by playwright-core: a tab reaches what serve
// lets it, everything else is stopped and counted.
import {createRequire} from "node:module";

const {chromium} = createRequire(`${process.cwd()}/`)("playwright-core");

export const check = (what, good, why) => console.log(`${good ? "ok" : "not ok"} - ${what}${good || why === undefined ? "" : `\n# ${JSON.stringify(why)}`}`);

// serve(route, url) answers a request of the page, or says false
export async function browse(serve) {
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM, args: ["--no-sandbox"]});
  const outside = [], errors = [];
  async function tab(options) {
    const context = await browser.newContext({viewport: {width: 1280, height: 900}, ...options});
    await context.route("**/*", (route) => {
      const url = new URL(route.request().url());
      if (url.protocol === "data:") return route.continue();
      const served = serve(route, url);
      if (served) return served;
      outside.push(url.href);
      return route.abort();
    });
    const page = await context.newPage();
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    return page;
  }
  // SHOTS=folder: a picture of each page there, light and dark, on a desk and on a phone
  async function shots(names, open) {
    for (const colorScheme of process.env.SHOTS ? ["light", "dark"] : [])
      for (const width of [1280, 390]) {
        const page = await tab({colorScheme, viewport: {width, height: 900}});
        for (const name of names) {
          await open(page, name);
          await page.screenshot({path: `${process.env.SHOTS}/${name}-${colorScheme}-${width}.png`, fullPage: true});
        }
      }
  }
  return {tab, shots, outside, errors};
}
