import type { TelemetryClient } from '@polaris-telemetry/client';
import type { Child } from 'hono/jsx';
import type { Field } from './filters/field.js';
import type { Scope } from './scopes.js';

/** A request for a page: who asks, and what the address asks for. */
export interface Visit {
  /** Calls the API as the person who is signed in. */
  readonly client: TelemetryClient;
  /** The address's query: only what the person filled in, never an empty form field. */
  readonly query: URLSearchParams;
  /** The signed-in person's id, as the API knows it; undefined if their token names none. */
  readonly who: string | undefined;
  /** IANA name of the time zone in which the person reads times. */
  readonly zone: string;
  /** Whether the token holds one of the scopes. What it may not see is not offered. */
  readonly may: (...anyOf: readonly Scope[]) => boolean;
}

/** Common to every address of the dashboard. */
interface Entry {
  /** One segment, so that every link is relative and works below any prefix; empty for the first page. */
  readonly path: string;
  /** The heading, and the title in the browser's tab. */
  readonly title: string;
  /** One of these scopes is needed; empty: anyone who is signed in. */
  readonly needs: readonly Scope[];
}

/** A page of the site. It works without JavaScript, and its address holds all of its state. */
export interface Page extends Entry {
  /** Its name in the navigation; omitted from the navigation if absent. */
  readonly navigation?: string;
  /** The parameters of its form, if it has one (`<FilterForm>`). */
  readonly fields?: readonly Field[];
  /** Returns the content below the heading. Await first, then render: components are synchronous. */
  readonly show: (visit: Visit) => Promise<Child>;
  /** Handles a POST form sent from a page of the dashboard; absent if the page has none. */
  readonly submit?: (visit: Visit, form: URLSearchParams) => Promise<Submitted>;
}

/** The result of a POST form: where to go next, relative to the dashboard, or what to show. */
export type Submitted = { readonly to: string } | { readonly content: Child };

/** A file to download, such as a report as CSV. */
export interface Download extends Entry {
  readonly download: (visit: Visit) => Promise<{ readonly name: string; readonly type: string; readonly body: string }>;
}

export type SiteEntry = Page | Download;
