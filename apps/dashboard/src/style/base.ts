/** Colours and the frame of a page. Every pair of text and ground has a contrast of 4.5 or more, light and dark. */
export const BASE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f4f6f8; --line: #c9d1d9; --ink: #1b2733; --muted: #55636f;
  --link: #0b5cad; --accent: #0b5cad; --on-accent: #ffffff; --fault: #b3261e; --notice: #fff6dd;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12181f; --raised: #1c252e; --line: #3b4753; --ink: #e6ebf0; --muted: #a3b1be;
    --link: #7cb8f7; --accent: #7cb8f7; --on-accent: #0d1b29; --fault: #ff9d94; --notice: #38301a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--link); }
:focus-visible, input:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 0.5rem; top: 0.5rem; background: var(--ground); padding: 0.5rem; z-index: 1; }
body > header { background: var(--raised); border-bottom: 1px solid var(--line); padding: 0.5rem 1rem;
  display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; align-items: baseline; }
.brand { font-weight: 650; color: var(--ink); text-decoration: none; }
header nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; margin: 0; padding: 0; }
header nav a { display: inline-block; padding: 0.25rem 0; }
header nav a[aria-current] { color: var(--ink); font-weight: 650; text-decoration-thickness: 3px; }
main { max-width: 84rem; margin: 0 auto; padding: 0.5rem 1rem 2rem; }
main:focus { outline: none; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0.75rem 0; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 1.75rem 0 0.5rem; }
footer { border-top: 1px solid var(--line); color: var(--muted); padding: 0.5rem 1rem;
  display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; align-items: center; justify-content: space-between; }
footer p, footer form { margin: 0; }
.muted, .hint { color: var(--muted); }
.fault { color: var(--fault); }
.notice { background: var(--notice); border-left: 4px solid var(--accent); padding: 0.5rem 0.75rem; }
h3 { font-size: 1.05rem; line-height: 1.3; margin: 1.5rem 0 0.5rem; }
.plain { list-style: none; margin: 0; padding: 0; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.25rem 1rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; }
.finding { font-size: 1.1rem; margin: 0.25rem 0 0.75rem; }
.text, code { overflow-wrap: anywhere; }
.text { white-space: pre-wrap; }
.pages { display: flex; gap: 1.5rem; margin: 1rem 0; }
@media print {
  :root { --ground: #fff; --raised: #fff; --line: #888; --ink: #000; --muted: #333; --link: #000; }
  header nav, form, .pages, .skip, .on-screen, footer form, .buttons { display: none !important; }
  main { max-width: none; padding: 0; }
  a { text-decoration: none; }
  svg, tr { break-inside: avoid; }
}
`;
