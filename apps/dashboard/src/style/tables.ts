/** Tables; those of many columns become cards on a small screen. */
export const TABLE_STYLE = `
table { border-collapse: collapse; width: 100%; margin: 0.5rem 0; }
caption { text-align: left; color: var(--muted); font-size: 0.9rem; padding: 0.25rem 0; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.75rem 0.35rem 0; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 600; min-width: 6.5rem; }
thead th { font-size: 0.9rem; color: var(--muted); }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.counts { max-width: 46rem; }
@media (max-width: 62rem) {
  .cards, .cards caption, .cards tbody, .cards tr, .cards th, .cards td { display: block; }
  .cards thead { position: absolute; left: -100vw; }
  .cards tbody tr { border: 1px solid var(--line); border-radius: 6px; padding: 0.4rem 0.6rem; margin: 0 0 0.6rem; }
  .cards tbody :is(th, td) { border: 0; padding: 0.1rem 0; display: grid; grid-template-columns: 8rem minmax(0, 1fr);
    gap: 0.5rem; text-align: left; }
  .cards tbody [data-head]::before { content: attr(data-head); color: var(--muted); font-weight: 400; font-size: 0.9rem; }
}
`;
