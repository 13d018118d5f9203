/** What a report shows before anything is installed. */
export function NoProduct() {
  return <p class="empty">Nothing is installed yet, so there is nothing to report.</p>;
}
