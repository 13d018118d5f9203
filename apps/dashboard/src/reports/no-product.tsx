/** What a report says where nobody has any product. */
export function NoProduct() {
  return <p class="empty">Nobody has installed anything yet: there is nothing to report.</p>;
}
