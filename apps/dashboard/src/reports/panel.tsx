import type { Child } from 'hono/jsx';
import { Trouble } from '../layout/trouble.js';

/** A part of a page that may fail on its own. */
export interface Panel {
  readonly title: string;
  /** Returns the content below the title. */
  readonly show: () => Promise<Child>;
  /** Spans the whole width of the page. */
  readonly wide?: boolean;
}

/** Renders panels side by side. A panel whose report fails says why; the others are not affected. */
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

/** Renders a part of a page; if its report fails, the API's explanation instead. */
export async function orTrouble(show: () => Promise<Child>): Promise<Child> {
  try {
    return await show();
  } catch (error) {
    const trouble = Trouble.of(error);
    if (trouble === undefined) throw error;
    return <div class="notice">{trouble.content}</div>;
  }
}
