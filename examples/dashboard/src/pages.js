// What the pages have on them: for each tile its query, how its rows are drawn,
// and of how many it speaks.
import * as draw from "./charts.js";

const {count} = draw;
const sum = (rows, column) => rows.reduce((total, row) => total + (row[column] ?? 0), 0);
const cohorts = (rows) => [...new Map(rows.filter((row) => row.cohort !== null).map((row) => [row.cohort, row])).values()];

export const pages = {
  today: {
    title: "Today", lead: "What changed, and whom to talk to.", has: {segment: true},
    tiles: [
      {query: "changes", title: "The last 7 whole days", question: "Until midnight, against the 7 before. Activated: the last 7 days whose entrants have all had the time.", size: "half", draw: draw.changes, n: (rows) => `n = ${count(rows[0].entered)} new, ${count(rows[0].active)} active, ${count(rows[0].mature)} mature`},
      {query: "money", title: "Monthly recurring revenue", size: "half", draw: draw.today, n: (rows) => `n = ${count(rows[0].n)} paying accounts`},
      {query: "lifecycle", title: "Who is active, by 7 days", question: "Above the line those who came or came back, below it those who went. The 7 days that begin today are hollow, and nobody has left in them yet.", draw: draw.lifecycle, n: (rows) => `n = ${count(rows.findLast((row) => row.mature)?.active ?? 0)} active in the last 7 whole days`},
      {query: "days", title: "Who enters, by day", question: "The day that is not over is hollow.", draw: draw.days, n: (rows) => `n = ${count(sum(rows, "entered"))} in 8 weeks`},
      {query: "people", title: "Whom to talk to", question: "Accounts with news of the last three weeks.", size: "full", draw: draw.people, n: (rows) => `n = ${count(rows.length)} accounts`, empty: "No account has news."}
    ]
  },
  activation: {
    title: "Activation", lead: "Who reaches value, and how soon.", has: {entered: "Entered", segment: true},
    tiles: [
      {query: "rate", title: "Activated", size: "full", draw: draw.rate, n: (rows) => `n = ${count(rows[0].mature)} mature of ${count(rows[0].entered)} who entered`},
      {query: "funnel", title: "Funnel", question: "Of those watched for the whole time, how many got how far.", draw: draw.funnel, n: (rows) => `n = ${count(rows[0].entities)} entered and mature`},
      {query: "curve", title: "Time to value", question: "Share activated by each day, with its 95 % band (Kaplan-Meier).", draw: draw.curve, n: (rows) => `n = ${count(rows[0].at_risk)} at risk at the start`},
      {query: "weeks", title: "By week of entry", question: "A week not all of whose entrants have had the time yet is drawn hollow and dashed; one of whom nobody has, is empty.", size: "full", draw: draw.weeks, n: (rows) => `n = ${count(sum(rows, "mature"))} mature of ${count(sum(rows, "entered"))}`}
    ]
  },
  cohorts: {
    title: "Cohorts", lead: "Each row is a week's entrants. Empty means not known yet.", has: {entered: "Entered", segment: true},
    tiles: [
      {query: "paid", title: "Free to paid", question: "% of the cohort that pays by the end of week k after its start.", size: "full", draw: draw.triangle("rate"), n: (rows) => `n = ${count(sum(cohorts(rows), "entities"))} in ${cohorts(rows).length} cohorts`},
      {query: "retention", title: "Retention", question: "% of the cohort that is active in week k after its start.", size: "full", draw: draw.triangle("rate"), n: (rows) => `n = ${count(sum(cohorts(rows), "entities"))} in ${cohorts(rows).length} cohorts`}
    ]
  },
  revenue: {
    title: "Revenue", lead: "What accounts pay a month, and why it changed.", has: {entered: "Months", all: "Last 12 months"},
    tiles: [
      {query: "mrr", title: "Monthly recurring revenue", size: "full", draw: draw.mrr, n: (rows) => `n = ${count(rows[0].accounts_closing)} paying accounts`},
      {query: "movements", title: "MRR movements", question: "Gains above zero, losses below; a month that has not ended is hollow.", draw: draw.movements, n: (rows) => `n = ${count(rows.at(-1).accounts_closing)} paying accounts`},
      {query: "retained", title: "Net and gross revenue retention", question: "What the accounts of the window's beginning pay at its end.", draw: draw.retained, n: (rows, {span}) => `n = ${count(rows.findLast((row) => row.mature)?.accounts ?? 0)} accounts in the last ${span} months`},
      {query: "cohorts", title: "Revenue by cohort", question: "% of a cohort's first MRR that it pays k months later: blue where it has grown, orange where it has shrunk.", size: "full", draw: draw.triangle("nrr"), n: (rows) => `n = ${count(sum(cohorts(rows), "accounts"))} accounts in ${cohorts(rows).length} cohorts`}
    ]
  },
  experiments: {
    title: "Experiments", lead: "Variants against the control.", has: {entered: "First exposed"},
    tiles: [
      {query: "arms", title: "Result", size: "full", draw: draw.arms, n: (rows) => `n = ${count(sum(rows, "mature"))} mature of ${count(sum(rows, "exposed"))} exposed`},
      {query: "curves", title: "How soon", question: "Share that met the goal by each day after exposure, with 95 % bands (Kaplan-Meier).", size: "full", draw: draw.curves, n: (rows) => `n = ${count(sum(rows.filter((row) => row.days === 0), "at_risk"))} at risk at the start`}
    ]
  },
  aha: {
    title: "Aha", lead: "What early actions foretell. They foretell, they need not cause.", has: {entered: "Entered", segment: true},
    tiles: [
      {query: "moments", title: "What those do who convert", question: "Difference in the rate between those who did it and those who did not, with its 95 % interval; hollow where busy people alone explain it (q ≥ 0.05).", size: "full", draw: draw.moments, n: (rows) => `n = ${count(rows[0].entrants)} mature entrants, ${count(rows[0].cells)} combinations looked at`}
    ]
  }
};
