import { linkTo } from '../links.js';

interface PageLinksProps {
  readonly path: string;
  readonly query: URLSearchParams;
  /** `next_page_token` of the current page. */
  readonly next: string | null;
  /** The parameter of the address that holds the token, where a page of the dashboard has several lists. */
  readonly token?: string;
  /** What is listed, where a page of the dashboard has several lists. */
  readonly of?: string;
}

/** Links through a list, page by page. The addresses do not expire. */
export function PageLinks({ path, query, next, token = 'page_token', of }: PageLinksProps) {
  const first = new URLSearchParams(query);
  first.delete(token);
  const following = new URLSearchParams(first);
  if (next !== null) following.set(token, next);
  const isFirst = !query.has(token);
  if (isFirst && next === null) return <></>;
  const suffix = of === undefined ? '' : ` of ${of.toLowerCase()}`;
  return (
    <nav class="pages" aria-label={of === undefined ? 'Pages' : `Pages: ${of}`}>
      {!isFirst && <a href={linkTo(path, first)}>First page{suffix}</a>}
      {next !== null && (
        <a href={linkTo(path, following)} rel="next">
          Next page{suffix}
        </a>
      )}
    </nav>
  );
}
