/** One segment of the dashboard with its query, and nothing that leads elsewhere. */
const LOCAL = /^(?!\.+(?:$|\?))[a-z0-9.-]*(\?[^#\\\s\p{Cc}]*)?$/u;

/**
 * Returns where to go after a sign-in: a page of the dashboard, whatever the address asks for.
 *
 * @param to relative to the dashboard, such as `patients?app_version=4.1.0`
 */
export function destinationOf(to: unknown): string {
  return typeof to === 'string' && to !== '' && LOCAL.test(to) ? to : './';
}
