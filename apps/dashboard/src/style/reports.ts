/** Reports: panels side by side, and the parts around a chart. */
export const REPORT_STYLE = `
.panels { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; margin: 1rem 0; }
.panel { border: 1px solid var(--line); border-radius: 8px; padding: 1rem 1.25rem; min-width: 0; }
.panel.wide { grid-column: 1 / -1; }
.panel h2 { margin: 0 0 0.25rem; font-size: 1rem; color: var(--muted); font-weight: 600; }
.panel .finding { font-size: 1.2rem; font-weight: 550; line-height: 1.35; text-wrap: pretty; }
.panel tbody tr:last-child > * { border-bottom: 0; }
.more { margin: 0.5rem 0 0; }
.charted { display: grid; grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); gap: 0 2.5rem; align-items: start; }
.charted.evenly { grid-template-columns: repeat(2, minmax(0, 1fr)); }
.tabs ul { display: flex; flex-wrap: wrap; gap: 0.5rem; list-style: none; margin: 0; padding: 0; }
.tabs a { display: block; padding: 0.35rem 0.9rem; border: 1px solid var(--line); border-radius: 999px; text-decoration: none; }
.tabs a span { color: var(--muted); }
.tabs a[aria-current] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); color: var(--ink); font-weight: 600; }
.below { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; margin: 0.5rem 0; }
.below input[type=text] { width: 9rem; }
.keyed { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.4rem; align-items: baseline; }
.flag.high { color: var(--fault); font-weight: 600; }
.flag.too_few { color: var(--muted); }
.report-foot { color: var(--muted); }
@media (max-width: 40rem) { .panel { padding: 0.75rem; } }
@media (max-width: 78rem) { .charted.evenly { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 64rem) { .panels, .charted { grid-template-columns: minmax(0, 1fr); } }
@media print {
  .panels { display: block; }
  .panel { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 0.75rem 0; }
  .more, .tabs li:not(:has([aria-current])) { display: none; }
}
`;
