/**
 * Charts. The colours are those of Okabe and Ito (Color Universal Design, 2008), lighter ones in the dark; dashes and
 * names tell the series apart as well.
 */
export const CHART_STYLE = `
:root { --series-1: #0072b2; --series-2: #e69f00; --series-3: #009e73; --series-4: #cc79a7; --series-5: #56b4e9;
  --series-6: #d55e00; --series-7: #b3a500; --series-8: #6b6f75; --other: #b9c2cb; --unknown: #e3e7eb; }
@media (prefers-color-scheme: dark) {
  :root { --series-1: #4aa3df; --series-2: #e6a817; --series-3: #2fbf95; --series-4: #d994b9; --series-5: #8fd0f5;
    --series-6: #f0803c; --series-7: #d8cb3f; --series-8: #9aa3ad; --other: #5b6772; --unknown: #333f4a; }
}
.series-1 { --series: var(--series-1); } .series-2 { --series: var(--series-2); }
.series-3 { --series: var(--series-3); } .series-4 { --series: var(--series-4); }
.series-5 { --series: var(--series-5); } .series-6 { --series: var(--series-6); }
.series-7 { --series: var(--series-7); } .series-8 { --series: var(--series-8); }
.series-other { --series: var(--other); } .series-unknown { --series: var(--unknown); }
.area { fill: var(--series); fill-opacity: 0.82; }
.line { fill: none; stroke: var(--series); stroke-width: 2.5; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
g.series .line { stroke: var(--ground); stroke-width: 1.5; }
.series-2.line, .series-2 .line { stroke-dasharray: 8 3; }
.series-3.line, .series-3 .line { stroke-dasharray: 2 3; }
.series-4.line, .series-4 .line { stroke-dasharray: 8 3 2 3; }
.series-5.line, .series-5 .line { stroke-dasharray: 5 3; }
.series-6.line, .series-6 .line { stroke-dasharray: 12 4; }
.series-7.line, .series-7 .line { stroke-dasharray: 2 5; }
.series-8.line, .series-8 .line { stroke-dasharray: 8 3 2 3 2 3; }
.round-2 .area { fill-opacity: 0.55; } .round-3 .area { fill-opacity: 0.3; }
.chart { margin: 0.75rem 0 1.25rem; display: flow-root; overflow: clip; min-width: 0; }
.plot { display: block; width: calc(100% - 8rem); margin: 1rem 5rem 2rem 3rem; overflow: visible; }
.plot:not(.own-height) { height: 18rem; }
.plot.own-height { width: calc(100% - 1rem); margin-left: 0.5rem; margin-right: 0.5rem; }
.plot .row-name { fill: var(--ink); font-weight: 600; paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.moment { fill: var(--ground); stroke: var(--ink); stroke-width: 2; }
.plot text { fill: var(--muted); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.plot:has(.axis-label) { margin-bottom: 3.25rem; }
.rules line { stroke: var(--ink); stroke-opacity: 0.13; stroke-width: 1; shape-rendering: crispEdges; }
.rules line.base { stroke-opacity: 0.6; }
.plot .rules text, .plot .point-name, .plot .end-label { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; stroke-linejoin: round; }
.plot .end-labels text, .plot .end-label, .plot .point-name { fill: var(--ink); font-weight: 600; }
.dot { fill: var(--series); stroke: var(--ground); stroke-width: 1.5; }
.limits { fill: var(--series-1); fill-opacity: 0.07; }
.limit { fill: none; stroke: var(--series-1); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-dasharray: 2 3; }
.limit.inner { stroke-dasharray: 7 4; }
.target { stroke: var(--series-1); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
.point { fill: var(--series-1); fill-opacity: 0.85; stroke: var(--ground); stroke-width: 1.5; }
.point.few { fill: var(--ground); stroke: var(--series-8); stroke-width: 2; }
.point.high { fill: var(--series-6); }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; margin: 0.5rem 0; padding: 0; font-size: 0.9rem; }
.swatch { vertical-align: -0.1em; margin-right: 0.15rem; }
.legend .swatch .area { fill: none; }
td:has(.share) { width: 30%; }
.share { display: grid; grid-template-columns: 3.25rem minmax(3rem, 1fr); gap: 0.5rem; align-items: center; min-width: 0; }
.share > span { text-align: right; font-variant-numeric: tabular-nums; }
.bar { display: block; width: 100%; height: 0.875rem; }
.bar .area { fill-opacity: 1; }
@media (max-width: 40rem) {
  .plot:not(.own-height) { height: 15rem; }
  .plot:not(.own-height) { width: calc(100% - 3rem); margin-right: 0; }
  .plot .end-label { display: none; }
  td:has(.share) { width: auto; }
  .wide-only { display: none; }
}
@media print {
  :root { --series-1: #0072b2; --series-2: #e69f00; --series-3: #009e73; --series-4: #cc79a7; --series-5: #56b4e9;
    --series-6: #d55e00; --series-7: #b3a500; --series-8: #6b6f75; --other: #b9c2cb; --unknown: #e3e7eb; }
  svg { print-color-adjust: exact; }
}
`;
