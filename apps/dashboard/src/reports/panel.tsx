import type { Child } from 'hono/jsx';
import { Trouble } from '../layout/trouble.js';

/** A part of a page that stands or falls by itself. */
export interface Panel {
  readonly title: string;
  /** Returns what stands below the title. */
  readonly show: () => Promise<Child>;
  /** Takes the whole width of the page. */
  readonly wide?: boolean;
}

/** Renders panels side by side. One whose report fails says why in its place; the others stand. */
export async function renderPanels(panels: readonly Panel[]): Promise<Child> {
  const contents = await Promise.all(panels.map(({ show }) => orTrouble(show)));
  return (
    <div class="panels">
      {panels.map(({ title, wide }, index) => (
        <section class={wide ? 'panel wide' : 'panel'}>
          <h2>{title}</h2>
          {contents[index]}
        </section>
      ))}
    </div>
  );
}

/** Renders a part of a page; if its report fails, what the API says about that stands in its place. */
export async function orTrouble(show: () => Promise<Child>): Promise<Child> {
  try {
    return await show();
  } catch (error) {
    const trouble = Trouble.of(error);
    if (trouble === undefined) throw error;
    return <div class="notice">{trouble.content}</div>;
  }
}
