import { linkTo } from '../links.js';

interface PageLinksProps {
  readonly path: string;
  readonly query: URLSearchParams;
  /** `next_page_token` of the page that is shown. */
  readonly next: string | null;
}

/** The way through a list, a page at a time. The address is good for as long as one likes. */
export function PageLinks({ path, query, next }: PageLinksProps) {
  const first = new URLSearchParams(query);
  first.delete('page_token');
  const following = new URLSearchParams(first);
  if (next !== null) following.set('page_token', next);
  const isFirst = !query.has('page_token');
  if (isFirst && next === null) return <></>;
  return (
    <nav class="pages" aria-label="Pages">
      {!isFirst && <a href={linkTo(path, first)}>First page</a>}
      {next !== null && (
        <a href={linkTo(path, following)} rel="next">
          Next page
        </a>
      )}
    </nav>
  );
}
