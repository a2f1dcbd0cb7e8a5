// The manual as a site: README.md, which is its index.md, and docs/*.md as they
// are.  Its navigation is README's table of pages; a search finds each function
// of docs/reference.md at its own place.  Nothing in a page is run.
import {cpSync, existsSync, readFileSync} from "node:fs";
import {dirname, join} from "node:path/posix";

const {ROOT} = process.env, output = "dist";
const text = (file) => readFileSync(join(ROOT, file), "utf8");
const page = (name) => ({name: text(`docs/${name}.md`).match(/^# (.*)/m)[1], path: `/docs/${name}`});
const groups = [...text("README.md").matchAll(/^\| ([^|\[]+) \| (\[.*?) \|/gm)].map(([, name, links]) =>
  ({name, pages: [...links.matchAll(/\(docs\/([\w-]+)\.md\)/g)].map(([, link]) => page(link))}));

// As the places where READMEs are read make anchors of headings: the second of a name is name-1.
function slug(title, met) {
  const name = title.toLowerCase().replace(/[^a-z0-9 _-]/g, "").replaceAll(" ", "-");
  met.push(name);
  const before = met.filter((other) => other === name).length - 1;
  return before ? `${name}-${before}` : name;
}

// Links to pages lose their .md; a source file that is linked lies beside the pages, as text.
function link(token, from) {
  const [file, anchor = ""] = token.attrGet("href").split(/(?=#)/);
  if (/^(#|\w+:)/.test(file)) return;
  const path = join(dirname(from), file);
  if (path.endsWith(".md")) return token.attrSet("href", file.replace(/\.md$/, "").replace(/(^|\/)README$/, "$1index") + anchor);
  const ending = path.endsWith(".json") ? "" : ".txt";
  if (existsSync(join(ROOT, path))) cpSync(join(ROOT, path), join(output, path + ending));
  token.attrSet("href", file + ending);
  token.attrSet("rel", "external");
}

function markdownIt(md) {
  md.inline.ruler.disable("placeholder");
  md.core.ruler.disable("placeholder");
  md.core.ruler.before("anchor", "manual", ({tokens, env}) => {
    const met = [];
    tokens.forEach((token, i) => {
      if (token.type === "fence") token.info = /^sql/.test(token.info) ? "sql run=false" : "";
      if (token.type === "heading_open") token.attrSet("id", slug(tokens[i + 1].content, met));
      for (const child of token.children ?? []) if (child.type === "link_open") link(child, env.path);
    });
  });
  return md;
}

export default {
  title: "plg",
  root: "src",
  output,
  style: "docs/style.css",
  globalStylesheets: [],
  preserveExtension: true,
  pages: [page("reference"), ...groups],
  footer: "",
  markdownIt,
  search: {
    async* index() {
      const met = [];
      for (const [, marks, title, says] of text("docs/reference.md").matchAll(/^(##?#?) (.*)\n+([^#]*)/gm)) {
        const anchor = slug(title, met);
        if (marks === "###") yield {path: `/docs/reference.html#${anchor}`, title: `plg.${title}`, keywords: title, text: says};
      }
    }
  }
};
