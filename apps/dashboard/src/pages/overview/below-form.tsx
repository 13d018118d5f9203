import type { Chosen } from '../../reports/product.js';

interface BelowFormProps {
  readonly chosen: Chosen;
  readonly below: string;
  readonly fault: string | undefined;
}

/** A form for the version below which people count as outdated. */
export function BelowForm({ chosen: { audience, product }, below, fault }: BelowFormProps) {
  return (
    <form method="get" class={fault === undefined ? 'below' : 'below wrong'}>
      <input type="hidden" name="audience" value={audience} />
      <input type="hidden" name="app_product" value={product} />
      <label for="below">Below version</label>
      <input
        id="below"
        name="below"
        value={below}
        type="text"
        autocomplete="off"
        aria-invalid={fault === undefined ? undefined : 'true'}
        aria-describedby={fault === undefined ? undefined : 'below-fault'}
      />
      <button type="submit">Show</button>
      {fault !== undefined && (
        <span class="fault" id="below-fault">
          {fault}
        </span>
      )}
    </form>
  );
}
