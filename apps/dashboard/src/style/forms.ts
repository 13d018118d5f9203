/** Fields, buttons and the texts beside them. */
export const FORM_STYLE = `
.filters { background: var(--raised); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; margin: 0 0 1rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(13rem, 100%), 1fr)); gap: 0.75rem 1rem; align-items: start; }
.field { display: grid; gap: 0.2rem; min-width: 0; }
.field > label { font-weight: 600; font-size: 0.9rem; }
.field .hint, .field .fault { font-size: 0.85rem; }
input, select, textarea, button { font: inherit; color: inherit; }
input:not([type=checkbox], [type=radio]), select, textarea { width: 100%; min-width: 0; min-height: 2.25rem; padding: 0.3rem 0.5rem;
  background: var(--ground); border: 1px solid var(--muted); border-radius: 4px; }
textarea { font-family: ui-monospace, monospace; }
.wrong input, .wrong select, .wrong textarea { border: 2px solid var(--fault); }
.narrow { max-width: 30rem; }
.buttons { display: flex; flex-wrap: wrap; gap: 1rem; align-items: center; margin: 0.75rem 0 0; }
button, .button { min-height: 2.25rem; padding: 0.3rem 1rem; background: var(--accent); color: var(--on-accent);
  border: 1px solid var(--accent); border-radius: 4px; cursor: pointer; text-decoration: none; display: inline-block; }
button.quiet { background: none; color: var(--link); min-height: 0; padding: 0.1rem 0.5rem; border-color: var(--line); }
details { margin: 0.75rem 0 0; }
summary { cursor: pointer; font-weight: 600; font-size: 0.9rem; padding: 0.25rem 0; }
details .fields { margin-top: 0.5rem; }
button.danger { background: var(--fault); border-color: var(--fault); color: var(--ground); }
.check { font-size: 0.9rem; }
`;
