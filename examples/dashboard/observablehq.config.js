// No fonts, styles or modules from elsewhere: what a page needs is served beside it.
const pages = [
  ["/", "Today"],
  ["/activation", "Activation"],
  ["/cohorts", "Cohorts"],
  ["/revenue", "Revenue"],
  ["/experiments", "Experiments"],
  ["/aha", "Aha"]
];

export default {
  title: "plg",
  root: "src",
  output: "dist",
  style: "style.css",
  globalStylesheets: [],
  sidebar: false,
  toc: false,
  pager: false,
  search: false,
  footer: "",
  header: ({path}) => `<nav><b>plg</b>${pages
    .map(([to, name]) => `<a href="${to}"${to === path.replace(/index$/, "") ? ' aria-current="page"' : ""}>${name}</a>`)
    .join("")}</nav>`
};
